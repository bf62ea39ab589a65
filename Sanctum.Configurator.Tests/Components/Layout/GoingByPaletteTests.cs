using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Components.Layout;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Components.Layout;

public sealed class GoingByPaletteTests : KitContext
{
    public GoingByPaletteTests()
    {
        Services.AddSingleton(new NavEntry("Agents", "/agents", "agents", 1));
        Services.AddSingleton(new NavEntry("Scheduled jobs", "/scheduled-jobs", "clock", 2));
        Services.AddSingleton(new NavEntry("Users", "/users", "users", 3, "Administer"));
    }

    [Fact]
    public void It_lists_the_pages_the_reader_may_see()
    {
        var palette = Open();

        Assert.Equal(["Agents", "Scheduled jobs"], Titles(palette));
    }

    [Fact]
    public void Letters_need_not_stand_together()
    {
        var palette = Open();

        palette.Find("[role=combobox]").Input("sjo");

        Assert.Equal(["Scheduled jobs"], Titles(palette));
    }

    [Fact]
    public void Arrows_choose_and_enter_goes()
    {
        var palette = Open();
        palette.Find("[role=combobox]").KeyDown(new KeyboardEventArgs { Key = "ArrowDown" });
        var active = palette.Find("[role=combobox]").GetAttribute("aria-activedescendant");
        Assert.Equal(active, palette.Find("[aria-selected=true]").Id);

        palette.Find("[role=combobox]").KeyDown(new KeyboardEventArgs { Key = "Enter" });

        Assert.EndsWith("/scheduled-jobs", Get<NavigationManager>().Uri);
        Assert.Empty(palette.FindAll("dialog"));
    }

    [Fact]
    public void An_act_is_offered_while_its_page_lives()
    {
        var ran = 0;
        var registration = Get<Commands>().Register(new Command("Back up now", () => Task.FromResult(ran++)));
        var palette = Open();
        palette.Find("[role=combobox]").Input("back");
        palette.Find("[role=option]").Click();
        Assert.Equal(1, ran);

        registration.Dispose();
        palette.Find(".palette-open").Click();

        Assert.DoesNotContain("Back up now", Titles(palette));
    }

    [Fact]
    public void Escape_closes_it()
    {
        var palette = Open();

        palette.Find("dialog").TriggerEvent("oncancel", EventArgs.Empty);

        Assert.Empty(palette.FindAll("dialog"));
    }

    private static IEnumerable<string> Titles(IRenderedComponent<CommandPalette> palette) =>
        palette.FindAll("[role=option] > span:first-of-type").Select(title => title.TextContent);

    private IRenderedComponent<CommandPalette> Open()
    {
        var palette = Render<CommandPalette>();
        palette.Find(".palette-open").Click();
        palette.WaitForElement("dialog");
        return palette;
    }
}
