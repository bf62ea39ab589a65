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
        var now = clock.GetUtcNow();
        if (most <= 0 || await HeadsAsync(registry, null, now, most, cancel) is not { Count: > 0 } heads)
        {
            return [];
        }

        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        if (!registry.Database.IsSqlite())
        {
            // Once more behind the locks: what was committed meanwhile counts.
            var agents = await registry.Queue.Where(e => heads.Contains(e.Id)).Select(e => e.AgentId!.Value).Distinct().ToListAsync(cancel);
            heads = await HeadsAsync(registry, await RowLocks.FreeAsync(registry, Tables.Agents, agents, cancel), now, most, cancel);
        }

        var turns = await TurnsAsync(registry, heads, now, cancel);
        await MarkAsync(registry, turns, now, cancel);
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

    /// <summary>The first entries that may go: of each free agent one, and commands at once.</summary>
    /// <param name="agents">Only of these; null for all.</param>
    private static async Task<List<int>> HeadsAsync(
        RegistryDbContext registry,
        List<int>? agents,
        DateTimeOffset now,
        int most,
        CancellationToken cancel
    )
    {
        var ready = registry.Queue.Where(e => e.Status == QueueStatus.Pending && (e.NotBefore == null || e.NotBefore <= now));
        var commands = await ready
            .Where(e => e.IsUrgent && e.AgentId != null && (agents == null || agents.Contains(e.AgentId.Value)))
            .OrderBy(e => e.Id)
            .Select(e => e.Id)
            .Take(most)
            .ToListAsync(cancel);
        var paused = await QueuePauses.InForceAsync(registry, now, cancel);
        var others = await registry
            .Agents.Where(a => (agents == null || agents.Contains(a.Id)) && !paused.Agents.Contains(a.Id))
            .Where(a => !registry.Queue.Any(r => r.AgentId == a.Id && r.Status == QueueStatus.Processing && !r.IsUrgent))
            .Select(a =>
                ready
                    .Where(e => e.AgentId == a.Id && !e.IsUrgent)
                    .Where(e => e.Platform == null || !paused.Platforms.Contains(e.Platform))
                    .Where(e => e.LettaUserId == null || !paused.People.Contains(e.LettaUserId.Value))
                    .Where(e =>
                        !registry.Queue.Any(o =>
                            o.AgentId == a.Id && o.Status == QueueStatus.Pending && o.LettaUserId == e.LettaUserId && o.Id < e.Id
                        )
                    )
                    .OrderBy(e => e.Id)
                    .Select(e => (int?)e.Id)
                    .FirstOrDefault()
            )
            .ToListAsync(cancel);

        // Sorted here: in the query, it would look for each agent's first entry three times.
        return [.. commands.Concat(others.OfType<int>().Order()).Take(most)];
    }

    /// <summary>The heads with what belongs to their turns.</summary>
    private static async Task<List<ClaimedTurn>> TurnsAsync(
        RegistryDbContext registry,
        List<int> heads,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var leads = await registry.Queue.AsNoTracking().Where(e => heads.Contains(e.Id)).OrderBy(e => e.Id).ToListAsync(cancel);
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

    private async Task MarkAsync(RegistryDbContext registry, List<ClaimedTurn> turns, DateTimeOffset now, CancellationToken cancel)
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
            (entry.Status, entry.Owner, entry.StartedAt, entry.AttemptCount) = (
                QueueStatus.Processing,
                live.Owner,
                now,
                entry.AttemptCount + 1
            );
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
        await rows.ExecuteAsync(
            """
            UPDATE queue SET status = 'processing', turn_id = lead, owner = holder, started_at = started, ended_at = NULL, lease_until = until,
                client_id = client, correlation_id = trace, attempt_count = COALESCE(attempt_count, 0) + 1, is_cancel_requested = FALSE
            FROM given WHERE id = entry
            """,
            begun,
            cancel
        );
    }
}
