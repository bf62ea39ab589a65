using System.Net;
using Ganss.Xss;
using Markdig;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Conversations.Rendering;

/// <summary>
/// Markdown of a model or a person as HTML that does no harm, behind two fences: Markdig makes no HTML of theirs and no pictures, and what it
/// makes is cut down to the elements that are listed here. Letters that nobody sees are shown in code, and taken out of names of links.
/// </summary>
public static class MarkdownText
{
    private const int DeepestHeading = 6;
    private const int LongestLanguage = 40;

    private static readonly string[] Elements =
    [
        "p",
        "br",
        "hr",
        "h3",
        "h4",
        "h5",
        "h6",
        "strong",
        "em",
        "del",
        "sub",
        "sup",
        "ins",
        "mark",
        "code",
        "pre",
        "span",
        "blockquote",
        "ul",
        "ol",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "div",
        "button",
    ];

    private static readonly string[] Attributes =
    [
        "href",
        "rel",
        "target",
        "class",
        "start",
        "tabindex",
        "role",
        "aria-label",
        "type",
        "data-copy-code",
    ];

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UsePipeTables()
        .UseEmphasisExtras()
        .UseAutoLinks(new() { ValidPreviousCharacters = "*_~(" })
        .Build();

    private static readonly HtmlSanitizer Sanitizer = MakeSanitizer();

    public static string Html(string markdown)
    {
        try
        {
            var document = Markdown.Parse(markdown, Pipeline);
            Tame(document);
            using var text = new StringWriter();
            var renderer = new HtmlRenderer(text);
            Pipeline.Setup(renderer);
            renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new ColouredCode());
            renderer.ObjectRenderers.Replace<Markdig.Extensions.Tables.HtmlTableRenderer>(new TableInABox());
            renderer.Render(document);
            return Sanitizer.Sanitize(text.ToString());
        }
        catch (ArgumentException)
        {
            // Nested deeper than anybody reads: Markdig refuses it.
            return Plain(markdown);
        }
    }

    /// <summary>As it was written, without a meaning.</summary>
    public static string Plain(string text) => $"<p class=\"written\">{WebUtility.HtmlEncode(text)}</p>";

    /// <summary>Pictures become links, since loading them tells their server who reads; headings stand below those of the page.</summary>
    private static void Tame(MarkdownDocument document)
    {
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            heading.Level = Math.Min(DeepestHeading, heading.Level + 2);
        }

        foreach (var link in document.Descendants<LinkInline>())
        {
            if (link.IsImage)
            {
                link.IsImage = false;
                link.InsertBeginning($"Picture: {(link.FirstChild is null ? link.Url : "")}");
            }

            Guard(link.GetAttributes());
        }

        foreach (var link in document.Descendants<AutolinkInline>())
        {
            Guard(link.GetAttributes());
        }
    }

    private static void InsertBeginning(this ContainerInline inline, string text)
    {
        var literal = new LiteralInline(text);
        if (inline.FirstChild is { } first)
        {
            first.InsertBefore(literal);
        }
        else
        {
            inline.AppendChild(literal);
        }
    }

    private static void Guard(HtmlAttributes attributes)
    {
        attributes.AddProperty("rel", "noopener noreferrer nofollow");
        attributes.AddProperty("target", "_blank");
    }

    private static void Replace<T>(this ObjectRendererCollection renderers, IMarkdownObjectRenderer with)
    {
        if (renderers.Find<T>() is IMarkdownObjectRenderer found)
        {
            renderers[renderers.IndexOf(found)] = with;
        }
    }

    private static TRenderer? Find<TRenderer>(this ObjectRendererCollection renderers) => renderers.OfType<TRenderer>().FirstOrDefault();

    private static HtmlSanitizer MakeSanitizer()
    {
        var options = new HtmlSanitizerOptions
        {
            AllowedTags = Elements.ToHashSet(StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = Attributes.ToHashSet(StringComparer.OrdinalIgnoreCase),
            AllowedSchemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "http", "https", "mailto" },
            UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href" },
            AllowedCssProperties = new HashSet<string>(),
            AllowedAtRules = new HashSet<AngleSharp.Css.Dom.CssRuleType>(),
        };
        return new(options) { KeepChildNodes = true };
    }

    private sealed class ColouredCode : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock obj)
        {
            var language = (obj as FencedCodeBlock)?.Info;
            var code = Unseen.Reveal(obj.Lines.ToString());
            renderer.EnsureLine();
            renderer.Write("<div class=\"chat-code\"><div class=\"chat-code-head\"><span>");
            renderer.Write(WebUtility.HtmlEncode(NameOf(language)));
            renderer.Write("</span><button type=\"button\" class=\"btn btn-quiet btn-small\" data-copy-code>Copy</button></div>");
            renderer.Write("<pre class=\"code-block code-colours\" tabindex=\"0\" role=\"region\" aria-label=\"Code\"><code>");
            renderer.Write(CodeColours.Html(code, language));
            renderer.Write("</code></pre></div>");
            renderer.EnsureLine();
        }

        /// <summary>What stands beside the fence, shortened: models write the name of a file there too.</summary>
        private static string NameOf(string? language) =>
            language is not { Length: > 0 } ? "Code"
            : language.Length <= LongestLanguage ? Unseen.Reveal(language)
            : $"{Unseen.Reveal(WholeText.Of(language[..LongestLanguage]))}…";
    }

    /// <summary>A wide table is scrolled, not the page.</summary>
    private sealed class TableInABox : HtmlObjectRenderer<Markdig.Extensions.Tables.Table>
    {
        private readonly Markdig.Extensions.Tables.HtmlTableRenderer _table = new();

        protected override void Write(HtmlRenderer renderer, Markdig.Extensions.Tables.Table obj)
        {
            renderer.Write("<div class=\"chat-table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">");
            _table.Write(renderer, obj);
            renderer.Write("</div>");
        }
    }
}
