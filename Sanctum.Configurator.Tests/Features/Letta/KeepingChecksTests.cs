using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Connections;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta;

public sealed class KeepingChecksTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Checks_are_summed_up_by_minute_hour_and_day(TestDatabase database)
    {
        await using var world = await LettaWorld.CreateAsync(database);
        await world.AddAsync(LettaVerdict.Refused);
        await world.AddAsync(LettaVerdict.Connected, 20);
        await world.AddAsync(LettaVerdict.Connected, 40);
        await world.AddAsync(LettaVerdict.Timeout, 30_000);
        await world.AddAsync(LettaVerdict.Connected, 9000, isOfSaved: false);
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        await world.AddAsync(LettaVerdict.OpenServer, 10);

        var minutes = await world.SumsAsync(RollupPeriod.Minute);
        Assert.Equal(
            [(4, 2, 60, 20, 40), (1, 0, 10, 10, 10)],
            minutes.Select(m => (m.Checks, m.Failures, m.LatencySum, m.LatencyMin!.Value, m.LatencyMax!.Value))
        );
        Assert.Equal(
            [new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero), new(2026, 11, 21, 10, 1, 0, TimeSpan.Zero)],
            minutes.Select(m => m.StartsAt)
        );
        Assert.Equal([4, 1], (await world.SumsAsync(RollupPeriod.Hour)).Select(h => h.Checks));
        var day = Assert.Single(await world.SumsAsync(RollupPeriod.Day));
        Assert.Equal((5, 2, 10, 40), (day.Checks, day.Failures, day.LatencyMin, day.LatencyMax));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_series_has_a_point_for_every_slot_and_gaps_where_nobody_measured(TestDatabase database)
    {
        await using var world = await LettaWorld.CreateAsync(database);
        await world.AddAsync(LettaVerdict.Connected, 20);
        await world.AddAsync(LettaVerdict.Refused);
        world.Clock.Advance(TimeSpan.FromMinutes(30));
        await world.AddAsync(LettaVerdict.Connected, 40);

        var hour = await world.SeriesAsync("1h");

        Assert.Equal(60, hour.Points.Count);
        Assert.Equal(new(hour.Points[^1].At, 1, 0, 40, 40), hour.Points[^1]);
        Assert.Equal((2, 1, 20), (hour.Points[^31].Checks, hour.Points[^31].Failures, hour.Points[^31].LatencyAvg));
        Assert.Equal(58, hour.Points.Count(p => p.Checks == 0 && p.LatencyAvg is null));
        Assert.Equal((66.67, 30, 40), (hour.Availability, hour.LatencyAvg, hour.LatencyMax));
        Assert.Equal([(96, 3), (120, 3)], [await SizeAsync(world, "24h"), await SizeAsync(world, "30d")]);
        world.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Null((await world.SeriesAsync("1h")).Availability);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Checks_are_listed_newest_first_and_can_be_filtered(TestDatabase database)
    {
        await using var world = await LettaWorld.CreateAsync(database);
        await world.AddAsync(LettaVerdict.Connected);
        await world.AddAsync(LettaVerdict.Refused);
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.AddAsync(LettaVerdict.Timeout);

        Assert.Equal(["timeout", "refused"], await ListAsync(world, new(LettaCheckFilter.Failed)));
        Assert.Equal(["connected"], await ListAsync(world, new("connected")));
        Assert.Equal(["timeout"], await ListAsync(world, new(From: world.Clock.GetUtcNow())));
        Assert.Equal(["refused", "connected"], await ListAsync(world, new(To: world.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(3)))));
        var second = await world.InScopeAsync<LettaChecks, PageOf<LettaCheckRow>>(checks => checks.ListAsync(new(), new(1, 1), Cancel));
        Assert.Equal(("refused", 3), (second.Items.Single().Verdict, second.Total));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_old_goes_but_since_when_the_server_stands_as_it_does_is_not_forgotten(TestDatabase database)
    {
        await using var world = await LettaWorld.CreateAsync(database);
        await world.AddAsync(LettaVerdict.Refused);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var began = world.Clock.GetUtcNow();
        await world.AddAsync(LettaVerdict.Connected, 1);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.AddAsync(LettaVerdict.Connected, 2);
        world.Clock.Advance(TimeSpan.FromDays(8));
        await world.AddAsync(LettaVerdict.Connected, 3);

        await PruneAsync(world);

        Assert.Equal([1, 3], (await world.ChecksAsync()).Select(c => c.LatencyMs));
        Assert.Equal(began, (await world.RefreshAsync()).Since);
        Assert.Equal([1], (await world.SumsAsync(RollupPeriod.Minute)).Select(m => m.Checks));
        Assert.Equal([3, 1], (await world.SumsAsync(RollupPeriod.Hour)).Select(h => h.Checks));
        world.Clock.Advance(TimeSpan.FromDays(91));
        await PruneAsync(world);
        Assert.Empty(await world.SumsAsync(RollupPeriod.Hour));
        Assert.Equal(2, (await world.SumsAsync(RollupPeriod.Day)).Count);
    }

    [Fact]
    public async Task How_long_things_are_kept_can_be_set_within_reason()
    {
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite, ("Letta:Monitor:KeepMinutes", "01:00:00"));

        var fault = Assert.Throws<OptionsValidationException>(() => world.Get<IOptions<LettaMonitorOptions>>().Value);

        Assert.Contains("Letta:Monitor:KeepMinutes", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<(int Points, int Checks)> SizeAsync(LettaWorld world, string range)
    {
        var series = await world.SeriesAsync(range);
        return (series.Points.Count, series.Checks);
    }

    private static async Task<IEnumerable<string>> ListAsync(LettaWorld world, LettaCheckFilter filter)
    {
        var page = await world.InScopeAsync<LettaChecks, PageOf<LettaCheckRow>>(checks => checks.ListAsync(filter, new(0, 10), Cancel));
        return page.Items.Select(check => check.Verdict);
    }

    private static async Task PruneAsync(LettaWorld world)
    {
        var now = await world.RefreshAsync();
        await world.InScopeAsync<ConnectionCheckStore, bool>(async ledger =>
        {
            await ledger.PruneAsync(now.Since, Cancel);
            return true;
        });
    }
}
