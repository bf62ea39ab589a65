using Microsoft.Extensions.Options;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>
/// Which console has which message answered. An agent answers one turn at a time, the oldest message that may go first; what a person
/// wrote is answered in the order in which it was written.
/// </summary>
internal sealed class QueueLeases(
    IDbContextFactory<RegistryDbContext> registries,
    SharedWrites writes,
    LiveTurns live,
    IOptions<QueueOptions> options,
    TimeProvider clock
)
{
    private readonly TimeSpan _lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);

    /// <summary>Takes the next turn of each agent that is free.</summary>
    public async Task<IReadOnlyList<ClaimedTurn>> TakeAsync(int most, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await SeenAsync(registry, null, most, cancel) is { Count: > 0 } seen ? await TakeAsync(seen, most, cancel) : [];
    }

    /// <summary>As <see cref="TakeAsync(int, CancellationToken)"/>, of the agents for which something may have come.</summary>
    public async Task<IReadOnlyList<ClaimedTurn>> TakeHintedAsync(QueueHints hints, int most, CancellationToken cancel)
    {
        if (hints.IsAll())
        {
            // Asked without a lock: nobody is kept waiting only to see that there is nothing to begin.
            await using var registry = await registries.CreateDbContextAsync(cancel);
            var heads = await QueueHead.FindAsync(registry, null, clock.GetUtcNow(), int.MaxValue, cancel);
            hints.PutBack(heads.Select(head => head.AgentId), heads.Where(head => head.IsUrgent).Select(head => head.AgentId));
        }

        IReadOnlyList<ClaimedTurn> taken = [];
        while (taken.Count == 0 && hints.Take(Math.Max(2 * most, 0)) is { Count: > 0 } agents)
        {
            var isAsked = false;
            try
            {
                var seen = await SeenHintedAsync(agents, most, cancel);
                taken = seen.Count > 0 ? await TakeAsync(seen, most, cancel) : [];
                isAsked = true;
            }
            finally
            {
                // With all turns under way only commands are taken, and the rest is asked when one has ended.
                if (!isAsked || taken.Count(turn => !turn.Lead.IsUrgent) >= most)
                {
                    hints.PutBack(agents.Except(taken.Select(turn => turn.Lead.AgentId ?? 0)), []);
                }
            }
        }

        return taken;
    }

    /// <summary>On PostgreSQL, only rows that may have something are locked; on SQLite it is seen within the transaction.</summary>
    private async Task<List<int>> SeenHintedAsync(List<int> agents, int most, CancellationToken cancel)
    {
        if (writes.AreTogether)
        {
            return agents;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await SeenAsync(registry, agents, most, cancel);
    }

    /// <summary>The agents that can begin with something, as far as can be seen without locks.</summary>
    private async Task<List<int>> SeenAsync(RegistryDbContext registry, List<int>? agents, int most, CancellationToken cancel) =>
        [.. (await QueueHead.FindAsync(registry, agents, clock.GetUtcNow(), most, cancel)).Select(head => head.AgentId).Distinct()];

    private async Task<IReadOnlyList<ClaimedTurn>> TakeAsync(List<int> agents, int most, CancellationToken cancel)
    {
        var (taken, begun) = await writes.WriteAsync(registry => TakeAsync(registry, agents, most), cancel);

        // A console that stood still in between may have lost them already.
        return clock.GetUtcNow() < begun + (_lease / 2) ? taken : [];
    }

    private async Task<(IReadOnlyList<ClaimedTurn> Taken, DateTimeOffset Begun)> TakeAsync(
        RegistryDbContext registry,
        List<int> agents,
        int most
    )
    {
        var (now, cancel) = (clock.GetUtcNow(), CancellationToken.None);

        // Behind the locks: what was committed meanwhile counts.
        agents = await RowLocks.FreeAsync(registry, Tables.Agents, agents, cancel);
        var heads = await QueueHead.FindAsync(registry, agents, now, most, cancel);
        var free = await RowLocks.FreeAsync(registry, Tables.Queue, heads.ConvertAll(head => head.Id), cancel);
        return (free.Count > 0 ? await new TurnClaims(registry, live.Owner, now, now + _lease).MarkAsync(free, cancel) : [], now);
    }

    /// <summary>Renews the leases of turns that this console took.</summary>
    /// <param name="turns">The ids of their first entries.</param>
    public Task<(IReadOnlySet<int> Own, IReadOnlyList<int> ToCancel)> RenewAsync(
        IReadOnlyCollection<int> turns,
        CancellationToken cancel
    ) => writes.WriteAsync(registry => RenewAsync(registry, turns), cancel);

    private async Task<(IReadOnlySet<int> Own, IReadOnlyList<int> ToCancel)> RenewAsync(
        RegistryDbContext registry,
        IReadOnlyCollection<int> turns
    )
    {
        var cancel = CancellationToken.None;
        var now = clock.GetUtcNow();
        var mine = registry.Queue.Where(e =>
            (turns.Contains(e.Id) || turns.Contains(e.TurnId!.Value))
            && e.Status == QueueStatus.Processing
            && e.Owner == live.Owner
            && e.LeaseUntil >= now
        );
        await mine.ExecuteUpdateAsync(set => set.SetProperty(e => e.LeaseUntil, now + _lease), cancel);
        var rows = await mine.Select(e => new { e.Id, e.IsCancelRequested }).ToListAsync(cancel);
        return (rows.Select(r => r.Id).ToHashSet(), [.. rows.Where(r => r.IsCancelRequested).Select(r => r.Id)]);
    }

    /// <summary>When a message is due that waits for its time; null where none does.</summary>
    public async Task<DateTimeOffset?> NextAsync(DateTimeOffset seen, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var tries = await registry
            .Queue.Where(e => e.Status == QueueStatus.Pending && e.NotBefore > seen)
            .OrderBy(e => e.NotBefore)
            .Select(e => e.NotBefore)
            .FirstOrDefaultAsync(cancel);
        var pauses = await registry.QueuePauses.Where(p => p.Until > seen).MinAsync(p => p.Until, cancel);
        return tries is null || pauses < tries ? pauses ?? tries : tries;
    }
}
