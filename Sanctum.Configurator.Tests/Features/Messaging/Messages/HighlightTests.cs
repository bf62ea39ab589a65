using Sanctum.Configurator.Features.Messaging.Messages;

namespace Sanctum.Configurator.Tests.Features.Messaging.Messages;

public sealed class HighlightTests
{
    [Theory]
    [InlineData("ship", "The SHIP and the shipyard", "SHIP")]
    [InlineData("ship*", "The SHIP and the shipyard", "SHIP|shipyard")]
    [InlineData("\"ship and\"", "The SHIP, and the ship", "SHIP, and")]
    [InlineData("ship -cat", "ship cat", "ship")]
    [InlineData("世界", "你好世界", "世界")]
    [InlineData("a.c", "abc a.c", "a.c")]
    [InlineData("<b>", "a <b> b", "b|b")]
    [InlineData("-cat", "cat", "")]
    public void What_was_looked_for_is_marked_and_nothing_else(string search, string text, string marked) =>
        Assert.Equal(
            marked,
            string.Join(
                '|',
                Highlight.Whole(text, Highlight.Of(MessageWords.Read(search).Words)).Where(piece => piece.IsHit).Select(piece => piece.Text)
            )
        );

    [Fact]
    public void An_excerpt_begins_near_the_hit_and_cuts_no_sign_in_halves()
    {
        var text = string.Concat(Enumerable.Repeat("😀", 500)) + " needle " + string.Concat(Enumerable.Repeat("😀", 500));

        var pieces = Highlight.Excerpt(text, Highlight.Of(MessageWords.Read("needle").Words));

        var shown = string.Concat(pieces.Select(piece => piece.Text));
        Assert.Single(pieces, piece => piece.IsHit);
        Assert.InRange(shown.Length, 200, 260);
        Assert.DoesNotContain('�', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(shown)));
    }
}
