using Sanctum.Configurator.Features.GeneratedCode;

namespace Sanctum.Configurator.Tests.Features.GeneratedCode;

/// <summary>Which blocks of an answer make one page, and how they are joined.</summary>
public sealed class CodeTogetherTests
{
    private const string Html = "<!doctype html><title>Card</title><p class=\"card\">Hi</p>";

    [Fact]
    public void The_html_of_an_answer_has_its_style_sheet_and_its_script_whichever_is_looked_at()
    {
        var answer = Of(
            ("html", "Card", null, Html),
            ("css", null, null, ".card { color: red }"),
            ("js", null, null, "let a = 1;"),
            ("json", null, null, "{}")
        );
        foreach (var at in new[] { 0, 1, 2 })
        {
            Assert.Equal([1, 2, 3], Together(answer, at));
        }

        Assert.Equal([4], Together(answer, 3));
        var page = CodeTogether.Join(CodeTogether.Of(answer[1], answer));
        Assert.Equal($"{Html}\n<style>\n.card {{ color: red }}\n</style>\n<script>\nlet a = 1;\n</script>", page);
    }

    [Fact]
    public void What_the_html_names_stands_in_its_place_and_the_rest_at_the_end()
    {
        const string page =
            "<head><link rel=stylesheet href=\"css/Site.css?v=2\"><link rel=icon href=x.png></head><body><script src='./app.js' defer></script><script>run()</script></body>";
        var answer = Of(
            ("js", "app", null, "function run() {}"),
            ("html", "index", null, page),
            ("css", "site", null, "b {}"),
            ("css", "more", null, "i {}")
        );

        Assert.Equal(
            "<head><style>\nb {}\n</style><link rel=icon href=x.png></head><body><script>\nfunction run() {}\n</script><script>run()</script></body>\n<style>\ni {}\n</style>",
            CodeTogether.Join(CodeTogether.Of(answer[1], answer))
        );
    }

    [Fact]
    public void Each_variant_has_its_own_and_what_is_of_none_is_of_all()
    {
        var answer = Of(
            ("html", "Card", "A", Html),
            ("css", null, "A", "a {}"),
            ("html", "Card", "B", Html),
            ("css", null, "B", "b {}"),
            ("css", null, null, "all {}")
        );

        Assert.Equal([1, 2, 5], Together(answer, 0));
        Assert.Equal([3, 4, 5], Together(answer, 2));
        Assert.Equal([3, 4, 5], Together(answer, 3));
    }

    [Fact]
    public void Of_several_components_each_has_what_is_called_like_it_or_follows_it()
    {
        var answer = Of(
            ("html", "Card", null, Html),
            ("css", "card", null, "card {}"),
            ("html", "Menu", null, Html),
            ("css", null, null, "menu {}"),
            ("js", "Card", null, "card()")
        );

        Assert.Equal([1, 2, 5], Together(answer, 0));
        Assert.Equal([3, 4], Together(answer, 2));
    }

    [Fact]
    public void Without_html_a_block_stands_alone()
    {
        var answer = Of(("css", null, null, "a {}"), ("js", null, null, "b()"));
        Assert.Equal([1], Together(answer, 0));
        Assert.Equal([2], Together(answer, 1));
    }

    [Fact]
    public void Nothing_in_a_part_ends_its_element()
    {
        var answer = Of(
            ("html", null, null, "<p>x</p>"),
            ("css", null, null, "a::after { content: '</STYLE><script>evil()</script>' }"),
            ("js", null, null, "const a = '</script><img src=x onerror=evil()>'; // <!-- <script>")
        );
        var page = CodeTogether.Join(CodeTogether.Of(answer[0], answer));

        Assert.Single(page.Split("</script>")[..^1], part => part.Contains("const a", StringComparison.Ordinal));
        Assert.DoesNotContain("</STYLE>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<!--", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("</script>").Length - 1 + (page.Contains("evil()</script>", StringComparison.Ordinal) ? 0 : 1));
    }

    [Theory]
    [InlineData("import { a } from './b.js';\na()", true)]
    [InlineData("export const a = 1", true)]
    [InlineData("const important = 1; importScripts", false)]
    public void A_script_with_imports_is_a_module(string code, bool isModule) =>
        Assert.Equal(isModule, CodePreview.ScriptOf(code).Contains("type=\"module\"", StringComparison.Ordinal));

    private static List<CodePiece> Of(params (string? Language, string? Name, string? Variant, string Code)[] blocks) =>
        [.. blocks.Select((block, at) => new CodePiece(Guid.NewGuid(), at + 1, block.Language, block.Name, block.Variant, block.Code))];

    private static IEnumerable<int> Together(List<CodePiece> answer, int at) =>
        CodeTogether.Of(answer[at], answer).Select(piece => piece.Ordinal);
}
