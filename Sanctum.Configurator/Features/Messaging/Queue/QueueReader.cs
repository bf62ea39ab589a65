using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>Reads the queue: entries, counts and rates, and failures grouped by their cause.</summary>
public sealed class QueueReader(IDbContextFactory<RegistryDbContext> registries, TimeProvider clock)
{
    /// <summary>More are not counted: a list of that length is not read to its end.</summary>
    public const int MostCounted = 100_000;

    private const int MostGroups = 200;
    private const int MostText = 200;
    private const string ListName = "queue";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The newest first.</summary>
    public async Task<PageOf<QueueRow>> PageAsync(QueueFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var found = (filter with { Search = page.Search ?? filter.Search }).In(registry);
        var total = await found.CountUpToAsync(MostCounted, cancel);
        found = page.Cursor is { } cursor ? Before(found, (int)Cursor.Read(cursor, ListName).Id) : found;
        var ids = await found.OrderByDescending(e => e.Id).Skip(page.Skip).Take(page.Take + 1).Select(e => e.Id).ToListAsync(cancel);
        var rows = await RowsAsync(registry, ids.Take(page.Take), cancel);
        return new(rows, total, ids.Count > page.Take ? Cursor.Write(ListName, 0, rows[^1].Id) : null);
    }

    public async Task<QueueEntryView?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await RowsAsync(registry, [id], cancel) is not [var row])
        {
            return null;
        }

        var entry = await registry.Queue.AsNoTracking().SingleAsync(e => e.Id == id, cancel);
        var message = await registry.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == entry.MessageId, cancel);
        var lead = entry.TurnId ?? entry.Id;
        var together = await registry
            .Queue.Where(e => e.Id != id && (e.TurnId == lead || (e.Id == lead && entry.TurnId != null)))
            .OrderBy(e => e.Id)
            .Select(e => e.Id)
            .Take(MostGroups)
            .ToListAsync(cancel);
        var attempts = await registry
            .QueueAttempts.AsNoTracking()
            .Where(a => a.QueueId == id)
            .OrderByDescending(a => a.Id)
            .Take(MostGroups)
            .Select(a => new AttemptRow(a.Number, a.Node, a.StartedAt, a.EndedAt, a.Outcome, a.Failure, a.RunId, a.Excerpt))
            .ToListAsync(cancel);
        return new(row, message?.Text, message?.AgentResponse, entry.RunId, entry.CorrelationId, message?.EditedFrom, together, attempts);
    }

    public async Task<QueueState> StateAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var counts = await registry
            .Queue.GroupBy(e => e.Status)
            .Select(g => new { Status = g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Status, g => g.Count, cancel);
        var oldest = await registry
            .Queue.Where(e => e.Status == QueueStatus.Pending)
            .OrderBy(e => e.Id)
            .Select(e => e.Timestamp)
            .FirstOrDefaultAsync(cancel);
        var paused = await registry.QueuePauses.CountAsync(p => p.Until == null || p.Until > now, cancel);
        return new(
            Enum.GetValues<QueueStatus>().ToDictionary(status => status, counts.GetValueOrDefault),
            oldest,
            await MinutesAsync(registry, now, cancel),
            paused
        );
    }

    /// <summary>What failed, by its cause, the most frequent first. What has no cause is a group of its own.</summary>
    public async Task<IReadOnlyList<FailureGroup>> GroupsAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var groups = await registry
            .Queue.Where(e => e.Cause != null && (e.Status == QueueStatus.Failed || e.Status == QueueStatus.Poison))
            .GroupBy(e => new { e.Cause, e.CauseVersion })
            .Select(g => new
            {
                g.Key.Cause,
                g.Key.CauseVersion,
                Count = g.Count(),
                First = g.Min(e => e.EndedAt),
                Last = g.Max(e => e.EndedAt),
                Example = g.Max(e => e.Id),
            })
            .OrderByDescending(g => g.Count)
            .ThenBy(g => g.Cause)
            .Take(MostGroups)
            .ToListAsync(cancel);
        var ids = groups.ConvertAll(g => g.Example);
        var examples = await registry.Queue.Where(e => ids.Contains(e.Id)).ToDictionaryAsync(e => e.Id, e => e.Failure, cancel);
        return
        [
            .. groups.Select(g => new FailureGroup(
                g.Cause!,
                g.CauseVersion ?? 0,
                g.Count,
                g.First,
                g.Last,
                examples.GetValueOrDefault(g.Example)
            )),
        ];
    }

    /// <summary>The platforms that messages came from.</summary>
    public async Task<IReadOnlyList<string>> PlatformsAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Channels.Select(c => c.Platform).Distinct().OrderBy(p => p).ToListAsync(cancel);
    }

    /// <summary>The agents, by name.</summary>
    public async Task<IReadOnlyList<(int Id, string Name)>> AgentsAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agents = await registry.Agents.OrderBy(a => a.Name).Select(a => new { a.Id, a.Name }).ToListAsync(cancel);
        return [.. agents.Select(a => (a.Id, a.Name))];
    }

    private static IQueryable<QueueEntry> Before(IQueryable<QueueEntry> found, int id) => found.Where(e => e.Id < id);

    private async Task<List<QueueRow>> RowsAsync(RegistryDbContext registry, IEnumerable<int> ids, CancellationToken cancel)
    {
        var wanted = ids.ToList();
        var rows = await registry
            .Queue.AsNoTracking()
            .Where(e => wanted.Contains(e.Id))
            .OrderByDescending(e => e.Id)
            .Select(e => new
            {
                Entry = e,
                Agent = registry.Agents.Where(a => a.Id == e.AgentId).Select(a => a.Name).FirstOrDefault(),
                Person = registry
                    .LettaUsers.Where(u => u.Id == e.LettaUserId)
                    .Select(u => new
                    {
                        Survivor = u.MergedInto ?? u.Id,
                        Name = registry.LettaUsers.Where(s => s.Id == (u.MergedInto ?? u.Id)).Select(s => s.DisplayName).FirstOrDefault(),

                        // Who was merged is called what the other is called.
                        Profile = registry
                            .PlatformProfiles.Where(p => u.MergedInto != null && p.LettaUserId == u.MergedInto)
                            .OrderBy(p => p.Id)
                            .Select(p => p.DisplayName ?? p.Username ?? p.PlatformUserId)
                            .FirstOrDefault(),
                    })
                    .FirstOrDefault(),
                Text = registry.Messages.Where(m => m.Id == e.MessageId).Select(m => m.Text!.Substring(0, MostText)).FirstOrDefault(),
                Profile = registry
                    .PlatformProfiles.Where(p =>
                        registry.Messages.Any(m => m.Id == e.MessageId && m.PlatformProfileId == p.Id)
                        || (p.LettaUserId == e.LettaUserId && p.Platform == e.Platform)
                    )
                    .OrderBy(p => p.Id)
                    .Select(p => p.DisplayName ?? p.Username ?? p.PlatformUserId)
                    .FirstOrDefault(),
            })
            .ToListAsync(cancel);
        var paused = await QueuePauses.InForceAsync(registry, clock.GetUtcNow(), cancel);
        return rows.ConvertAll(r => new QueueRow(
            r.Entry.Id,
            r.Entry.Status,
            r.Entry.AgentId,
            r.Agent,
            r.Person?.Survivor,
            r.Person?.Name ?? r.Person?.Profile ?? r.Profile,
            r.Entry.Platform,
            r.Entry.MessageId,
            r.Text,
            r.Entry.AttemptCount,
            r.Entry.Timestamp,
            r.Entry.NotBefore,
            r.Entry.StartedAt,
            r.Entry.EndedAt,
            r.Entry.TurnId,
            r.Entry.IsCancelRequested,
            r.Entry.Failure,
            r.Entry.Cause,
            HeldBy(r.Entry, paused)
        ));
    }

    private static string? HeldBy(QueueEntry entry, QueuePauses paused) =>
        entry.Status != QueueStatus.Pending ? null
        : entry.AgentId is null ? "It has no agent. Move it to one."
        : paused.Agents.Contains(entry.AgentId.Value) ? "The agent is paused."
        : entry.Platform is { } platform && paused.Platforms.Contains(platform) ? "The platform is paused."
        : entry.LettaUserId is { } person && paused.People.Contains(person) ? "The person is paused."
        : null;

    private static async Task<IReadOnlyList<QueueMinute>> MinutesAsync(
        RegistryDbContext registry,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var since = now - Hour;
        var ended = await registry
            .Queue.Where(e => e.EndedAt > since)
            .OrderByDescending(e => e.EndedAt)
            .Select(e => new { At = e.EndedAt!.Value, e.Status })
            .Take(MostCounted)
            .ToListAsync(cancel);
        var newest = await registry.Queue.OrderByDescending(e => e.Id).Select(e => e.Timestamp).Take(MostCounted / 10).ToListAsync(cancel);
        var came = newest.Where(at => at > since).Select(at => MinuteOf(at!.Value)).CountBy(m => m).ToDictionary();
        var done = ended.Where(e => e.Status == QueueStatus.Done).Select(e => MinuteOf(e.At)).CountBy(m => m).ToDictionary();
        var failed = ended
            .Where(e => e.Status is QueueStatus.Failed or QueueStatus.Poison)
            .Select(e => MinuteOf(e.At))
            .CountBy(m => m)
            .ToDictionary();
        return
        [
            .. Enumerable
                .Range(0, 60)
                .Select(back => MinuteOf(now.AddMinutes(back - 59)))
                .Select(at => new QueueMinute(at, came.GetValueOrDefault(at), done.GetValueOrDefault(at), failed.GetValueOrDefault(at))),
        ];
    }

    private static DateTimeOffset MinuteOf(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}
