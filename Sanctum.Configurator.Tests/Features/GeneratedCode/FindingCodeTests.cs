using Sanctum.Configurator.Features.GeneratedCode;

namespace Sanctum.Configurator.Tests.Features.GeneratedCode;

/// <summary>Which blocks of code an answer has, what they are called and which of several they are.</summary>
public sealed class FindingCodeTests
{
    private static FoundCode One(string markdown) => Assert.Single(FoundCode.In(markdown));

    [Fact]
    public void Whole_blocks_are_found_in_their_order_with_their_language()
    {
        var found = FoundCode.In(
            "Intro\n\n```tsx\nconst a = 1;\n```\n\nThen `inline` and\n\n~~~\nplain\n~~~\n\n> ```css\n> .a { }\n> ```\n"
        );

        Assert.Equal(
            [(1, "tsx", "const a = 1;"), (2, null, "plain"), (3, "css", ".a { }")],
            found.Select(f => (f.Ordinal, f.Language, f.Code))
        );
    }

    /// <summary>An answer that was cut off, or a model that forgot: what it would have become is not known.</summary>
    [Theory]
    [InlineData("```js\nlet a = 1;\n")]
    [InlineData("```js\nlet a = 1;\n``")]
    [InlineData("~~~~js\nlet a = 1;\n~~~")]
    [InlineData("```js\n   \n```")]
    [InlineData("``` `not a fence` ```")]
    [InlineData("    indented\n    code")]
    [InlineData("no code")]
    [InlineData("```")]
    public void What_has_no_end_or_nothing_in_it_is_left_out(string markdown) => Assert.Empty(FoundCode.In(markdown));

    /// <summary>An answer about Markdown shows fences in fences.</summary>
    [Fact]
    public void A_longer_fence_keeps_shorter_ones_in_it()
    {
        var found = One("````markdown\n# Readme\n```js\nlet a = 1;\n```\n````");

        Assert.Equal(("markdown", "# Readme\n```js\nlet a = 1;\n```"), (found.Language, found.Code));
        Assert.Equal("```\nin tildes\n```", One("~~~md\n```\nin tildes\n```\n~~~").Code);
    }

    [Fact]
    public void Lines_end_alike_and_long_ones_are_kept_whole()
    {
        var line = new string('x', 300_000);

        Assert.Equal("a\nb", One("```\r\na\r\nb\r\n```\r\n").Code);
        Assert.Equal(line, One($"```json\n{line}\n```").Code);
    }

    /// <summary>Servers that don't tell thoughts apart leave them in the answer.</summary>
    [Fact]
    public void What_a_model_tried_in_its_thoughts_is_none_of_its_answer() =>
        Assert.Equal("b", One("<think>\nFirst:\n```html\na\n```\n</think>\n\n```html\nb\n```\n").Code);

    [Fact]
    public void Blocks_in_a_list_lose_the_lists_indentation() =>
        Assert.Equal("def f():\n    return 1", One("1. First:\n\n   ```python\n   def f():\n       return 1\n   ```\n").Code);

    /// <summary>Many brackets and quotes make some readers of Markdown slow, or end them.</summary>
    [Theory]
    [InlineData("[")]
    [InlineData("> ")]
    [InlineData("*a_")]
    [InlineData("<!--")]
    public void Hostile_text_before_a_block_ends_in_time(string piece)
    {
        var found = FoundCode.In(string.Concat(Enumerable.Repeat(piece, 50_000)) + "\n\n```js\nlet a;\n```\n");

        Assert.True(found.Count <= 1);
    }

    [Fact]
    public void No_more_than_so_many_are_kept() =>
        Assert.Equal(FoundCode.Most, FoundCode.In(string.Concat(Enumerable.Repeat("```\na\n```\n\n", FoundCode.Most + 5))).Count);

    [Theory]
    [InlineData("```tsx title=\"src/components/PricingCard.tsx\"\nx\n```", "PricingCard", "tsx")]
    [InlineData("```tsx filename='Card.module.css'\nx\n```", "Card", "tsx")]
    [InlineData("```jsx title=Hero variant=Dark\nx\n```", "Hero", "jsx")]
    [InlineData("```tsx:src/app/pricing/page.tsx\nx\n```", "pricing", "tsx")]
    [InlineData("```tsx project=\"Demo\" file=\"button.tsx\" type=\"react\"\nx\n```", "button", "tsx")]
    [InlineData("```src/Nav.vue\nx\n```", "Nav", "vue")]
    [InlineData("```{.python .numberLines}\nx\n```", null, "python")]
    [InlineData("```language-html\nx\n```", null, "html")]
    [InlineData("```c++\nx\n```", null, "c++")]
    [InlineData("```c# Program.cs\nx\n```", "Program", "c#")]
    [InlineData("```title=\"Card\"\nx\n```", "Card", null)]
    [InlineData("```\n```", null, "-")]
    public void The_fence_says_language_and_name(string markdown, string? name, string? language)
    {
        if (language == "-")
        {
            Assert.Empty(FoundCode.In(markdown));
            return;
        }

        Assert.Equal((name, language), (One(markdown).Name, One(markdown).Language));
    }

    [Theory]
    [InlineData("import x from 'y'\nexport default function PricingCard({ a }: Props) {\n}", "PricingCard")]
    [InlineData("function helper() {}\nexport default PricingCard;", "PricingCard")]
    [InlineData("export default async function page() {}", "page")]
    [InlineData("export default {\n  name: 'x'\n}", null)]
    [InlineData("const PricingCard = ({ a }) => <div/>", "PricingCard")]
    [InlineData("export const Card: React.FC<Props> = () => null", "Card")]
    [InlineData("const small = 1", null)]
    [InlineData("// src/Hero.tsx\nconst Other = () => null", "Hero")]
    [InlineData("/* card.css */\n.card { }", "card")]
    [InlineData("# tools/search_web.py\nprint(1)", "search_web")]
    [InlineData("<!-- hero.html -->\n<p>", "hero")]
    [InlineData("# a comment that ends in e.g.\nx", null)]
    [InlineData("<!DOCTYPE html><html><head><title>  Pricing\n page </title>", "Pricing page")]
    [InlineData("public sealed partial class CodeArchive(TimeProvider clock)\n{", "CodeArchive")]
    [InlineData("@dataclass\nclass Search:\n    pass", "Search")]
    [InlineData("def search_web(query):\n    pass", "search_web")]
    [InlineData("pub async fn main() {}", "main")]
    [InlineData("SELECT 1", null)]
    public void The_code_says_its_name(string code, string? name) => Assert.Equal(name, One($"```\n{code}\n```").Name);

    [Theory]
    [InlineData("## Variant A\n\n```\nx\n```", "Variant A")]
    [InlineData("### Option 2: Compact\n\nWith less space.\n\n```\nx\n```", "Option 2")]
    [InlineData("**Variant B – dark**\n\n```\nx\n```", "Variant B")]
    [InlineData("Here they are.\nVersion 3:\n\n```\nx\n```", "Version 3")]
    [InlineData("## 2. Variant C\n\n```\nx\n```", "Variant C")]
    [InlineData("Option a button has is its colour, which you can change at any time.\n\n```\nx\n```", null)]
    [InlineData("Design system tokens\n\n```\nx\n```", null)]
    [InlineData("## Version 1.2.3\n\n```\nx\n```", null)]
    [InlineData("## Variant A\n\ntext\n\n## Usage\n\n```\nx\n```", null)]
    [InlineData("## Variant A\n\n### Styles\n\n```\nx\n```", "Variant A")]
    public void Headings_and_labels_say_which_variant(string markdown, string? variant) => Assert.Equal(variant, One(markdown).Variant);

    [Fact]
    public void Each_block_has_the_variant_before_it_and_else_the_heading_as_its_name()
    {
        var found = FoundCode.In(
            "# Pricing card\n\n## Variant A\n\n```html\n<p>\n```\n\n```css\n.p{}\n```\n\n## Variant B\n\n```html\n<b>\n```\n"
        );

        Assert.Equal(["Variant A", "Variant A", "Variant B"], found.Select(f => f.Variant));
        Assert.All(found, f => Assert.Equal("Pricing card", f.Name));
    }
}
