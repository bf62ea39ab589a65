using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.History;

/// <summary>One recorded change of any row.</summary>
/// <param name="IsSealed">It has its place in the chain; a change by another program gets it within a second.</param>
public sealed record ChangeRow(
    long Id,
    DateTimeOffset ChangedAt,
    string Actor,
    string Place,
    string Act,
    string TableName,
    string RowId,
    string? Reason,
    bool IsSealed,
    IReadOnlyList<ColumnChange> Changes
);

/// <summary>How many changes there were in a span of time.</summary>
public sealed record ChangeCount(DateTimeOffset From, DateTimeOffset To, int Count);

/// <summary>What the filters offer, each in the order of the names.</summary>
public sealed record ChangeChoices(IReadOnlyList<string> Tables, IReadOnlyList<string> Actors, IReadOnlyList<string> Acts);

/// <summary>Reads the change history of the whole registry.</summary>
public sealed class HistoryService(IDbContextFactory<RegistryDbContext> registries)
{
    private const int MostSpans = 48;
    private const int LeastSpans = 24;
    private const string List = "change_history";

    private static readonly TimeSpan[] Spans =
    [
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(15),
        TimeSpan.FromHours(1),
        TimeSpan.FromHours(3),
        TimeSpan.FromHours(6),
        TimeSpan.FromHours(12),
        TimeSpan.FromDays(1),
        TimeSpan.FromDays(7),
        TimeSpan.FromDays(28),
        TimeSpan.FromDays(364),
    ];

    /// <summary>Newest first. The search finds actors, places, reasons and values.</summary>
    /// <param name="after">Only what comes after the record with this id, which is older; null from the beginning. The total counts
    /// all.</param>
    public async Task<PageOf<ChangeRow>> ListAsync(ChangeFilter filter, PageRequest page, long? after, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var rows = (filter with { Search = page.Search }).Over(registry);
        var total = await rows.CountAsync(cancel);
        var last = page.Cursor is { Length: > 0 } cursor ? Cursor.Read(cursor, List).Id : after;
        var records = await rows.Where(r => last == null || r.Id < last)
            .OrderByDescending(r => r.Id)
            .Skip(page.Skip)
            .Take(page.Take + 1)
            .ToListAsync(cancel);
        List<ChangeRow> shown = [.. records.Take(page.Take).Select(RowOf)];
        return new(shown, total, shown.Count > 0 && shown.Count < records.Count ? Cursor.Write(List, 0, shown[^1].Id) : null);
    }

    /// <summary>
    /// The number of changes over time: to the last one, in equal spans of whole minutes, hours or days. About fifty at most; where there
    /// would be very few, empty ones come before the first.
    /// </summary>
    public async Task<IReadOnlyList<ChangeCount>> CountAsync(ChangeFilter filter, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var times = filter.Over(registry).Select(r => r.ChangedAt);
        if (await times.OrderBy(at => at).Take(1).ToListAsync(cancel) is not [var first])
        {
            return [];
        }

        var last = await times.OrderByDescending(at => at).FirstAsync(cancel);
        var span = Spans.FirstOrDefault(span => (last - first) / span <= MostSpans, Spans[^1]);
        var counts = new List<ChangeCount>();
        DateTimeOffset StartOf(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % span.Ticks), TimeSpan.Zero);
        var earliest = StartOf(last) - (last - DateTimeOffset.MinValue > LeastSpans * span ? (LeastSpans - 1) * span : TimeSpan.Zero);
        var begin = earliest < first ? earliest : StartOf(first);

        // One row of another program's, such as of the year 9999, neither makes thousands of spans nor one beyond the last day there is.
        begin = (last - begin) / span > MostSpans ? StartOf(last) - (MostSpans * span) : begin;
        for (var at = begin; at <= last && at < DateTimeOffset.MaxValue - span; at += span)
        {
            var (from, to) = (at, at + span);
            counts.Add(new(from, to, to <= first ? 0 : await times.CountAsync(time => time >= from && time < to, cancel)));
        }

        return counts;
    }

    /// <summary>How many changes there were in each of the 24 hours from a moment on.</summary>
    public async Task<IReadOnlyList<int>> CountByHourAsync(DateTimeOffset from, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var counts = new int[24];
        for (var hour = 0; hour < counts.Length; hour++)
        {
            var (begin, end) = (from.ToUniversalTime().AddHours(hour), from.ToUniversalTime().AddHours(hour + 1));
            counts[hour] = await registry.Changes.CountAsync(r => r.ChangedAt >= begin && r.ChangedAt < end, cancel);
        }

        return counts;
    }

    public async Task<ChangeChoices> ChoicesAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return new(
            await registry.Changes.Select(r => r.TableName).Distinct().Order().ToListAsync(cancel),
            await registry.Changes.Select(r => r.Actor).Distinct().Order().ToListAsync(cancel),
            await registry.Changes.Select(r => r.Act).Distinct().Order().ToListAsync(cancel)
        );
    }

    private static ChangeRow RowOf(ChangeRecord record) =>
        new(
            record.Id,
            record.ChangedAt,
            record.Actor,
            record.Place,
            record.Act,
            record.TableName,
            record.RowId,
            record.Reason,
            record.ChainNumber is not null,
            RowDifference.Between(record.Before, record.After)
        );
}
