namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// What may have been meant in two ways. Browsers write <c>^&amp;</c> for the Windows command prompt, inside <c>^"…^"</c>. Where the outer
/// carets were lost, the inner ones stand in plain quotes, in which every shell takes a caret for itself.
/// </summary>
internal static class Doubts
{
    private static readonly string[] Carets = ["^&", "^%", "^^", "^|", "^<", "^>"];

    /// <summary>The address without such carets, which no address has: where it is meant, <c>^</c> is escaped.</summary>
    public static string WithoutCarets(string text, ShellWord url, CurlNotes notes)
    {
        if (!IsDoubtful(text, url))
        {
            return url.Octets;
        }

        notes.Add(
            "The carets in the address are left out: browsers write them when they copy for the Windows command prompt. One that belongs to the address is written %5E."
        );
        return Carets.Aggregate(url.Octets, (address, caret) => address.Replace(caret, caret[1..], StringComparison.Ordinal));
    }

    /// <summary>Elsewhere a caret may be meant: it stays, and is named.</summary>
    public static void Note(string text, IEnumerable<ShellWord> words, CurlNotes notes)
    {
        foreach (var word in words.Where(word => !word.Octets.Contains("://", StringComparison.Ordinal) && IsDoubtful(text, word)))
        {
            notes.Add(
                $"The carets in {Octets.Show(word.Octets)} stay as they stand. If it was copied for the Windows command prompt, paste it whole, with the ^ before its quotes."
            );
        }
    }

    private static bool IsDoubtful(string text, ShellWord word) =>
        word.Position < text.Length
        && text[word.Position] == '"'
        && Carets.Any(caret => word.Octets.Contains(caret, StringComparison.Ordinal))
        && !text.Contains('\'', StringComparison.Ordinal)
        && !text.Contains("\\\n", StringComparison.Ordinal)
        && !text.Contains("\\\r\n", StringComparison.Ordinal);
}
