using Bunit;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Tests.Components.Kit;

public sealed class SavingChangesTests : KitContext
{
    [Fact]
    public void Without_a_change_there_is_no_bar() => Assert.Empty(Render<SaveBar>(bar => bar.Add(b => b.Changes, [])).FindAll("section"));

    [Fact]
    public void The_bar_counts_the_changes_and_says_from_what_to_what()
    {
        var bar = Render<SaveBar>(b => b.Add(s => s.Changes, [new("Time-out", "30 s", "45 s"), new("Notes", null, "mine")]));

        Assert.Equal("true", bar.Find("section").GetAttribute("data-unsaved"));
        Assert.Contains("2 unsaved changes", bar.Find("[role=status]").TextContent);
        Assert.Equal(["45 s", "mine"], bar.FindAll("ins").Select(to => to.TextContent.Replace("becomes ", "").Trim()));
        Assert.Contains("nothing", bar.FindAll("del")[1].TextContent);
    }

    [Fact]
    public void Save_and_discard_are_told()
    {
        var told = new List<string>();
        var bar = Render<SaveBar>(b =>
            b.Add(s => s.Changes, [new("Notes", null, "mine")])
                .Add(s => s.OnSave, () => told.Add("save"))
                .Add(s => s.OnDiscard, () => told.Add("discard"))
        );

        bar.Find("[data-shortcut='mod+s']").Click();
        bar.FindAll("button")[0].Click();

        Assert.Equal(["save", "discard"], told);
    }
}
