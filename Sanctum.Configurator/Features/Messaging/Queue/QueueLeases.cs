using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>
/// Which console has which message answered. An agent answers one turn at a time, the oldest message that may go first; what a person
/// wrote is answered in the order in which it was written.
/// </summary>
internal sealed class QueueLeases(
    IDbContextFactory<RegistryDbContext> registries,
    LiveTurns live,
    IOptions<QueueOptions> options,
    TimeProvider clock
)
{
    /// <summary>Messages of a burst that are one turn.</summary>
    private const int MostOfATurn = 50;

    private readonly TimeSpan _lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);

    /// <summary>Takes the next turn of each agent that is free.</summary>
    public async Task<IReadOnlyList<ClaimedTurn>> TakeAsync(int most, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await SeenAsync(registry, null, most, cancel) is { Count: > 0 } seen ? await TakeAsync(registry, seen, most, cancel) : [];
    }

    /// <summary>As <see cref="TakeAsync(int, CancellationToken)"/>, of the agents for which something may have come.</summary>
    public async Task<IReadOnlyList<ClaimedTurn>> TakeHintedAsync(QueueHints hints, int most, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (hints.IsAll())
        {
            // Asked without a lock: nobody is kept waiting only to see that there is nothing to begin.
            var heads = await QueueHead.FindAsync(registry, null, clock.GetUtcNow(), int.MaxValue, cancel);
            hints.PutBack(heads.Select(head => head.AgentId), heads.Where(head => head.IsUrgent).Select(head => head.AgentId));
        }

        IReadOnlyList<ClaimedTurn> taken = [];
        while (taken.Count == 0 && hints.Take(Math.Max(2 * most, 0)) is { Count: > 0 } agents)
        {
            var isAsked = false;
            try
            {
                var seen = registry.Database.IsSqlite() ? agents : await SeenAsync(registry, agents, most, cancel);
                taken = seen.Count > 0 ? await TakeAsync(registry, seen, most, cancel) : [];
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

    /// <summary>The agents that can begin with something, as far as can be seen without locks.</summary>
    private async Task<List<int>> SeenAsync(RegistryDbContext registry, List<int>? agents, int most, CancellationToken cancel) =>
        [.. (await QueueHead.FindAsync(registry, agents, clock.GetUtcNow(), most, cancel)).Select(head => head.AgentId).Distinct()];

    private async Task<IReadOnlyList<ClaimedTurn>> TakeAsync(
        RegistryDbContext registry,
        List<int> agents,
        int most,
        CancellationToken cancel
    )
    {
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var now = clock.GetUtcNow();

        // Behind the locks: what was committed meanwhile counts.
        agents = await RowLocks.FreeAsync(registry, Tables.Agents, agents, cancel);
        var heads = await QueueHead.FindAsync(registry, agents, now, most, cancel);
        var free = await RowLocks.FreeAsync(registry, Tables.Queue, heads.ConvertAll(head => head.Id), cancel);
        if (free.Count == 0)
        {
            return [];
        }

        var turns = await MarkAsync(registry, await TurnsAsync(registry, free, now, cancel), now, cancel);
        await transaction.CommitAsync(cancel);

        // A console that stood still in between may have lost them already.
        return clock.GetUtcNow() < now + (_lease / 2) ? turns : [];
    }

    /// <summary>Renews the leases of turns that this console took.</summary>
    /// <param name="turns">The ids of their first entries.</param>
    public async Task<(IReadOnlySet<int> Own, IReadOnlyList<int> ToCancel)> RenewAsync(
        IReadOnlyCollection<int> turns,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
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

    /// <summary>The heads with what belongs to their turns.</summary>
    private static async Task<List<ClaimedTurn>> TurnsAsync(
        RegistryDbContext registry,
        List<int> heads,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var leads = await registry
            .Queue.AsNoTracking()
            .Where(e => EF.Parameter(heads).Contains(e.Id) && e.Status == QueueStatus.Pending)
            .OrderBy(e => e.Id)
            .ToListAsync(cancel);
        var bursts = await registry
            .Channels.Where(c => c.BurstSeconds > 0 || c.DuringRun == DuringRun.Steer)
            .Select(c => c.Id)
            .ToListAsync(cancel);
        var turns = new List<ClaimedTurn>();
        foreach (var lead in leads)
        {
            turns.Add(
                new(
                    lead,
                    lead.ChannelId is { } channel && bursts.Contains(channel) && !lead.IsUrgent
                        ? await MembersAsync(registry, lead, now, cancel)
                        : []
                )
            );
        }

        return turns;
    }

    /// <summary>What the same person wrote in the same place, and may go now.</summary>
    private static async Task<IReadOnlyList<QueueEntry>> MembersAsync(
        RegistryDbContext registry,
        QueueEntry lead,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var chat = await registry.Messages.Where(m => m.Id == lead.MessageId).Select(m => m.Chat).FirstOrDefaultAsync(cancel);
        return await registry
            .Queue.AsNoTracking()
            .Where(e =>
                e.AgentId == lead.AgentId
                && e.Status == QueueStatus.Pending
                && e.Id > lead.Id
                && !e.IsUrgent
                && e.LettaUserId == lead.LettaUserId
                && e.ChannelId == lead.ChannelId
                && (e.NotBefore == null || e.NotBefore <= now)
                && registry.Messages.Any(m => m.Id == e.MessageId && m.Chat == chat)
            )
            .OrderBy(e => e.Id)
            .Take(MostOfATurn - 1)
            .ToListAsync(cancel);
    }

    /// <returns>The turns, without what somebody has just taken out of the queue.</returns>
    private async Task<IReadOnlyList<ClaimedTurn>> MarkAsync(
        RegistryDbContext registry,
        List<ClaimedTurn> turns,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var rows = new JsonRows(
            registry,
            ("entry", "int"),
            ("lead", "int"),
            ("holder", "text"),
            ("started", "timestamptz"),
            ("until", "timestamptz"),
            ("client", "text"),
            ("trace", "text")
        );
        foreach (var entry in turns.SelectMany(turn => turn.Entries))
        {
            (entry.ClientId, entry.CorrelationId) = (
                entry.ClientId ?? Guid.CreateVersion7().ToString(),
                System.Diagnostics.ActivityTraceId.CreateRandom().ToHexString()
            );
            (entry.Status, entry.Owner, entry.StartedAt) = (QueueStatus.Processing, live.Owner, now);
            entry.AttemptCount++;
        }

        var begun = turns.SelectMany(turn =>
            turn.Entries.Select(entry => new
            {
                entry = entry.Id,
                lead = entry.Id == turn.Lead.Id ? (int?)null : turn.Lead.Id,
                holder = live.Owner,
                started = rows.Time(now),
                until = rows.Time(now + _lease),
                client = entry.ClientId,
                trace = entry.CorrelationId,
            })
        );
        var marked = await rows.QueryAsync<MarkedEntry>(
            """
            UPDATE queue SET status = 'processing', turn_id = lead, owner = holder, started_at = started, ended_at = NULL, lease_until = until,
                client_id = client, correlation_id = trace, attempt_count = COALESCE(attempt_count, 0) + 1, is_cancel_requested = FALSE
            FROM given WHERE id = entry AND status || '' = 'pending'
            RETURNING id AS "Id"
            """,
            begun,
            cancel
        );
        var ids = marked.Select(entry => entry.Id).ToHashSet();
        return
        [
            .. turns
                .Where(turn => ids.Contains(turn.Lead.Id))
                .Select(turn => turn with { Members = [.. turn.Members.Where(entry => ids.Contains(entry.Id))] }),
        ];
    }

    private sealed record MarkedEntry(int Id);
}
