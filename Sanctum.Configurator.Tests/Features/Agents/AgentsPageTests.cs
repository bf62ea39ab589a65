using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Agents.AgentFiles;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Features.Agents.Talking;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

public sealed class AgentsPageTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly LettaState _letta = new();

    [Fact]
    public async Task An_operator_with_rights_to_write_synchronises_and_adopts_all()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 12);
        await PlaceAsync(world, Policies.ReadRegistry, Policies.OperateRegistry, Policies.WriteRegistry);
        var page = Render<AgentsPage>();
        page.WaitForAssertion(() => Assert.Contains("No agents yet", page.Markup), Patience);

        await PressAsync(page, "Synchronise");
        page.WaitForAssertion(() => Assert.Equal(10, Rows(page, "New agents")), Patience);
        await PressAsync(page, "Adopt all 12");

        page.WaitForAssertion(() => Assert.Equal(12, Rows(page, "Agents")), Patience);
        page.WaitForAssertion(() => Assert.Contains("Nothing new", page.Markup), Patience);
        Assert.Contains("Not run yet.", page.Find("table[aria-label=Agents]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_said_on_the_page()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        await world.Letta.StopAsync();
        await PlaceAsync(world, Policies.ReadRegistry, Policies.OperateRegistry);
        var page = Render<AgentsPage>();
        page.WaitForAssertion(() => Assert.Contains("No agents yet", page.Markup), Patience);

        await PressAsync(page, "Synchronise");

        page.WaitForAssertion(
            () => Assert.Contains("nothing listens on the server's port", page.Find("[role=alert]").TextContent),
            Patience
        );
    }

    [Fact]
    public async Task While_the_server_is_down_no_agent_is_shown_as_if_its_state_were_known()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        await world.AdoptedAsync(1);
        await PlaceAsync(world, Policies.ReadRegistry);
        var page = Render<AgentsPage>();
        page.WaitForAssertion(() => Assert.Contains("Not run yet.", page.Markup), Patience);

        _letta.Set(new LettaStatus { Verdict = LettaVerdict.Refused });

        page.WaitForAssertion(() => Assert.Contains("Last known: the Letta server can't be used.", page.Markup), Patience);
        _letta.Set(new LettaStatus { Verdict = LettaVerdict.Connected });
        page.WaitForAssertion(() => Assert.DoesNotContain("Last known", page.Markup), Patience);
    }

    [Fact]
    public async Task Who_may_not_add_agents_is_not_told_to()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 0);
        await PlaceAsync(world, Policies.ReadRegistry);

        var page = Render<AgentsPage>();

        page.WaitForAssertion(() => Assert.Contains("you need the permission registry:write", page.Markup), Patience);
        Assert.DoesNotContain("create one", page.Find(".state").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_sees_the_agents_and_no_button_that_would_refuse_him()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        world.There.Change(1, agent => agent["model"] = "anthropic/claude");
        await PlaceAsync(world, Policies.ReadRegistry);

        var list = Render<AgentsPage>();
        list.WaitForAssertion(() => Assert.Equal(1, Rows(list, "Agents")), Patience);
        var detail = Render<AgentPage>(page => page.Add(p => p.Id, id));
        detail.WaitForAssertion(() => Assert.Equal(1, Rows(detail, "Differences from the Letta server")), Patience);

        Assert.DoesNotContain(list.FindAll("button"), button => button.TextContent.Contains("Synchronise", StringComparison.Ordinal));
        Assert.Equal(
            ["Compare again"],
            detail.FindAll(".page-actions button, .card-head button").Select(button => button.TextContent.Trim())
        );
        Assert.Empty(detail.FindAll("table[aria-label='Changes of this agent']"));
    }

    [Fact]
    public async Task The_filters_stand_in_the_url()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 2);
        await world.AdoptedAsync(1, 2);
        world.There.Remove(2);
        await world.SynchronisedAsync();
        await PlaceAsync(world, Policies.ReadRegistry);
        Get<NavigationManager>().NavigateTo("/agents?status=Off");

        var page = Render<AgentsPage>();
        page.WaitForAssertion(
            () => Assert.Contains("Agent 2", Assert.Single(page.FindAll("table[aria-label=Agents] tbody tr")).TextContent),
            Patience
        );
        page.Find("select[aria-label='Show agents by status']").Change("");
        page.WaitForAssertion(() => Assert.Equal(2, Rows(page, "Agents")), Patience);

        Assert.EndsWith("/agents", Get<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_is_used_is_not_offered_for_deletion_but_its_users_are_named()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        await world.Registry.OutsideAsync(
            $"INSERT INTO scheduled_jobs (name, cron_expression, agent_id) VALUES ('wake up', '0 7 * * *', {id})"
        );
        await PlaceAsync(world, Policies.ReadRegistry, Policies.OperateRegistry, Policies.WriteRegistry);
        var page = Render<AgentPage>(agent => agent.Add(p => p.Id, id));
        page.WaitForElement(".menu-item-bad", Patience).Click();

        page.WaitForAssertion(() => Assert.Contains("scheduled job wake up", page.Find("[role=alert]").TextContent), Patience);
    }

    [Fact]
    public async Task An_agent_that_is_only_declared_is_created_on_the_server_from_its_page()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 0);
        var id = await world.AddAsync("Melissa", """{"model": "openai/none"}""");
        await PlaceAsync(world, Policies.ReadRegistry, Policies.WriteRegistry);
        var page = Render<AgentPage>(agent => agent.Add(p => p.Id, id));
        page.WaitForAssertion(() => Assert.Contains("only declared here", page.Markup), Patience);

        await PressAsync(page, "Create on the Letta server…");

        page.WaitForAssertion(() => Assert.Contains("declares no embedding", page.Find("[role=alert]").TextContent), Patience);
        Assert.DoesNotContain(world.Letta.Requests, request => request.Method != "GET");
    }

    [Fact]
    public async Task Nobody_is_found_under_an_unknown_number()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 0);
        await PlaceAsync(world, Policies.ReadRegistry);

        var page = Render<AgentPage>(agent => agent.Add(p => p.Id, 999));

        page.WaitForAssertion(() => Assert.Contains("Agent not found", page.Markup), Patience);
    }

    private static int Rows<T>(IRenderedComponent<T> page, string label)
        where T : IComponent => page.FindAll($"table[aria-label='{label}'] tbody tr").Count;

    private async Task PlaceAsync(AgentsWorld world, params string[] policies)
    {
        var scope = (await world.Registry.CallAsAsync(world.Administrator)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<Signal<RegistryChange>>());
        Services.AddSingleton(scope.GetRequiredService<AgentService>());
        Services.AddSingleton(scope.GetRequiredService<AgentSync>());
        Services.AddSingleton(scope.GetRequiredService<AgentExchange>());
        Services.AddSingleton(scope.GetRequiredService<AgentTalk>());
        Services.AddSingleton(scope.GetRequiredService<ServerCreation>());
        Services.AddSingleton(scope.GetRequiredService<AgentBelongings>());
        Services.AddSingleton(scope.GetRequiredService<AgentExport>());
        Services.AddSingleton(scope.GetRequiredService<CurrentUser>());
        Services.AddSingleton(_letta);
        Reader.SetPolicies(policies);
    }
}
