using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Agents.AgentFiles;
using Sanctum.Configurator.Features.Agents.Moving;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Features.Agents.AgentFiles;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents.Moving;

public sealed class MovePageTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task An_agent_is_chosen_planned_tried_and_moved()
    {
        await using var world = await MoveWorld.CreateAsync(old: 2);
        await world.KeepV1Async();
        await PlaceAsync(world);
        var page = Render<MovePage>();
        page.WaitForAssertion(() => Assert.Contains("http://localhost", page.Find("input[name=Address]").GetAttribute("value")), Patience);

        await page.Find("form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("table[aria-label='Agents of the V1 server'] tbody tr").Count), Patience);
        await page.FindAll("table[aria-label='Agents of the V1 server'] tbody label")
            .Single(label => label.TextContent.Trim() == "Agent 1")
            .QuerySelector("input")!
            .ChangeAsync(new ChangeEventArgs { Value = true });
        await PressAsync(page, "Plan 1 agent");
        page.WaitForAssertion(() => Assert.Contains("send_message", page.Markup), Patience);
        await PressAsync(page, "Dry run");
        page.WaitForAssertion(() => Assert.Contains("nothing was written", page.Markup), Patience);
        Assert.Empty(world.Server.Agents);
        page.WaitForAssertion(() => Assert.False(Button(page, "Move 1 agent").HasAttribute("disabled")), Patience);
        await PressAsync(page, "Move 1 agent");
        await world.DoneAsync();
        world.Registry.Clock.Advance(TimeSpan.FromSeconds(2));

        page.WaitForAssertion(() => Assert.Contains("Identical", page.Find("table[aria-label=Report] tbody").TextContent), Patience);
        Assert.Equal("Agent 1", Assert.Single(world.Server.Agents.Values).Name);
        Assert.DoesNotContain(FakeLetta.Password, page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_not_offered_is_asked_for_before_the_move_can_begin()
    {
        await using var world = await MoveWorld.CreateAsync(old: 1);
        await world.KeepV1Async();
        world.Old.Change(1, agent => agent["model"] = "anthropic/claude");
        await PlaceAsync(world);
        var page = Render<MovePage>();
        page.WaitForElement("form", Patience);

        await page.Find("form").SubmitAsync();
        page.WaitForElement("table[aria-label='Agents of the V1 server'] tbody label", Patience);
        await PressAsync(page, "Choose all 1");
        await PressAsync(page, "Plan 1 agent");

        page.WaitForAssertion(
            () => Assert.Contains("The App Server doesn't offer anthropic/claude. Choose one of its models.", page.Markup),
            Patience
        );
        Assert.True(page.FindAll("button").Single(button => button.TextContent.Trim() == "Move 1 agent").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_move_is_found_again_stopped_and_gone_on_with()
    {
        await using var world = await MoveWorld.CreateAsync(old: 2);
        await world.KeepV1Async();
        var (reached, go) = world.HoldAt(1);
        await world.BeginAsync(MoveWorld.Of(1, 2));
        await reached;
        await PlaceAsync(world);

        var page = Render<MovePage>();
        page.WaitForAssertion(() => Assert.Contains("0 of 2", page.Markup), Patience);
        await PressAsync(page, "Stop");
        page.WaitForAssertion(() => Assert.Contains("Stopping after the present agent", page.Markup), Patience);
        go.SetResult();
        await world.EndedAsync();
        world.Registry.Clock.Advance(TimeSpan.FromSeconds(2));
        page.WaitForAssertion(() => Assert.Contains("It was stopped", page.Markup), Patience);

        var again = Render<MovePage>();
        again.WaitForAssertion(() => Assert.Contains("1 moved, 1 not begun.", again.Markup), Patience);
        await PressAsync(again, "Go on with the 1 agent left");
        await world.DoneAsync();
        world.Registry.Clock.Advance(TimeSpan.FromSeconds(2));

        again.WaitForAssertion(() => Assert.Contains("All agents were moved", again.Markup), Patience);
        Assert.Equal(2, again.FindAll("table[aria-label=Report] tbody tr").Count);
        Assert.Equal(2, world.Server.Agents.Count);
    }

    [Fact]
    public async Task The_dialog_of_imports_names_what_is_lost_and_asks_no_embedding_and_no_tools_where_the_server_has_none()
    {
        await using var world = await MoveWorld.CreateAsync();
        await PlaceAsync(world);
        await ShowAsync<ImportDialog>();

        Overlays.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText(AgentFileTexts.Whole, "athena.af"));

        Overlays.WaitForAssertion(() => Assert.Contains("An App Server can't have all of it", Overlays.Markup), Patience);
        Assert.Contains("web_search, send_message", Overlays.Markup, StringComparison.Ordinal);
        var labels = Overlays.FindAll("label").Select(label => label.TextContent.Trim()).ToList();
        Assert.Contains("Model", labels);
        Assert.DoesNotContain("Embedding", labels);
        Assert.DoesNotContain(labels, label => label.Contains("already exist", StringComparison.Ordinal));
        Assert.DoesNotContain("API_KEY", labels);
    }

    private async Task PlaceAsync(MoveWorld world)
    {
        var scope = (await world.Registry.CallAsAsync(world.Administrator)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<Signal<RegistryChange>>());
        Services.AddSingleton(scope.GetRequiredService<V1Server>());
        Services.AddSingleton(scope.GetRequiredService<AgentMove>());
        Services.AddSingleton(scope.GetRequiredService<MovePlanner>());
        Services.AddSingleton(scope.GetRequiredService<MoveRuns>());
        Services.AddSingleton(scope.GetRequiredService<Signal<RunsChanged>>());
        Services.AddSingleton(scope.GetRequiredService<AgentImport>());
        Services.AddSingleton(scope.GetRequiredService<CurrentUser>());
        Reader.SetPolicies(Policies.ReadRegistry, Policies.WriteRegistry, Policies.TestLetta);
    }
}
