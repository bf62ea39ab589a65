using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

public sealed class KeepingAgentsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_list_is_searched_filtered_sorted_and_paged(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 30);
        var ids = await world.AdoptedAsync(Enumerable.Range(1, 30));
        await world.CallAsync((AgentService agents) => agents.ActivateAsync(ids[4], false, null, Cancel));
        world.There.Remove(9);
        world.Registry.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.SynchronisedAsync();

        Assert.Equal((30, 10), Counts(await ListAsync(world, new(), new(20, 20))));
        Assert.Equal(["Agent 5"], Names(await ListAsync(world, new(IsActive: false), new(0, 50))));
        Assert.Equal(["Agent 9"], Names(await ListAsync(world, new(RunState.Off), new(0, 50))));
        Assert.Equal(["Agent 17"], Names(await ListAsync(world, new(), new(0, 50, Search: "NUMBER 17"))));
        Assert.Equal(["Agent 21"], Names(await ListAsync(world, new(), new(0, 50, Search: FakeLettaAgents.IdOf(21)))));
        Assert.Equal("Agent 9", Names(await ListAsync(world, new(), new(0, 50, "name", Descending: true)))[0]);
        Assert.Equal("Agent 9", Names(await ListAsync(world, new(), new(0, 50, "updated", Descending: true)))[0]);
        Assert.Equal(RunState.Off, (await ListAsync(world, new(), new(0, 50, "status"))).Items[0].Status);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_declared_is_changed_and_tools_and_blocks_stay(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));

        Assert.IsType<Outcome<AgentRow>.Ok>(
            await world.SaveAsync(id, form => (form.Name, form.Model, form.Tags, form.System) = (" Hermes ", "", ["quick"], "Be quick."))
        );

        var view = await world.ReadAsync(id);
        Assert.Equal(("Hermes", null, "Be quick."), (view.Agent.Name, view.Declared.Model, view.Declared.System));
        Assert.Equal(["quick"], view.Declared.Tags);
        Assert.Equal(["send_message"], view.Declared.Tools);
        Assert.Equal("I am kind.", view.Declared.Blocks!["persona"]);
        Assert.IsType<Outcome<AgentRow>.Invalid>(await world.SaveAsync(id, form => form.Name = " "));
        Assert.IsType<Outcome<AgentRow>.Conflict>(await world.SaveAsync(id, form => form.Version--));
        Assert.DoesNotContain(world.Letta.Requests, request => request.Method != "GET");
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_agent_that_is_used_is_not_deleted_and_its_users_are_named(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        await world.Registry.OutsideAsync("INSERT INTO tools (name, status) VALUES ('clock', 'Ready')");
        await world.Registry.OutsideAsync($"INSERT INTO tool_instances (tool_id, agent_id, name) VALUES (1, {id}, 'morning clock')");
        await world.Registry.OutsideAsync(
            $"INSERT INTO scheduled_jobs (name, cron_expression, agent_id) VALUES ('wake up', '0 7 * * *', {id})"
        );

        var refused = Assert.IsType<Outcome<AgentRow>.Invalid>(await DeleteAsync(world, id));

        Assert.Equal(
            "The agent can't be deleted, because it is used by the tool instance morning clock and scheduled job wake up. Delete or move them first, or deactivate the agent.",
            refused.Reasons[""]
        );
        Assert.Equal(1, await world.CountAsync());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Links_and_configurations_go_with_the_agent_into_the_history_and_the_server_keeps_it(TestDatabase database)
    {
        await using var world = await AgentsWorld.CreateAsync(database, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        await world.Registry.OutsideAsync("INSERT INTO plugins (name) VALUES ('weather')");
        await world.Registry.OutsideAsync($"INSERT INTO plugin_links (plugin_id, agent_id) VALUES (1, {id})");
        await world.Registry.OutsideAsync(
            $"INSERT INTO configurations (key, value, type, scope, scope_id) VALUES ('tone', 'kind', 'string', 'agent', {id}), ('tone', 'dry', 'string', 'tool', {id})"
        );

        var dependants = await world.CallAsync((AgentService agents) => agents.DependantsAsync(id, Cancel));
        Assert.IsType<Outcome<AgentRow>.Ok>(await DeleteAsync(world, id));

        Assert.Equal(["weather"], dependants.PluginLinks);
        Assert.Equal(["tone"], dependants.Configurations);
        Assert.Equal(0, await world.CountAsync());
        await using var context = world.Registry.Open();
        Assert.Equal("tool", (await context.Configurations.SingleAsync(Cancel)).Scope);
        var deleted = await context.Changes.Where(c => c.Act == "delete").Select(c => c.TableName).ToListAsync(Cancel);
        Assert.Equal(["agents", "configurations", "plugin_links"], deleted.Order(StringComparer.Ordinal));
        Assert.Equal("Agent 1", (string)world.There.Read(1)["name"]!);
    }

    [Fact]
    public async Task The_history_of_an_agent_tells_apart_what_changed_in_its_configuration()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 2);
        var ids = await world.AdoptedAsync(1, 2);
        await world.SaveAsync(ids[0], form => form.Model = "anthropic/claude");

        var history = await world.CallAsync((AgentService agents) => agents.HistoryAsync(ids[0], new(0, 10), Cancel));

        Assert.Equal(["update", "insert"], history.Items.Select(change => change.Act));
        var change = Assert.Single(history.Items[0].Changes);
        Assert.Equal(("config.model", "openai/gpt-4.1", "anthropic/claude"), (change.Column, change.From, change.To));
    }

    [Fact]
    public async Task The_service_asks_for_the_permission_again()
    {
        await using var world = await AgentsWorld.CreateAsync(TestDatabase.Sqlite, 1);
        var id = Assert.Single(await world.AdoptedAsync(1));
        var (vera, oscar) = (await world.Registry.AddUserAsync("vera", UserRole.Viewer), await world.Registry.AddUserAsync("oscar"));

        Assert.IsType<Outcome<AgentRow>.Invalid>(
            await world.CallAsync((AgentService agents) => agents.ActivateAsync(id, false, null, Cancel), vera)
        );
        Assert.IsType<Outcome<AgentRow>.Ok>(
            await world.CallAsync((AgentService agents) => agents.ActivateAsync(id, false, null, Cancel), oscar)
        );
        Assert.IsType<Outcome<AgentRow>.Invalid>(
            await world.CallAsync((AgentService agents) => agents.DeleteAsync(id, null, Cancel), oscar)
        );
    }

    private static Task<Outcome<AgentRow>> DeleteAsync(AgentsWorld world, int id) =>
        world.CallAsync((AgentService agents) => agents.DeleteAsync(id, null, Cancel));

    private static Task<PageOf<AgentRow>> ListAsync(AgentsWorld world, AgentFilter filter, PageRequest page) =>
        world.CallAsync((AgentService agents) => agents.PageAsync(filter, page, Cancel));

    private static (int Total, int Shown) Counts(PageOf<AgentRow> page) => (page.Total, page.Items.Count);

    private static string[] Names(PageOf<AgentRow> page) => [.. page.Items.Select(agent => agent.Name)];
}
