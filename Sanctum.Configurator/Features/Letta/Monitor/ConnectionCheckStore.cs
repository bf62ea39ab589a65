using System.Text.Encodings.Web;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Registry.Connections;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>Keeps what connection tests found, and sums it up by minute, hour and day. Each check is written whole or not at all.</summary>
internal sealed class ConnectionCheckStore(
    IDbContextFactory<RegistryDbContext> registries,
    IOptions<LettaMonitorOptions> options,
    TimeProvider clock
)
{
    private const int LongestAddress = 512;
    private const int LongestVersion = 64;
    private const int LongestName = 255;

    private static readonly JsonSerializerOptions StepJson = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <returns>When the saved server last answered as it should.</returns>
    public async Task<DateTimeOffset?> AddAsync(LettaReport report, ProbeRequest aim, string checkedBy, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var transaction = await registry.Database.BeginTransactionAsync(cancel);
        registry.Add(CheckOf(report, aim, checkedBy, now));
        await registry.SaveChangesAsync(cancel);
        if (aim.IsOfSaved)
        {
            foreach (var (period, start) in Periods(now))
            {
                await SumUpAsync(registry, period, start, report, cancel);
            }

            if (report.Verdict.IsConnected())
            {
                // Bookkeeping, not an edit: neither the row's version nor the history may notice.
                await registry.SystemConfig.ExecuteUpdateAsync(set => set.SetProperty(c => c.LastConnected, now), cancel);
            }
        }

        var last = await registry.SystemConfig.Select(c => c.LastConnected).SingleAsync(cancel);
        await transaction.CommitAsync(cancel);
        return last;
    }

    /// <summary>Deletes what is older than the options keep it, but for the check with which the server's present state began.</summary>
    /// <returns>How many rows.</returns>
    public async Task<int> PruneAsync(DateTimeOffset? stateBegan, CancellationToken cancel)
    {
        var (now, keep) = (clock.GetUtcNow(), options.Value);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var oldest = now - keep.KeepChecks;
        var removed = await registry
            .ConnectionChecks.Where(c => c.CheckedAt < oldest && (!c.IsOfSaved || c.CheckedAt != stateBegan))
            .ExecuteDeleteAsync(cancel);
        foreach (
            var (period, age) in new[]
            {
                (RollupPeriod.Minute, keep.KeepMinutes),
                (RollupPeriod.Hour, keep.KeepHours),
                (RollupPeriod.Day, keep.KeepDays),
            }
        )
        {
            var first = now - age;
            removed += await registry.ConnectionRollups.Where(r => r.Period == period && r.StartsAt < first).ExecuteDeleteAsync(cancel);
        }

        return removed;
    }

    /// <summary>None where another program wrote something else.</summary>
    internal static IReadOnlyList<LettaStep> StepsIn(string? json)
    {
        try
        {
            return
            [
                .. (JsonSerializer.Deserialize<StoredStep?[]>(json ?? "[]", StepJson) ?? [])
                    .OfType<StoredStep>()
                    .Select(s => new LettaStep(s.Name, s.Ok, s.Ms, s.Detail) { IsWarning = s.IsWarning }),
            ];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static ConnectionCheck CheckOf(LettaReport report, ProbeRequest aim, string checkedBy, DateTimeOffset now) =>
        new()
        {
            CheckedAt = now,
            CheckedBy = Cut(checkedBy, LongestName),
            Address = Cut(aim.Target.BaseAddress.AbsoluteUri, LongestAddress),
            IsOfSaved = aim.IsOfSaved,
            Verdict = report.Verdict.Text(),
            IsUp = report.Verdict.IsConnected(),
            HttpStatus = report.HttpStatus,
            LatencyMs = report.LatencyMs,
            ServerVersion = report.ServerVersion is { } version ? Cut(version, LongestVersion) : null,
            Agents = report.Agents,
            Message = report.Message,
            Hint = report.Hint,
            Steps = JsonSerializer.Serialize(report.Steps.Select(s => new StoredStep(s.Name, s.Ok, s.Ms, s.Detail, s.IsWarning)), StepJson),
        };

    private static Task<int> SumUpAsync(
        RegistryDbContext registry,
        RollupPeriod period,
        DateTimeOffset start,
        LettaReport report,
        CancellationToken cancel
    )
    {
        var word = EnumText<RollupPeriod>.Of(period);
        object at = registry.Database.IsSqlite() ? UtcText.Of(start) : start;
        var isUp = report.Verdict.IsConnected();
        var (failures, latency) = (isUp ? 0 : 1, isUp ? report.LatencyMs : (double?)null);
        var sum = latency ?? 0;
        return registry.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO connection_rollups (period, starts_at, checks, failures, latency_sum, latency_min, latency_max)
            VALUES ({word}, {at}, 1, {failures}, {sum}, {latency}, {latency})
            ON CONFLICT (period, starts_at) DO UPDATE SET
                checks = connection_rollups.checks + 1,
                failures = connection_rollups.failures + excluded.failures,
                latency_sum = connection_rollups.latency_sum + excluded.latency_sum,
                latency_min = CASE WHEN connection_rollups.latency_min IS NULL OR excluded.latency_min < connection_rollups.latency_min
                    THEN excluded.latency_min ELSE connection_rollups.latency_min END,
                latency_max = CASE WHEN connection_rollups.latency_max IS NULL OR excluded.latency_max > connection_rollups.latency_max
                    THEN excluded.latency_max ELSE connection_rollups.latency_max END
            """,
            cancel
        );
    }

    private static IEnumerable<(RollupPeriod Period, DateTimeOffset Start)> Periods(DateTimeOffset now)
    {
        yield return (RollupPeriod.Minute, Floor(now, TimeSpan.FromMinutes(1)));
        yield return (RollupPeriod.Hour, Floor(now, TimeSpan.FromHours(1)));
        yield return (RollupPeriod.Day, Floor(now, TimeSpan.FromDays(1)));
    }

    internal static DateTimeOffset Floor(DateTimeOffset time, TimeSpan unit) =>
        new(time.UtcTicks - (time.UtcTicks % unit.Ticks), TimeSpan.Zero);

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];

    private sealed record StoredStep(string Name, bool? Ok, double Ms, string Detail, bool IsWarning = false);
}
