using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>
/// What a block of code looks like, as a page of its own for a frame that has no origin and no network: HTML and SVG as they are, a style
/// sheet on a sample page, a script with what it writes. Everything else would have to be built first.
/// </summary>
internal static partial class CodePreview
{
    /// <summary>A browser bears more, and its reader not.</summary>
    public const int MostCharacters = 2_000_000;

    /// <summary>
    /// Nothing is loaded from anywhere, nothing is sent, and the page has an origin of its own even where it is opened by its address. What
    /// the frame's own page allows its frames keeps it from going elsewhere.
    /// </summary>
    public const string Policy =
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        + "media-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; webrtc 'block'";

    private enum Kind
    {
        Html,
        Svg,
        Css,
        Script,
    }

    /// <summary>Why it can't be shown, in a sentence; null where it can.</summary>
    public static string? WhyNot(string? language, string code) =>
        KindOf(language, code) is null
            ? "Only HTML, SVG, CSS and JavaScript have a preview: other code would have to be built or run first."
        : code.Length > MostCharacters ? "It is too long for a preview. Download it instead."
        : null;

    /// <summary>Something can be seen of it without its scripts.</summary>
    public static bool IsDrawn(string? language, string code) => KindOf(language, code) is Kind.Html or Kind.Svg or Kind.Css;

    public static bool IsPage(string? language, string code) => KindOf(language, code) == Kind.Html;

    public static bool IsStyle(string? language) => KindOf(language, "") == Kind.Css;

    public static bool IsScript(string? language) => KindOf(language, "") == Kind.Script;

    /// <summary>A style sheet as an element, which nothing in it ends.</summary>
    public static string StyleOf(string code) => $"<style>\n{Css(code)}\n</style>";

    /// <summary>A script as an element, which nothing in it ends. One with imports or exports is a module.</summary>
    public static string ScriptOf(string code) =>
        $"<script{(Modules().IsMatch(code) ? " type=\"module\"" : "")}>\n{Script(code)}\n</script>";

    /// <summary>The page.</summary>
    public static string PageOf(string? language, string code) =>
        KindOf(language, code) switch
        {
            Kind.Html => code,
            Kind.Svg => Wrap("body { margin: 0; display: grid; place-items: center; min-height: 100vh } svg { max-width: 100% }", code),
            Kind.Css => Wrap(Css(code), Sample),
            Kind.Script => Wrap(
                Written,
                $"<div id=\"app\"></div><div id=\"root\"></div><pre id=\"written\"></pre>{Listener}<script>\n{Script(code)}\n</script>"
            ),
            _ => Wrap("", ""),
        };

    private static Kind? KindOf(string? language, string code) =>
        language?.ToLowerInvariant() switch
        {
            "html" or "htm" or "xhtml" => Kind.Html,
            "svg" => Kind.Svg,
            "css" => Kind.Css,
            "js" or "javascript" or "mjs" => Kind.Script,
            "xml" when Svgs().IsMatch(code) => Kind.Svg,
            null or "text" or "txt" when Pages().IsMatch(code) => Kind.Html,
            null or "text" or "txt" when Svgs().IsMatch(code) => Kind.Svg,
            _ => null,
        };

    private static string Wrap(string style, string body) =>
        $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Preview</title><style>{style}</style></head><body>{body}</body></html>";

    // Neither ends the element that it stands in.
    private static string Css(string code) => EndOfStyle().Replace(code, @"<\/style");

    private static string Script(string code) =>
        EndOfScript().Replace(code, @"<\/script").Replace("<!--", @"<\!--", StringComparison.Ordinal);

    private const string Written = "body { margin: 16px; font: 14px/1.5 system-ui, sans-serif } #written { white-space: pre-wrap }";

    /// <summary>Shows what the script writes, and what stops it.</summary>
    private const string Listener = """
        <script>
        (() => {
          const written = document.getElementById('written');
          const text = value => {
            try { return typeof value === 'string' ? value : JSON.stringify(value) ?? String(value); } catch { return String(value); }
          };
          const write = (...values) => written.append(values.map(text).join(' ').slice(0, 10000) + '\n');
          for (const name of ['log', 'info', 'warn', 'error', 'debug']) console[name] = write;
          addEventListener('error', event => write('Error: ' + event.message));
          addEventListener('unhandledrejection', event => write('Error: ' + text(event.reason)));
        })();
        </script>
        """;

    private const string Sample = """
        <main class="container"><h1>Heading</h1><p>A paragraph with <a href="#">a link</a>, <strong>strong words</strong> and <code>code</code>.</p>
        <article class="card"><h2>Card</h2><p>What stands in a card.</p><button type="button" class="btn button">Button</button></article>
        <form><label>Field <input value="Text"></label> <label><input type="checkbox" checked> Box</label> <select><option>Choice</option></select></form>
        <ul><li>First</li><li>Second</li></ul>
        <table><thead><tr><th>Name</th><th>Value</th></tr></thead><tbody><tr><td>One</td><td>1</td></tr></tbody></table></main>
        """;

    [GeneratedRegex(
        @"^[ \t]*(import\s*[\w*{""']|export\s+[\w*{])",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Modules();

    [GeneratedRegex("</style", RegexOptions.IgnoreCase)]
    private static partial Regex EndOfStyle();

    [GeneratedRegex("</script", RegexOptions.IgnoreCase)]
    private static partial Regex EndOfScript();

    [GeneratedRegex(@"\A\uFEFF?\s*(<!doctype\s+html|<html[\s>])", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Pages();

    [GeneratedRegex(@"\A\uFEFF?\s*(<\?xml[^>]{0,200}\?>\s*)?<svg[\s>]", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Svgs();
}
