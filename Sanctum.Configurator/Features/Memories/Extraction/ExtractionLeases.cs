using Microsoft.Extensions.Options;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Extraction;

/// <summary>Which console reads what: of each person one thing at a time, in the order in which it was said.</summary>
internal sealed class ExtractionLeases(
    IDbContextFactory<RegistryDbContext> registries,
    LiveExtractions live,
    IOptions<MemoryOptions> options,
    TimeProvider clock
)
{
    /// <summary>Consoles that may end with it before it is given up.</summary>
    private const int MostAttempts = 5;

    private readonly TimeSpan _lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);

    public async Task<IReadOnlyList<ClaimedExtraction>> TakeAsync(int most, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        if (most <= 0 || await Heads(registry, now).Take(most).ToListAsync(cancel) is not { Count: > 0 } heads)
        {
            return [];
        }

        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var free = await RowLocks.FreeAsync(registry, Tables.MemoryExtractions, heads, cancel);
        var begun = await Heads(registry, now).Where(id => free.Contains(id)).ToListAsync(cancel);
        await registry
            .MemoryExtractions.Where(e => begun.Contains(e.Id) && e.Status == MemoryExtractionStatus.Waiting)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(e => e.Status, MemoryExtractionStatus.Running)
                        .SetProperty(e => e.Owner, live.Owner)
                        .SetProperty(e => e.LeaseUntil, now + _lease),
                cancel
            );
        var rows = await registry
            .MemoryExtractions.AsNoTracking()
            .Where(e => begun.Contains(e.Id) && e.Owner == live.Owner && e.Status == MemoryExtractionStatus.Running)
            .OrderBy(e => e.Id)
            .ToListAsync(cancel);
        await transaction.CommitAsync(cancel);
        return clock.GetUtcNow() < now + (_lease / 2) ? rows.ConvertAll(row => new ClaimedExtraction(row)) : [];
    }

    public async Task<IReadOnlySet<int>> RenewAsync(IReadOnlyCollection<int> ids, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var mine = registry.MemoryExtractions.Where(e =>
            ids.Contains(e.Id) && e.Status == MemoryExtractionStatus.Running && e.Owner == live.Owner && e.LeaseUntil >= now
        );
        await mine.ExecuteUpdateAsync(set => set.SetProperty(e => e.LeaseUntil, now + _lease), cancel);
        return (await mine.Select(e => e.Id).ToListAsync(cancel)).ToHashSet();
    }

    /// <summary>Puts back what nobody reads any more.</summary>
    public async Task<bool> TakeOverAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var lost = registry.MemoryExtractions.Where(e =>
            e.Status == MemoryExtractionStatus.Running && (e.LeaseUntil == null || e.LeaseUntil < now)
        );
        if (!await lost.AnyAsync(cancel))
        {
            return false;
        }

        await lost.Where(e => e.Attempts + 1 >= MostAttempts)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(e => e.Status, MemoryExtractionStatus.Failed)
                        .SetProperty(e => e.EndedAt, now)
                        .SetProperty(e => e.Problem, "The console stopped each time it read this. It was given up."),
                cancel
            );
        return await lost.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(e => e.Status, MemoryExtractionStatus.Waiting)
                        .SetProperty(e => e.Owner, (string?)null)
                        .SetProperty(e => e.LeaseUntil, (DateTimeOffset?)null)
                        .SetProperty(e => e.Attempts, e => e.Attempts + 1),
                cancel
            ) > 0;
    }

    /// <summary>When something is due next; null where nothing waits.</summary>
    /// <param name="seen">What was due then waits for another's end.</param>
    public async Task<DateTimeOffset?> NextAsync(DateTimeOffset seen, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry
            .MemoryExtractions.Where(e => e.Status == MemoryExtractionStatus.Waiting && e.DueAt > seen)
            .OrderBy(e => e.DueAt)
            .Select(e => (DateTimeOffset?)e.DueAt)
            .FirstOrDefaultAsync(cancel);
    }

    /// <summary>Of each person the first that is due, where none is read.</summary>
    private static IQueryable<int> Heads(RegistryDbContext registry, DateTimeOffset now) =>
        registry
            .MemoryExtractions.Where(e => e.Status == MemoryExtractionStatus.Waiting && e.DueAt <= now)
            .Join(
                registry.Conversations,
                e => e.ConversationId,
                c => c.Id,
                (e, c) =>
                    new
                    {
                        e.Id,
                        e.DueAt,
                        c.UserId,
                    }
            )
            .Where(e =>
                !registry.MemoryExtractions.Any(o =>
                    o.Id != e.Id
                    && (
                        o.Status == MemoryExtractionStatus.Running
                        || (o.Status == MemoryExtractionStatus.Waiting && o.DueAt <= now && o.Id < e.Id)
                    )
                    && registry.Conversations.Any(c => c.Id == o.ConversationId && c.UserId == e.UserId)
                )
            )
            .OrderBy(e => e.DueAt)
            .ThenBy(e => e.Id)
            .Select(e => e.Id);
}
