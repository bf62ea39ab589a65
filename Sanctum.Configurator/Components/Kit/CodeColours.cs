using System.Net;
using System.Text.RegularExpressions;
using ColorCode;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>Code as HTML with the classes of its parts, made on the server: no script is needed for it.</summary>
public static partial class CodeColours
{
    /// <summary>Longer code is shown without colours: finding them takes longer than anybody waits.</summary>
    private const int MostColoured = 20_000;

    /// <summary>Languages that are close enough to one that is known.</summary>
    private static readonly Dictionary<string, string> Kin = new(StringComparer.OrdinalIgnoreCase)
    {
        ["tsx"] = "typescript",
        ["jsx"] = "javascript",
        ["mjs"] = "javascript",
        ["cjs"] = "javascript",
        ["vue"] = "html",
        ["svelte"] = "html",
        ["astro"] = "html",
        ["svg"] = "xml",
        ["razor"] = "html",
        ["scss"] = "css",
        ["less"] = "css",
        ["jsonc"] = "json",
        ["json5"] = "json",
        ["py"] = "python",
        ["cs"] = "c#",
        ["csharp"] = "c#",
        ["c"] = "cpp",
        ["c++"] = "cpp",
    };

    /// <param name="language">As people write it, such as "tsx"; null where nobody said it.</param>
    public static string Html(string code, string? language)
    {
        var known =
            code.Length <= MostColoured && language is { Length: > 0 and < 32 }
                ? Languages.FindById(Kin.GetValueOrDefault(language, language))
                : null;
        if (known is null)
        {
            return WebUtility.HtmlEncode(code);
        }

        var html = new HtmlClassFormatter().GetHtmlString(code, known);
        var (start, end) = (html.IndexOf("<pre>", StringComparison.Ordinal), html.LastIndexOf("</pre>", StringComparison.Ordinal));
        return start >= 0 && end > start && html[(start + 5)..end].Trim('\n', '\r') is var coloured && !Others().IsMatch(coloured)
            ? coloured
            : WebUtility.HtmlEncode(code);
    }

    // Whatever the highlighter makes of code that nobody foresaw, no element but its own comes out.
    [GeneratedRegex(@"<(?!/?(span|/span>)( class=""[A-Za-z ]*"")?>)", RegexOptions.ExplicitCapture)]
    private static partial Regex Others();
}
