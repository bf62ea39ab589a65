using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>An entry that an agent can begin with.</summary>
internal sealed record QueueHead(int Id, int AgentId, bool IsUrgent)
{
    /// <summary>Commands that are taken at a time, however many turns are under way.</summary>
    private const int MostCommands = 16;

    /// <summary>The first entries that may go: of each free agent one, and commands at once.</summary>
    /// <param name="agents">Only of these; null for all.</param>
    public static async Task<List<QueueHead>> FindAsync(
        RegistryDbContext registry,
        List<int>? agents,
        DateTimeOffset now,
        int most,
        CancellationToken cancel
    )
    {
        var ready = registry.Queue.Where(e => e.Status == QueueStatus.Pending && (e.NotBefore == null || e.NotBefore <= now));
        var urgent = ready.Where(e => e.IsUrgent && e.AgentId != null);
        var paused = await QueuePauses.InForceAsync(registry, now, cancel);
        var free = registry.Agents.Where(a =>
            !registry.Queue.Any(r => r.AgentId == a.Id && r.Status == QueueStatus.Processing && !r.IsUrgent)
        );
        if (agents is not null)
        {
            urgent = urgent.Where(e => EF.Parameter(agents).Contains(e.AgentId!.Value));
            free = free.Where(a => EF.Parameter(agents).Contains(a.Id));
        }

        if (paused.Agents.Count > 0)
        {
            free = free.Where(a => !EF.Parameter(paused.Agents).Contains(a.Id));
        }

        if (paused.Platforms.Count + paused.People.Count > 0)
        {
            ready = ready
                .Where(e => e.Platform == null || !EF.Parameter(paused.Platforms).Contains(e.Platform))
                .Where(e => e.LettaUserId == null || !EF.Parameter(paused.People).Contains(e.LettaUserId.Value));
        }

        var commands = await urgent
            .OrderBy(e => e.Id)
            .Select(e => new QueueHead(e.Id, e.AgentId!.Value, true))
            .Take(MostCommands)
            .ToListAsync(cancel);
        if (most <= commands.Count)
        {
            return commands;
        }

        var others = await free.Select(a => new
            {
                a.Id,
                First = ready
                    .Where(e => e.AgentId == a.Id && !e.IsUrgent)
                    .Where(e =>
                        !registry.Queue.Any(o =>
                            o.AgentId == a.Id && o.Status == QueueStatus.Pending && o.LettaUserId == e.LettaUserId && o.Id < e.Id
                        )
                    )
                    .OrderBy(e => e.Id)
                    .Select(e => (int?)e.Id)
                    .FirstOrDefault(),
            })
            .ToListAsync(cancel);

        // Sorted here: in the query, it would look for each agent's first entry three times.
        return
        [
            .. commands
                .Concat(
                    others.Where(o => o.First is not null).Select(o => new QueueHead(o.First!.Value, o.Id, false)).OrderBy(head => head.Id)
                )
                .Take(Math.Max(most, commands.Count)),
        ];
    }
}
