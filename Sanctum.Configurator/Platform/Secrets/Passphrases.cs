namespace Sanctum.Configurator.Platform.Secrets;

/// <summary>
/// A passphrase as keys are made of it. Blanks come along from where it is copied, read or sent, and nobody sees them: what it locks is
/// opened years later, on another machine, out of a file or a header that has none at its ends.
/// </summary>
public static class Passphrases
{
    /// <summary>What new keys are made of.</summary>
    public static string FormOf(string passphrase) => FormsOf(passphrase)[0];

    /// <summary>All that may have been meant, the usual one first: what was locked before is locked as it was typed.</summary>
    public static IReadOnlyList<string> FormsOf(string passphrase) =>
        [.. new[] { Unseen.Trim(passphrase), passphrase }.Where(form => form.Length > 0).Distinct(StringComparer.Ordinal)];
}
