using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Registry.Connections;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>One check, as it is listed.</summary>
/// <param name="IsOfSaved">False: somebody tested values that were not saved.</param>
public sealed record LettaCheckRow(
    long Id,
    DateTimeOffset CheckedAt,
    string CheckedBy,
    bool IsOfSaved,
    string Address,
    string Verdict,
    bool IsUp,
    int? HttpStatus,
    double LatencyMs,
    string? ServerVersion,
    int? Agents,
    string? Message,
    string? Hint,
    IReadOnlyList<LettaStep> Steps
);

/// <summary>Which checks are listed.</summary>
/// <param name="Verdict">A verdict's word, or <see cref="Failed"/> for all that did not connect.</param>
public sealed record LettaCheckFilter(string? Verdict = null, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    public const string Failed = "failed";

    /// <summary>Every word that <see cref="Verdict"/> may be.</summary>
    public static readonly IReadOnlyList<string> Words = [Failed, .. Enum.GetValues<LettaVerdict>().Select(v => v.Text())];
}

/// <summary>The past of the connection to the Letta server: single checks, and their sums for charts.</summary>
public sealed class LettaChecks(IDbContextFactory<RegistryDbContext> registries, TimeProvider clock)
{
    /// <summary>Newest first.</summary>
    public async Task<PageOf<LettaCheckRow>> ListAsync(LettaCheckFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var checks = Filter(registry.ConnectionChecks.AsNoTracking(), filter);
        var total = await checks.CountAsync(cancel);
        var found = await checks.OrderByDescending(c => c.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new([.. found.Select(RowOf)], total);
    }

    /// <summary>The checks of the saved server over a range that ends now.</summary>
    public async Task<LettaSeries> SeriesAsync(LettaRange range, CancellationToken cancel)
    {
        var last = ConnectionCheckStore.Floor(clock.GetUtcNow(), range.Slot);
        var first = last - (range.Slot * (range.Count - 1));
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var sums = await registry
            .ConnectionRollups.AsNoTracking()
            .Where(r => r.Period == range.Period && r.StartsAt >= first)
            .OrderBy(r => r.StartsAt)
            .ToListAsync(cancel);
        var bySlot = sums.ToLookup(r => ConnectionCheckStore.Floor(r.StartsAt, range.Slot));
        return new(
            range.Name,
            first,
            last + range.Slot,
            [.. Enumerable.Range(0, range.Count).Select(at => PointOf(first + (range.Slot * at), bySlot))]
        );
    }

    private static IQueryable<ConnectionCheck> Filter(IQueryable<ConnectionCheck> checks, LettaCheckFilter filter)
    {
        if (filter.From?.ToUniversalTime() is { } from)
        {
            checks = checks.Where(c => c.CheckedAt >= from);
        }

        if (filter.To?.ToUniversalTime() is { } to)
        {
            checks = checks.Where(c => c.CheckedAt < to);
        }

        return filter.Verdict switch
        {
            null or "" => checks,
            LettaCheckFilter.Failed => checks.Where(c => !c.IsUp),
            var verdict => checks.Where(c => c.Verdict == verdict),
        };
    }

    private static LettaCheckRow RowOf(ConnectionCheck c) =>
        new(
            c.Id,
            c.CheckedAt,
            c.CheckedBy,
            c.IsOfSaved,
            c.Address,
            c.Verdict,
            c.IsUp,
            c.HttpStatus,
            c.LatencyMs,
            c.ServerVersion,
            c.Agents,
            c.Message,
            c.Hint,
            ConnectionCheckStore.StepsIn(c.Steps)
        );

    private static LettaPoint PointOf(DateTimeOffset at, ILookup<DateTimeOffset, ConnectionRollup> sums)
    {
        var (checks, failures) = (sums[at].Sum(r => r.Checks), sums[at].Sum(r => r.Failures));
        return new(
            at,
            checks,
            failures,
            checks > failures ? Math.Round(sums[at].Sum(r => r.LatencySum) / (checks - failures), 1) : null,
            sums[at].Max(r => r.LatencyMax)
        );
    }
}
