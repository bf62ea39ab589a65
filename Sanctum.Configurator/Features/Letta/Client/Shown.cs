using System.Net;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>
/// Text of the server's as it may be shown: short, on one line, without control characters and without the token, which
/// a server could echo.
/// </summary>
internal sealed partial class Shown(string? token)
{
    private const string Hidden = "•••";
    private const int MostCharacters = 120;

    public string Clean(string? text, int most = MostCharacters)
    {
        if (text is null)
        {
            return "";
        }

        var line = new StringBuilder(Math.Min(text.Length, most + 1));
        foreach (var rune in HideToken(text).EnumerateRunes())
        {
            if (line.Length > most)
            {
                break;
            }

            line.Append(IsPlain(rune) ? rune.ToString() : " ");
        }

        var cut = Spaces().Replace(line.ToString(), " ").Trim();
        return cut.Length > most ? cut[..(char.IsHighSurrogate(cut[most - 1]) ? most - 1 : most)] + "…" : cut;
    }

    /// <summary>The place without user, query and fragment, which may hold secrets.</summary>
    public string Place(Uri place) =>
        Clean(place.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/'), 200);

    public string? FindTitle(string html) =>
        Title().Match(html) is { Success: true } title && Clean(WebUtility.HtmlDecode(title.Groups[1].Value), 80) is { Length: > 0 } text
            ? text
            : null;

    public string HideToken(string text) =>
        token is not { Length: > 0 }
            ? text
            : text.Replace(token, Hidden, StringComparison.OrdinalIgnoreCase)
                .Replace(Uri.EscapeDataString(token), Hidden, StringComparison.OrdinalIgnoreCase);

    // Format characters are left out too: they can turn the direction of what stands behind them.
    private static bool IsPlain(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                System.Globalization.UnicodeCategory.Control
                or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator
                or System.Globalization.UnicodeCategory.ParagraphSeparator
                or System.Globalization.UnicodeCategory.PrivateUse
                or System.Globalization.UnicodeCategory.OtherNotAssigned
            );

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"<title[^>]{0,200}>([^<]{0,1000})", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Title();
}
