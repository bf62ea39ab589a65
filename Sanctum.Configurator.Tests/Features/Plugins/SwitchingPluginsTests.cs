using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Plugins;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Plugins;

public sealed class SwitchingPluginsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Disabling_says_what_breaks_and_disables_it_first_when_asked(TestDatabase database)
    {
        await using var world = await PluginsWorld.CreateAsync(database);
        var (low, _, top) = (await world.AddAsync("low"), await world.AddAsync("mid", "low"), await world.AddAsync("top", "mid"));
        var resting = await world.AddAsync("resting", "low", isEnabled: false);
        await world.Registry.OutsideAsync("INSERT INTO tools (name) VALUES ('top__find')");
        await world.Registry.OutsideAsync("INSERT INTO agents (name) VALUES ('Athena')");
        await world.Registry.OutsideAsync($"INSERT INTO plugin_links (plugin_id, agent_id) VALUES ({top}, 1)");

        var refused = Assert.IsType<Outcome<SwitchPlan>.Invalid>(await DisableAsync(world, low, false));
        Assert.Equal(
            "Disabling low breaks the plugin mid, the plugin top, the tool top__find and the agent Athena. Disable it together with its dependants, or leave it enabled.",
            refused.Reasons[""]
        );
        Assert.True(await world.IsEnabledAsync(low));
        var plan = Assert.IsType<Outcome<SwitchPlan>.Ok>(await DisableAsync(world, low, true)).Value;

        Assert.Equal(["top__find", "top", "mid", "low"], plan.Order.Select(node => node.Name));
        Assert.Equal(["Athena"], plan.Affected.Select(node => node.Name));
        Assert.Equal(
            (false, false, false),
            (await world.IsEnabledAsync(low), await world.IsEnabledAsync(top), await world.IsEnabledAsync(resting))
        );
        Assert.Equal(
            [
                "tools Disabled with the plugin low",
                "plugins Disabled with the plugin low",
                "plugins Disabled with the plugin low",
                "plugins ",
            ],
            await HistoryAsync(world)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Enabling_offers_what_is_needed_and_enables_it_first(TestDatabase database)
    {
        await using var world = await PluginsWorld.CreateAsync(database);
        await world.AddAsync("low", isEnabled: false);
        await world.AddAsync("mid", "low", isEnabled: false);
        var top = await world.AddAsync("top", "mid", isEnabled: false);

        var refused = Assert.IsType<Outcome<SwitchPlan>.Invalid>(await EnableAsync(world, top, false));
        var form = Assert.IsType<Outcome<PluginRow>.Invalid>(await world.ChangeAsync(top, form => form.IsEnabled = true));
        Assert.Equal("top requires the plugin low and the plugin mid. Enable it together with its requirements.", refused.Reasons[""]);
        Assert.Equal(refused.Reasons[""], form.Reasons["IsEnabled"]);
        var plan = Assert.IsType<Outcome<SwitchPlan>.Ok>(await EnableAsync(world, top, true)).Value;

        Assert.Equal(["low", "mid", "top"], plan.Order.Select(node => node.Name));
        Assert.Empty((await world.ReadAsync(top)).Plugin.Problems);
    }

    [Fact]
    public async Task What_is_missing_is_said_before_a_plugin_is_enabled()
    {
        await using var world = await PluginsWorld.CreateAsync();
        await world.AddAsync("low", version: "1.4");
        var top = await world.AddAsync("top", "low ^2\ngone", isEnabled: false);

        var refused = Assert.IsType<Outcome<SwitchPlan>.Invalid>(await EnableAsync(world, top, false));

        Assert.StartsWith(
            "top needs low ^2, and low has version 1.4. top needs gone, which is not in the registry.",
            refused.Reasons[""],
            StringComparison.Ordinal
        );
        Assert.IsType<Outcome<SwitchPlan>.Ok>(await EnableAsync(world, top, true));
        Assert.Equal(2, (await world.ReadAsync(top)).Plugin.Problems.Count);
    }

    [Fact]
    public async Task A_plan_changes_nothing_and_an_old_version_is_stale()
    {
        await using var world = await PluginsWorld.CreateAsync();
        var id = await world.AddAsync("a");

        var plan = Assert
            .IsType<Outcome<SwitchPlan>.Ok>(await world.CallAsync((PluginSwitch switches) => switches.PlanAsync(id, false, Cancel)))
            .Value;

        Assert.True(plan.IsAlone);
        Assert.True(await world.IsEnabledAsync(id));
        Assert.IsType<Outcome<SwitchPlan>.Conflict>(
            await world.CallAsync((PluginSwitch switches) => switches.DisableAsync(id, false, 99, Cancel))
        );
        Assert.IsType<Outcome<SwitchPlan>.NotFound>(await DisableAsync(world, 999, false));
    }

    private static Task<Outcome<SwitchPlan>> DisableAsync(PluginsWorld world, int id, bool withDependants) =>
        world.CallAsync((PluginSwitch switches) => switches.DisableAsync(id, withDependants, null, Cancel));

    private static Task<Outcome<SwitchPlan>> EnableAsync(PluginsWorld world, int id, bool withNeeded) =>
        world.CallAsync((PluginSwitch switches) => switches.EnableAsync(id, withNeeded, null, Cancel));

    private static async Task<IReadOnlyList<string>> HistoryAsync(PluginsWorld world)
    {
        await using var context = world.Registry.Open();
        return await context
            .Changes.Where(c => c.Act == "update" && (c.TableName == "plugins" || c.TableName == "tools"))
            .OrderBy(c => c.Id)
            .Select(c => c.TableName + " " + (c.Reason ?? ""))
            .ToListAsync(Cancel);
    }
}
