using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Configurations;

/// <summary>What was in force at any moment can be asked for and brought back, as a new change.</summary>
public sealed class GoingBackTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Every_moment_is_as_it_was_and_rolling_back_to_it_is_identity(TestDatabase database)
    {
        await using var world = await ConfigurationsWorld.CreateAsync(database);
        var moments = new List<(DateTimeOffset At, Dictionary<string, string> System, Dictionary<string, string> Athena)>();
        Func<Task>[] acts =
        [
            () => world.SetAsync("a", "1"),
            () => world.SetAsync("a", "2", type: ConfigurationType.Number),
            () => world.SetAsync("a", "3", world.Athena),
            () => world.SetAsync("b", "{\"x\": 1}", world.Athena, ConfigurationType.Json),
            () => world.ResetAsync("a", ScopeHolder.System),
            () => world.ResetAsync("b", world.Athena),
            () =>
                world.Registry.OutsideAsync(
                    "INSERT INTO configurations (key, value, type, scope) VALUES ('c', 'outside', 'string', 'system')"
                ),
            () => world.SetAsync("a", "4"),
        ];
        foreach (var act in acts)
        {
            await act();
            await world.Registry.Services.GetRequiredService<LiveConfigurations>().RefreshAsync(Cancel);
            // The database's own clock stamped what the other program wrote.
            var now = DateTimeOffset.Parse(
                await NewestAsync(world),
                System.Globalization.CultureInfo.InvariantCulture,
                System.Globalization.DateTimeStyles.AssumeUniversal
            );
            world.Registry.Clock.Advance(now > world.Registry.Clock.GetUtcNow() ? now - world.Registry.Clock.GetUtcNow() : TimeSpan.Zero);
            moments.Add((now, await world.InForceAsync(ScopeHolder.System), await world.InForceAsync(world.Athena)));
        }

        foreach (var (at, system, athena) in moments)
        {
            Assert.Equal(system, await world.InForceAsync(ScopeHolder.System, at));
            Assert.Equal(athena, await world.InForceAsync(world.Athena, at));
        }

        foreach (var (at, system, athena) in Enumerable.Reverse(moments))
        {
            Assert.IsType<Outcome<ConfigurationPlan>.Ok>(await RollBackAsync(world, new(at)));
            Assert.Equal(system, await world.InForceAsync(ScopeHolder.System));
            Assert.Equal(athena, await world.InForceAsync(world.Athena));
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_key_or_one_holder_goes_back_alone_and_secrets_stay(TestDatabase database)
    {
        await using var world = await ConfigurationsWorld.CreateAsync(database);
        await world.SetAsync("a", "1");
        await world.SetAsync("b", "1");
        await world.SetAsync("a", "1", world.Athena);
        await world.SetAsync("key", "first", isSecret: true);
        var then = world.Registry.Clock.GetUtcNow();
        await world.SetAsync("a", "2");
        await world.SetAsync("b", "2");
        await world.SetAsync("a", "2", world.Athena);
        await world.SetAsync("key", "second", isSecret: true);

        var one = Done(await RollBackAsync(world, new(then, ConfigurationScope.System, null, "a")));
        Assert.Equal(["a"], one.Changes.Select(change => change.Key));
        Assert.Equal(("1 by System", "2 by System"), await PairAsync(world, ScopeHolder.System));
        Assert.Equal(("2 by agent Athena", "2 by System"), await PairAsync(world, world.Athena));

        var planned = Done(await RollBackAsync(world, new(then), isDryRun: true));
        Assert.Equal(["a", "b"], planned.Changes.Select(change => change.Key));
        Assert.Contains("ormer values of secrets are not kept", Assert.Single(planned.Left), StringComparison.Ordinal);
        Done(await RollBackAsync(world, new(then, world.Athena.Scope, world.Athena.Id)));
        Assert.Equal(("1 by agent Athena", "2 by System"), await PairAsync(world, world.Athena));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_change_is_undone_unless_the_value_was_changed_again(TestDatabase database)
    {
        await using var world = await ConfigurationsWorld.CreateAsync(database);
        await world.SetAsync("a", "1");
        await world.SetAsync("a", "2");
        Assert.IsType<Outcome<ConfigurationPlan>.Ok>(await world.ResetAsync("a", ScopeHolder.System));
        var changes = (await world.CallAsync((ConfigurationHistory history) => history.PageAsync(null, "a", new(0, 10), Cancel))).Items;
        Assert.Equal(["delete", "update", "insert"], changes.Select(change => change.Act));

        Assert.Contains("changed again", (await UndoAsync(world, changes[1].Id)).ProblemWith("a"), StringComparison.Ordinal);
        Assert.IsType<Outcome<ConfigurationPlan>.Ok>(await UndoAsync(world, changes[0].Id));
        Assert.Equal("2 by System", (await world.InForceAsync(ScopeHolder.System))["a"]);
        Assert.Contains("set again", (await UndoAsync(world, changes[0].Id)).ProblemWith("a"), StringComparison.Ordinal);

        await world.SetAsync("key", "first", isSecret: true);
        var secret = (
            await world.CallAsync((ConfigurationHistory history) => history.PageAsync(ScopeHolder.System, "key", new(0, 1), Cancel))
        ).Items.Single();
        Assert.False(secret.CanUndo);
        Assert.Contains("secret", (await UndoAsync(world, secret.Id)).ProblemWith("key"), StringComparison.Ordinal);
        Assert.IsType<Outcome<ConfigurationPlan>.NotFound>(await UndoAsync(world, 9999));
    }

    [Fact]
    public async Task Two_holders_and_two_moments_are_compared()
    {
        await using var world = await ConfigurationsWorld.CreateAsync();
        await world.SetAsync("a", "1");
        await world.SetAsync("same", "x");
        var then = world.Registry.Clock.GetUtcNow();
        await world.SetAsync("a", "2", world.Athena);
        await world.SetAsync("b", "3", world.Monday);

        Task<IReadOnlyList<ComparedValue>> CompareAsync(ComparedSide left, ComparedSide right) =>
            world.CallAsync((ConfigurationReader reader) => reader.CompareAsync(left, right, Cancel));
        Assert.Equal([new("a", "2", "1"), new("b", null, "3")], await CompareAsync(new(world.Athena), new(world.Monday)));
        Assert.Equal([new("a", "2", "1")], await CompareAsync(new(world.Athena), new(world.Athena, then)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_exported_comes_in_again_whole_or_not_at_all(TestDatabase database)
    {
        await using var world = await ConfigurationsWorld.CreateAsync(database);
        await world.SetAsync("a", "1", type: ConfigurationType.Number);
        await world.SetAsync("b", "{\"x\": [1, \"ü\"]}", type: ConfigurationType.Json);
        await world.SetAsync("c", "true", type: ConfigurationType.Boolean);
        await world.SetAsync("key", "secret", isSecret: true);
        var (text, before) = (await ExportAsync(world, ScopeHolder.System), await world.InForceAsync(ScopeHolder.System));

        Assert.Empty(Done(await ImportAsync(world, new(text, ConfigurationScope.System, null, ImportMode.Replace))).Changes);
        var copied = Done(await ImportAsync(world, new(text, world.Athena.Scope, world.Athena.Id)));
        Assert.Equal((3, 1), (copied.Changes.Count, copied.Left.Count));
        await world.SetAsync("d", "more");
        await world.SetAsync("a", "2", type: ConfigurationType.Number);
        Done(await ImportAsync(world, new(text, ConfigurationScope.System, null, ImportMode.Replace)));
        Assert.Equal(before, await world.InForceAsync(ScopeHolder.System));

        Assert.Contains(
            "a: Enter a number",
            (
                await ImportAsync(
                    world,
                    new("""{"configurations": [{"key": "z", "value": 1}, {"key": "a", "type": "number", "value": "x"}]}""")
                )
            ).ProblemWith("it"),
            StringComparison.Ordinal
        );
        Assert.Equal(before, await world.InForceAsync(ScopeHolder.System));
        Done(await ImportAsync(world, new("""{"plain": "text", "n": 3}""", Mode: ImportMode.OnlyNew)));
        Assert.Equal("3 by System", (await world.InForceAsync(world.Athena))["n"]);
        foreach (
            var bad in new[]
            {
                "",
                "[",
                "\"text\"",
                "{\"configurations\": [1]}",
                "{\"configurations\": [{\"key\": \"a\", \"scope\": \"galaxy\"}]}",
                "{\"a\": 1, \"a\": 2}",
            }
        )
        {
            Assert.IsType<Outcome<ConfigurationPlan>.Invalid>(await ImportAsync(world, new(bad)));
        }
    }

    private static async Task<string> NewestAsync(ConfigurationsWorld world) =>
        (
            await world.Registry.OutsideAsync(
                world.Registry.Location.IsSqlite
                    ? "SELECT max(changed_at) FROM change_history"
                    : "SELECT to_char(max(changed_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') FROM change_history"
            )
        ).Trim();

    private static async Task<(string A, string B)> PairAsync(ConfigurationsWorld world, ScopeHolder holder)
    {
        var values = await world.InForceAsync(holder);
        return (values["a"], values["b"]);
    }

    private static Task<Outcome<ConfigurationPlan>> RollBackAsync(ConfigurationsWorld world, RollbackForm form, bool isDryRun = false) =>
        world.CallAsync((ConfigurationHistory history) => history.RollBackAsync(form, isDryRun, Cancel));

    private static Task<Outcome<ConfigurationPlan>> UndoAsync(ConfigurationsWorld world, long change) =>
        world.CallAsync((ConfigurationHistory history) => history.UndoAsync(change, false, Cancel));

    private static Task<string> ExportAsync(ConfigurationsWorld world, ScopeHolder? holder) =>
        world.CallAsync((ConfigurationTransfer transfer) => transfer.ExportAsync(holder, Cancel));

    private static Task<Outcome<ConfigurationPlan>> ImportAsync(ConfigurationsWorld world, ImportForm form) =>
        world.CallAsync((ConfigurationTransfer transfer) => transfer.ImportAsync(form, false, Cancel));

    private static ConfigurationPlan Done(Outcome<ConfigurationPlan> outcome) =>
        Assert.IsType<Outcome<ConfigurationPlan>.Ok>(outcome).Value;
}
