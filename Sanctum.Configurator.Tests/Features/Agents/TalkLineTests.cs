using Bunit;
using Sanctum.Configurator.Features.Agents.Talking;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Tests.Components;

namespace Sanctum.Configurator.Tests.Features.Agents;

/// <summary>What tools give back, as people of other consoles have reported it.</summary>
public sealed class TalkLineTests : KitContext
{
    [Fact]
    public void Colours_of_a_terminal_are_left_out()
    {
        var line = Draw("\u001b[1mContext\u001b[22m \u001b[38;5;244m18%\u001b[39m of \u001b]8;;https://a.example\u0007it\u001b]8;;\u0007");

        Assert.Equal("Context 18% of it", line.Find(".talk-text").TextContent);
    }

    [Fact]
    public async Task Of_a_log_of_megabytes_the_page_gets_the_beginning_until_somebody_asks_for_all_of_it()
    {
        var log = "first\n" + string.Concat(Enumerable.Repeat("😀 a line of a log\n", 200_000));
        var line = Draw(log);

        Assert.True(line.Markup.Length < 50_000, $"{line.Markup.Length} characters");
        Assert.Contains($"The first 20,000 of {log.Length:N0} characters.", line.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', line.Find(".written").TextContent);
        await PressAsync(line, "Show all of it");

        Assert.Equal(log.Length, line.Find(".written").TextContent.Length);
    }

    [Fact]
    public void Letters_that_nobody_sees_are_marked_in_what_a_tool_says_and_not_in_what_a_person_says()
    {
        Assert.Equal("safe⟨U+202E⟩txt.exe", Draw("safe\u202Etxt.exe").Find(".talk-text").TextContent);
        Assert.Equal("שלום\u200F", Draw("שלום\u200F", LettaMessageKind.User).Find(".talk-text").TextContent);
    }

    [Fact]
    public void A_picture_is_not_cut_in_two_at_the_end_of_a_folded_line()
    {
        var start = Draw(new string('a', 119) + "😀 and so on").Find("summary").TextContent;

        Assert.Equal(new string('a', 119) + "…", start);
    }

    private IRenderedComponent<TalkLine> Draw(string text, LettaMessageKind kind = LettaMessageKind.ToolReturn) =>
        Render<TalkLine>(line =>
            line.Add(l => l.Name, "Athena").Add(l => l.Message, new LettaMessage("1", kind, "a message", text, Tool: "Bash"))
        );
}
