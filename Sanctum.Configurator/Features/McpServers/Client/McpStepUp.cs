using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>
/// The rights that a server has asked for beyond those of its sign-in. Kept in memory: a server that still needs them asks again.
/// </summary>
public sealed partial class McpStepUp
{
    private const string Word = "insufficient_scope";

    /// <summary>As the server wrote them, separated by blanks; null where it has asked for none.</summary>
    public string? Scopes { get; private set; }

    /// <summary>How often it has asked.</summary>
    internal int Times { get; private set; }

    /// <summary>What a challenge asks for; null where it is about something else, empty where it does not say which rights.</summary>
    internal static string? ScopesIn(string? challenge) =>
        challenge?.Contains(Word, StringComparison.OrdinalIgnoreCase) == true
            ? Scope().Match(challenge).Groups["scopes"].Value.Trim()
            : null;

    internal void Ask(string scopes) => (Scopes, Times) = (scopes, Times + 1);

    /// <summary>Somebody has signed in anew.</summary>
    internal void Settle() => Scopes = null;

    /// <summary>The letters that RFC 6749 allows in scopes, and no others.</summary>
    [GeneratedRegex("""[\s,]scope="(?<scopes>[ !#-\[\]-~]{0,2000})""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Scope();
}
