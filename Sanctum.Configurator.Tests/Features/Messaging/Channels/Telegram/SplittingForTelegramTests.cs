using System.Globalization;
using System.Text;
using Sanctum.Configurator.Features.Messaging.Channels.Telegram;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Telegram;

public sealed class SplittingForTelegramTests
{
    [Theory]
    [InlineData("")]
    [InlineData("  \n\n ")]
    public void What_says_nothing_is_not_sent(string answer) => Assert.Empty(TelegramText.Split(answer));

    [Fact]
    public void What_fits_stays_whole()
    {
        var text = new string('a', TelegramText.Most);
        Assert.Equal([text], TelegramText.Split(text));
        Assert.Equal(["a\nb"], TelegramText.Split("a\r\nb\n"));
    }

    [Fact]
    public void It_is_cut_between_paragraphs_rather_than_lines_and_between_words_rather_than_in_them()
    {
        Assert.Equal(["one two\nthree", "four five six"], TelegramText.Split("one two\nthree\n\nfour five six", 20));
        Assert.Equal(["one two three", "four five six"], TelegramText.Split("one two three\nfour five six", 20));
        Assert.Equal(["one two three", "four five"], TelegramText.Split("one two three four five", 20));
        Assert.Equal(3, TelegramText.Split(new string('x', 50), 20).Count);
    }

    [Theory]
    [InlineData("😀")]
    [InlineData("👩‍👩‍👧‍👦")]
    [InlineData("e\u0301")]
    [InlineData("🇩🇪")]
    public void No_character_is_cut_in_two(string character)
    {
        var text = "a" + string.Concat(Enumerable.Repeat(character, 3000));

        var pieces = TelegramText.Split(text);

        Assert.Equal(text, string.Concat(pieces));
        Assert.All(pieces, piece => Assert.True(piece.Length <= TelegramText.Most));
        Assert.All(pieces.Skip(1), piece => Assert.Equal(character, StringInfo.GetNextTextElement(piece)));
    }

    [Fact]
    public void One_character_with_endless_accents_is_cut_at_least_between_surrogates()
    {
        var text = "😀" + string.Concat(Enumerable.Repeat("\U00010A0F", 5000));

        var pieces = TelegramText.Split(text);

        Assert.All(pieces, piece => Assert.Equal(piece, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(piece))));
        Assert.All(pieces, piece => Assert.True(piece.Length <= TelegramText.Most));
    }

    [Fact]
    public void A_block_of_code_that_is_cut_ends_and_begins_again()
    {
        var code = string.Join('\n', Enumerable.Range(1, 900).Select(line => $"  print({line})"));

        var pieces = TelegramText.Split($"See:\n```python\n{code}\n```\nThat is all.");

        Assert.True(pieces.Count > 2);
        Assert.All(pieces, piece => Assert.Equal(0, piece.Split('\n').Count(line => line.StartsWith("```", StringComparison.Ordinal)) % 2));
        Assert.All(pieces, piece => Assert.True(piece.Length <= TelegramText.Most));
        Assert.All(pieces.Skip(1), piece => Assert.StartsWith("```python\n  print", piece, StringComparison.Ordinal));
        var lines = pieces.SelectMany(piece => piece.Split('\n')).Where(line => line.Contains("print", StringComparison.Ordinal));
        Assert.Equal(code.Split('\n'), lines);
    }

    [Fact]
    public void A_picture_on_a_line_of_its_own_is_a_piece_of_its_own()
    {
        var pieces = TelegramText.Split("Look:\n![The sea](https://example.com/sea.jpg)\nNice?\n```\n![x](https://example.com/x)\n```");

        Assert.Equal(3, pieces.Count);
        Assert.Equal((new Uri("https://example.com/sea.jpg"), "The sea"), TelegramText.PictureIn(pieces[1]));
        Assert.Null(TelegramText.PictureIn(pieces[2]));
    }

    [Theory]
    [InlineData("a < b & c", "a &lt; b &amp; c")]
    [InlineData("**bold** and `a<b` and *not*", "<b>bold</b> and <code>a&lt;b</code> and *not*")]
    [InlineData("[site](https://e.com/?a=1&b=2)", "<a href=\"https://e.com/?a=1&amp;b=2\">site</a>")]
    [InlineData("[bad](javascript:alert(1))", "[bad](javascript:alert(1))")]
    [InlineData("[x](https://e.com/\"onclick=)", "<a href=\"https://e.com/&quot;onclick=\">x</a>")]
    [InlineData("## A **title**", "<b>A title</b>")]
    [InlineData("`**code**`", "<code>**code**</code>")]
    [InlineData("2 ** 3 ** 4", "2 ** 3 ** 4")]
    [InlineData("```js\nlet a = **b**;\n```\nend", "<pre><code class=\"language-js\">let a = **b**;\n</code></pre>\nend")]
    public void Markdown_becomes_what_Telegram_can_show(string markdown, string html) => Assert.Equal(html, TelegramText.ToHtml(markdown));
}
