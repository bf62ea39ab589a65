using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Plugins;
using Sanctum.Configurator.Registry.Tools;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.History;

/// <summary>A single change goes back as a new one, or not at all, and then with the reason.</summary>
public sealed class UndoingChangesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_update_goes_back_once_and_others_changes_of_the_row_stay(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        var id = await world.AddAsync(new Agent { Name = "Athena", Config = """{"model": "a", "tags": ["x"]}""" });
        var change = await world.ChangeAsync(async r =>
        {
            var agent = await r.Agents.SingleAsync(Cancel);
            (agent.Config, agent.Status, agent.IsActive) = ("""{"model": "b", "tags": ["x"]}""", RunState.Off, false);
        });
        await world.ChangeAsync(async r => (await r.Agents.SingleAsync(Cancel)).Name = "Pallas");

        var plan = Assert.IsType<Outcome<UndoPlan>.Ok>(await world.UndoAsync(change, isDryRun: true)).Value;
        Assert.Equal(["config", "is_active", "status"], plan.Changes.Select(c => c.Column));
        await using (var untouched = world.Registry.Open())
        {
            Assert.Equal(RunState.Off, (await untouched.Agents.SingleAsync(Cancel)).Status);
            Assert.False(await untouched.Changes.AnyAsync(r => r.Reason != null && r.Reason.StartsWith("undid"), Cancel));
        }

        Assert.IsType<Outcome<UndoPlan>.Ok>(await world.UndoAsync(change));
        await using var context = world.Registry.Open();
        var back = await context.Agents.SingleAsync(Cancel);
        Assert.Equal(("Pallas", RunState.Ready, true, id), (back.Name, back.Status, back.IsActive, back.Id));
        Assert.Contains("\"a\"", back.Config, StringComparison.Ordinal);
        var record = await context.Changes.OrderByDescending(r => r.Id).FirstAsync(Cancel);
        Assert.Equal(($"undid change {change}", "root", "update"), (record.Reason, record.Actor, record.Act));
        Assert.Contains("root", await world.WhyNotAsync(change), StringComparison.Ordinal);
        await using var scope = world.Registry.Services.CreateAsyncScope();
        Assert.True((await scope.ServiceProvider.GetRequiredService<ChangeAudit>().VerifyAsync(Cancel)).IsWhole);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_was_changed_again_is_refused_with_who_did_it_and_nothing_changes(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        await world.AddAsync(new Agent { Name = "Athena" });
        var first = await world.ChangeAsync(async r => (await r.Agents.SingleAsync(Cancel)).Name = "Pallas");
        var second = await world.ChangeAsync(async r => (await r.Agents.SingleAsync(Cancel)).Name = "Minerva", "berta");

        var reason = await world.WhyNotAsync(first);

        Assert.Contains($"by berta in change {second}", reason, StringComparison.Ordinal);
        Assert.IsType<Outcome<UndoPlan>.Ok>(await world.UndoAsync(second));
        Assert.IsType<Outcome<UndoPlan>.Ok>(await world.UndoAsync(first));
        await using var context = world.Registry.Open();
        Assert.Equal("Athena", (await context.Agents.SingleAsync(Cancel)).Name);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_deleted_row_comes_back_with_its_number_and_a_version_of_its_own(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        var tool = await world.AddAsync(
            new Tool
            {
                Name = "Lamp",
                Emoji = "💡",
                IsEnabled = false,
            }
        );
        var instance = await world.AddAsync(
            new ToolInstance
            {
                ToolId = tool,
                Name = "Lamp",
                Config = """{"kind": "lamp"}""",
            }
        );
        await world.ChangeAsync(async r => (await r.Tools.SingleAsync(Cancel)).Description = "Shines.");
        var ofInstance = await world.ChangeAsync(async r => r.Remove(await r.ToolInstances.SingleAsync(Cancel)));
        var ofTool = await world.ChangeAsync(async r => r.Remove(await r.Tools.SingleAsync(Cancel)));

        Assert.Contains($"belongs to tools {tool}", await world.WhyNotAsync(ofInstance, isDryRun: true), StringComparison.Ordinal);
        Assert.IsType<Outcome<UndoPlan>.Ok>(await world.UndoAsync(ofTool));
        Assert.IsType<Outcome<UndoPlan>.Ok>(await world.UndoAsync(ofInstance));

        await using var context = world.Registry.Open();
        var lamp = await context.Tools.SingleAsync(Cancel);
        Assert.Equal((tool, "Lamp", "💡", false, "Shines."), (lamp.Id, lamp.Name, lamp.Emoji, lamp.IsEnabled, lamp.Description));
        Assert.True(lamp.Version > 2, $"{lamp.Version}");
        Assert.Equal(
            (instance, tool),
            ((await context.ToolInstances.SingleAsync(Cancel)).Id, (await context.ToolInstances.SingleAsync(Cancel)).ToolId)
        );
        Assert.Contains("already exists again", await world.WhyNotAsync(ofTool), StringComparison.Ordinal);
        Assert.True(await world.AddAsync(new Tool { Name = "Next" }) > tool);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_added_row_goes_only_while_nothing_belongs_to_it(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        var agent = await world.AddAsync(new Agent { Name = "Athena" });
        var added = await NewestAsync(world);
        var plugin = await world.AddAsync(new Plugin { Name = "Mail" });
        await world.AddAsync(new PluginLink { PluginId = plugin, AgentId = agent });
        Assert.Contains("plugin_links", await world.WhyNotAsync(added, isDryRun: true), StringComparison.Ordinal);
        await world.ChangeAsync(async r => r.Remove(await r.PluginLinks.SingleAsync(Cancel)));
        await world.AddAsync(
            new ScheduledJob
            {
                Name = "Wake",
                CronExpression = "0 7 * * *",
                AgentId = agent,
            }
        );
        Assert.Contains("scheduled_jobs", await world.WhyNotAsync(added), StringComparison.Ordinal);
        await world.ChangeAsync(async r => r.Remove(await r.ScheduledJobs.SingleAsync(Cancel)));
        await world.AddAsync(
            new Configuration
            {
                Key = "limit",
                Value = "3",
                Scope = "agent",
                ScopeId = agent,
            }
        );
        Assert.Contains("limit", await world.WhyNotAsync(added), StringComparison.Ordinal);
        await world.ChangeAsync(async r => r.Remove(await r.Configurations.SingleAsync(Cancel)));

        var plan = Assert.IsType<Outcome<UndoPlan>.Ok>(await world.UndoAsync(added)).Value;

        Assert.Equal("delete", plan.Act);
        await using var context = world.Registry.Open();
        Assert.False(await context.Agents.AnyAsync(Cancel));
        Assert.Contains("no longer exists", await world.WhyNotAsync(added), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Changes_by_other_programs_go_back_too_and_a_taken_value_is_the_databases_refusal(TestDatabase database)
    {
        await using var world = await HistoryWorld.CreateAsync(database);
        await world.AddAsync(
            new Agent
            {
                Name = "Athena",
                LettaUid = "agent-1",
                Config = """{"model": "a"}""",
            }
        );
        await world.Registry.OutsideAsync(
            """UPDATE agents SET name = 'Pallas', config = '{"model": "b"}', is_active = '0', letta_uid = NULL"""
        );
        await world.AddAsync(new Agent { Name = "Other", LettaUid = "agent-1" });
        await using var context = world.Registry.Open();
        var change = await context.Changes.Where(r => r.Actor == Actor.OutsideName).Select(r => r.Id).SingleAsync(Cancel);

        Assert.Contains("unique", await world.WhyNotAsync(change, isDryRun: true), StringComparison.Ordinal);
        await world.ChangeAsync(async r => r.Remove(await r.Agents.SingleAsync(a => a.Name == "Other", Cancel)));
        Assert.IsType<Outcome<UndoPlan>.Ok>(await world.UndoAsync(change));

        var back = await context.Agents.SingleAsync(Cancel);
        Assert.Equal(("Athena", "agent-1", true), (back.Name, back.LettaUid, back.IsActive));
    }

    [Fact]
    public async Task Users_settings_configurations_and_acts_that_changed_nothing_are_left_to_others()
    {
        await using var world = await HistoryWorld.CreateAsync();
        var ofUser = await NewestAsync(world);
        var ofSettings = await world.ChangeAsync(async r => (await r.SystemConfig.SingleAsync(Cancel)).SmcpPort = 9123);
        var ofConfiguration = await world.ChangeAsync(r =>
        {
            r.Add(new Configuration { Key = "a", Value = "1" });
            return Task.CompletedTask;
        });
        var reveal = await world.ChangeAsync(r => r.RecordAsync("reveal", "agents", "1", null, Cancel));

        Assert.Contains("users can't be undone", await world.WhyNotAsync(ofUser), StringComparison.Ordinal);
        Assert.Contains("/system-settings/history", await world.WhyNotAsync(ofSettings), StringComparison.Ordinal);
        Assert.Contains("/configurations/history", await world.WhyNotAsync(ofConfiguration), StringComparison.Ordinal);
        Assert.Contains("changed nothing", await world.WhyNotAsync(reveal), StringComparison.Ordinal);
        Assert.IsType<Outcome<UndoPlan>.NotFound>(await world.UndoAsync(99_999));
    }

    [Fact]
    public async Task Who_may_not_write_may_not_undo()
    {
        await using var world = await HistoryWorld.CreateAsync();
        var uma = await world.Registry.AddUserAsync("uma", UserRole.User);
        await world.AddAsync(new Agent { Name = "Athena" });

        Assert.IsType<Outcome<UndoPlan>.Invalid>(await world.UndoAsync(await NewestAsync(world), who: uma));
        await using var context = world.Registry.Open();
        Assert.True(await context.Agents.AnyAsync(Cancel));
    }

    private static async Task<long> NewestAsync(HistoryWorld world)
    {
        await using var context = world.Registry.Open();
        return await context.Changes.MaxAsync(r => r.Id, Cancel);
    }
}
