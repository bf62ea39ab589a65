using System.Data.Common;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>Marks entries as begun, with what belongs to their turns, within the caller's transaction.</summary>
/// <param name="owner">The word of the console that begins them.</param>
/// <param name="until">When others may take them over, unless it answers.</param>
internal sealed class TurnClaims(RegistryDbContext registry, string owner, DateTimeOffset now, DateTimeOffset until)
{
    /// <summary>Messages of a burst that are one turn.</summary>
    private const int MostOfATurn = 50;

    private static readonly (string Name, string Type)[] Columns =
    [
        ("entry", "int"),
        ("lead", "int"),
        ("holder", "text"),
        ("started", "timestamptz"),
        ("until", "timestamptz"),
        ("client", "text"),
        ("trace", "text"),
    ];

    /// <param name="heads">The ids of their first entries.</param>
    /// <returns>The turns, without what somebody has just taken out of the queue.</returns>
    public async Task<IReadOnlyList<ClaimedTurn>> MarkAsync(IReadOnlyList<int> heads, CancellationToken cancel)
    {
        var members = await MembersAsync(heads, cancel);
        var rows = new JsonRows(registry, Columns);
        var begun = heads
            .Select(head => (Entry: head, Lead: (int?)null))
            .Concat(members.Select(member => (member.Entry, Lead: (int?)member.Lead)))
            .Select(each => new
            {
                entry = each.Entry,
                lead = each.Lead,
                holder = owner,
                started = rows.Time(now),
                until = rows.Time(until),
                client = Guid.CreateVersion7().ToString(),
                trace = System.Diagnostics.ActivityTraceId.CreateRandom().ToHexString(),
            });
        var marked = await rows.QueryAsync(
            """
            UPDATE queue SET status = 'processing', turn_id = lead, owner = holder, started_at = started, ended_at = NULL, lease_until = until,
                client_id = COALESCE(client_id, client), correlation_id = trace, attempt_count = COALESCE(attempt_count, 0) + 1, is_cancel_requested = FALSE
            FROM given WHERE id = entry AND status || '' = 'pending'
            RETURNING id, letta_user_id, message_id, attempt_count, agent_id, channel_id, platform, is_urgent, client_id, turn_id, crashes, run_id,
                correlation_id, timestamp
            """,
            begun,
            Read,
            cancel
        );
        var entries = marked.ToDictionary(entry => entry.Id);
        var parts = members.ToLookup(member => member.Lead, member => member.Entry);
        return
        [
            .. heads
                .Order()
                .Where(entries.ContainsKey)
                .Select(head => new ClaimedTurn(entries[head], [.. parts[head].Where(entries.ContainsKey).Select(id => entries[id])])),
        ];
    }

    private QueueEntry Read(DbDataReader row) =>
        new()
        {
            Id = row.GetInt32(0),
            LettaUserId = Number(row, 1),
            MessageId = Number(row, 2),
            AttemptCount = row.GetInt32(3),
            AgentId = Number(row, 4),
            ChannelId = Number(row, 5),
            Platform = Text(row, 6),
            IsUrgent = row.GetBoolean(7),
            ClientId = Text(row, 8),
            TurnId = Number(row, 9),
            Crashes = Number(row, 10) ?? 0,
            RunId = Text(row, 11),
            CorrelationId = Text(row, 12),
            Timestamp =
                row.IsDBNull(13) ? null
                : registry.IsSqlite ? UtcText.Parse(row.GetString(13))
                : row.GetFieldValue<DateTimeOffset>(13),
            Status = QueueStatus.Processing,
            Owner = owner,
            StartedAt = now,
            LeaseUntil = until,
        };

    private static int? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>What is answered together with a head, in the order in which it was written.</summary>
    private async Task<IReadOnlyList<(int Lead, int Entry)>> MembersAsync(IReadOnlyList<int> heads, CancellationToken cancel)
    {
        var leads = await new JsonRows(registry, ("entry", "int")).IdsAsync(
            """
            SELECT e.id FROM given CROSS JOIN queue AS e CROSS JOIN channels AS c
            WHERE e.id = entry AND c.id = e.channel_id AND NOT e.is_urgent AND (c.burst_seconds > 0 OR c.during_run = 'steer')
            """,
            heads.Select(head => new { entry = head }),
            cancel
        );
        var members = new List<(int, int)>();
        foreach (var id in leads)
        {
            var lead = await registry.Queue.AsNoTracking().SingleAsync(e => e.Id == id, cancel);
            members.AddRange((await WithAsync(lead, cancel)).Select(member => (id, member)));
        }

        return members;
    }

    /// <summary>What the same person wrote in the same place, and may go now.</summary>
    private async Task<IReadOnlyList<int>> WithAsync(QueueEntry lead, CancellationToken cancel)
    {
        var chat = await registry.Messages.Where(m => m.Id == lead.MessageId).Select(m => m.Chat).FirstOrDefaultAsync(cancel);
        return await registry
            .Queue.Where(e =>
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
            .Select(e => e.Id)
            .Take(MostOfATurn - 1)
            .ToListAsync(cancel);
    }
}
