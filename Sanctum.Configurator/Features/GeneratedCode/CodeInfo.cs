using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>What stands behind the fence of a block: its language, and what people and models write there besides.</summary>
/// <param name="Title">A name or the path of a file.</param>
internal sealed partial record CodeInfo(string? Language, string? Title, string? Variant)
{
    /// <param name="info">The first word behind the fence.</param>
    /// <param name="arguments">All that follows it.</param>
    public static CodeInfo Of(string? info, string? arguments)
    {
        var word = (info ?? "").Trim().TrimStart('{').TrimEnd('}').TrimStart('.');
        word = word.StartsWith("language-", StringComparison.OrdinalIgnoreCase) ? word["language-".Length..] : word;
        var rest = arguments ?? "";
        string? title = null;
        if (word.IndexOf(':', StringComparison.Ordinal) is > 0 and var at)
        {
            (word, title) = (word[..at], word[(at + 1)..]); // As in tsx:src/Card.tsx
        }
        else if (word.Contains('=', StringComparison.Ordinal))
        {
            (word, rest) = ("", $"{word} {rest}");
        }

        if (word.Contains('/', StringComparison.Ordinal) || (word.LastIndexOf('.') is > 0 and var dot && dot < word.Length - 1))
        {
            (title, word) = (word, word[(word.LastIndexOf('.') + 1)..]); // The path of a file alone
        }

        return new(
            word.Length == 0 || word.Contains('/', StringComparison.Ordinal) ? null : word,
            ValueOf(Titles().Match(rest)) ?? title ?? PathIn(rest),
            ValueOf(Variants().Match(rest))
        );
    }

    private static string? PathIn(string rest) => Paths().Match(rest) is { Success: true } path ? path.Value : null;

    private static string? ValueOf(Match match) =>
        match.Success && match.Groups["value"].Value.Trim() is { Length: > 0 } value ? value : null;

    [GeneratedRegex(
        """(?:^|[\s{,])(?:title|name|component|filename|file|path)\s*[=:]\s*(?:"(?<value>[^"]*)"|'(?<value>[^']*)'|(?<value>[^\s"'{},]+))""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Titles();

    [GeneratedRegex(
        """(?:^|[\s{,])(?:variant|label)\s*[=:]\s*(?:"(?<value>[^"]*)"|'(?<value>[^']*)'|(?<value>[^\s"'{},]+))""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Variants();

    [GeneratedRegex(@"^[\w@./-]*\w\.[A-Za-z]\w{0,9}(?=\s|$)")]
    private static partial Regex Paths();
}
