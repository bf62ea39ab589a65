using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Components;

namespace Sanctum.Configurator.Tests.Features.Overview;

public sealed class OverviewPageTests : KitContext
{
    private readonly FakeArea _letta = new("Letta", () => FakeArea.Tile("12 ms"));
    private readonly FakeArea _logs = new("Logs", () => FakeArea.Tile("3", Tone.Neutral)) { Order = 1 };
    private readonly FakeArea _users = new("Users", () => new())
    {
        Order = 2,
        Policy = Policies.ManageUsers,
        HasTile = false,
    };
    private int _tests;

    /// <summary>What changes again is read a second later.</summary>
    private static TimeSpan Patience => TimeSpan.FromSeconds(20);

    public OverviewPageTests()
    {
        Services.AddScoped<CurrentUser>().AddSingleton(typeof(Signal<>)).AddOverview();
        Services.AddSingleton<IOverviewArea>(_logs).AddSingleton<IOverviewArea>(_users).AddSingleton<IOverviewArea>(_letta);
        Reader.SetPolicies(Policies.ReadSettings, Policies.TestLetta, Policies.WriteSettings, Policies.ManageUsers);
    }

    [Fact]
    public void Each_area_has_a_tile_in_order_with_its_figure()
    {
        var page = Render<OverviewPage>();

        page.WaitForAssertion(() => Assert.Equal(["12 ms", "3"], page.FindAll(".tile-figure").Select(figure => figure.TextContent)));
        Assert.Equal(["Letta", "Logs"], page.FindAll(".tile h2").Select(title => title.TextContent.Trim()));
        Assert.Equal("/letta", page.Find(".tile h2 a").GetAttribute("href"));
        Assert.Contains("Nothing needs attention.", page.Find("[role=status]").TextContent);
    }

    [Fact]
    public void A_new_installation_is_its_first_steps_and_each_ticks_itself()
    {
        _letta.Read = () => FakeArea.Tile("Refused", Tone.Bad) with { Steps = [Step(isDone: false)] };
        _users.Read = () => new() { Steps = [Step(isDone: false) with { Title = "Add users", IsOptional = true }] };
        var page = Render<OverviewPage>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".first-step").Count));
        Assert.Empty(page.FindAll(".tile"));
        Assert.Equal("/system-settings", page.Find(".first-step a").GetAttribute("href"));
        Assert.Contains("to do", page.Find(".first-step").TextContent, StringComparison.Ordinal);

        _users.Change(() => new() { Steps = [Step(isDone: true) with { Title = "Add users", IsOptional = true }] });

        page.WaitForAssertion(() => Assert.Contains("1 of 2 done", page.Find("summary").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal(2, page.FindAll(".tile").Count);

        _letta.Change(() => FakeArea.Tile("12 ms") with { Steps = [Step(isDone: true)] });

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".first-step")), Patience);
    }

    [Fact]
    public void A_tile_that_fails_says_so_and_takes_no_other_with_it()
    {
        _letta.Read = () => throw new InvalidOperationException("The database is gone.");
        var page = Render<OverviewPage>();
        page.WaitForAssertion(() => Assert.Equal(["3"], page.FindAll(".tile-figure").Select(figure => figure.TextContent)));
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".tile [role=alert]")));
        Assert.DoesNotContain("The database is gone.", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing needs attention", page.Markup, StringComparison.Ordinal);

        _letta.Read = () => FakeArea.Tile("12 ms");
        page.Find(".tile button").Click();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".tile-figure").Count), Patience);
    }

    [Fact]
    public void What_is_a_first_step_for_others_is_not_called_well_to_a_viewer()
    {
        Reader.SetPolicies(Policies.ReadSettings);
        _letta.Read = () => FakeArea.Tile("Refused", Tone.Bad) with { Steps = [Step(isDone: false)] };

        var page = Render<OverviewPage>();

        page.WaitForAssertion(() => Assert.Equal(["Refused", "3"], page.FindAll(".tile-figure").Select(figure => figure.TextContent)));
        Assert.Null(page.Find(".attention").GetAttribute("aria-busy"));
        Assert.DoesNotContain("Nothing needs attention", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void An_area_without_a_tile_that_fails_needs_attention()
    {
        _users.Read = () => throw new InvalidOperationException("The database is gone.");

        var page = Render<OverviewPage>();

        page.WaitForAssertion(() => Assert.Equal("Users: could not be loaded", page.Find(".attention-sentence").TextContent));
    }

    [Fact]
    public void What_is_red_turns_green_by_the_act_it_offers()
    {
        _letta.Read = Red;
        var page = Render<OverviewPage>();
        page.WaitForAssertion(() => Assert.Equal("1 item needs attention.", page.Find("[role=status]").TextContent));

        page.Find(".attention button").Click();
        page.WaitForAssertion(() => Assert.Equal("Still refused.", page.Find(".attention [role=alert]").TextContent));
        page.WaitForAssertion(() => Assert.False(page.Find(".attention button").HasAttribute("disabled")));
        page.Find(".attention button").Click();

        page.WaitForAssertion(() => Assert.Equal("12 ms", page.Find(".tile-figure").TextContent), Patience);
        Assert.Empty(page.FindAll(".attention-item"));
        Assert.Equal(2, _tests);
    }

    [Fact]
    public void A_viewer_sees_neither_acts_nor_areas_that_are_not_his()
    {
        Reader.SetPolicies(Policies.ReadSettings);
        _letta.Read = Red;
        _users.Read = () => new() { Steps = [Step(isDone: false)] };

        var page = Render<OverviewPage>();

        page.WaitForAssertion(() => Assert.Equal("Letta is down", page.Find(".attention-sentence").TextContent));
        Assert.Empty(page.FindAll(".attention button, .first-step"));
        Assert.Equal(2, page.FindAll(".tile").Count);
    }

    private AreaReading Red() =>
        FakeArea.Tile("Refused", Tone.Bad) with
        {
            Attention = [new(Tone.Bad, "Letta is down") { Act = new("Test again", Policies.TestLetta) { RunAsync = TestAsync } }],
        };

    private Task<Outcome<string>> TestAsync(CancellationToken cancel)
    {
        if (++_tests < 2)
        {
            return Task.FromResult<Outcome<string>>(new Outcome<string>.Invalid("", "Still refused."));
        }

        _letta.Read = () => FakeArea.Tile("12 ms");
        return Task.FromResult<Outcome<string>>(new Outcome<string>.Ok("Connected."));
    }

    private static FirstStep Step(bool isDone) => new("Connect", "Say where it is.", "/system-settings", isDone, Policies.WriteSettings);
}
