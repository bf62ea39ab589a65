namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>An entry that an agent can begin with.</summary>
internal sealed record QueueHead(int Id, int AgentId, bool IsUrgent)
{
    /// <summary>Commands that are taken at a time, however many turns are under way.</summary>
    private const int MostCommands = 16;

    private const string IsDue = "e.status = 'pending' AND (e.not_before IS NULL OR e.not_before <= (SELECT moment FROM given LIMIT 1))";
    private const string InForce = "(p.until IS NULL OR p.until > (SELECT moment FROM given LIMIT 1))";

    /// <summary>Who was merged into somebody waits with them.</summary>
    private const string IsPaused = $"""
        EXISTS (SELECT 1 FROM queue_pauses AS p WHERE {InForce}
            AND ((p.scope = 'platform' AND p.subject = e.platform)
                OR (p.scope = 'person' AND (p.subject = CAST(e.letta_user_id AS text)
                    OR p.subject = (SELECT CAST(u.merged_into AS text) FROM letta_users AS u WHERE u.id = e.letta_user_id)))))
        """;

    /// <summary>One after another for each person.</summary>
    private const string HasOlder = """
        EXISTS (SELECT 1 FROM queue AS o
            WHERE o.agent_id = a.id AND o.status = 'pending' AND o.letta_user_id IS NOT DISTINCT FROM e.letta_user_id AND o.id < e.id)
        """;

    private const string IsFree = $"""
        NOT EXISTS (SELECT 1 FROM queue AS r WHERE r.agent_id = a.id AND r.status = 'processing' AND NOT r.is_urgent)
        AND NOT EXISTS (SELECT 1 FROM queue_pauses AS p WHERE p.scope = 'agent' AND p.subject = CAST(a.id AS text) AND {InForce})
        """;

    /// <summary>The first entries that may go: of each free agent one, and commands at once.</summary>
    /// <param name="agents">Only of these; null for all.</param>
    public static async Task<List<QueueHead>> FindAsync(
        RegistryDbContext registry,
        IReadOnlyCollection<int>? agents,
        DateTimeOffset now,
        int most,
        CancellationToken cancel
    )
    {
        if (agents is { Count: 0 })
        {
            return [];
        }

        var rows = new JsonRows(registry, ("agent", "int"), ("moment", "timestamptz"));
        var moment = rows.Time(now);
        var found = await rows.QueryAsync(
            agents is null
                ? Statement("", "CROSS JOIN agents AS a", "")
                : Statement(OfThese, "CROSS JOIN agents AS a", "a.id = given.agent AND "),
            agents is null ? [new { agent = (int?)null, moment }] : agents.Select(agent => new { agent = (int?)agent, moment }),
            row => (Id: row.IsDBNull(0) ? (int?)null : row.GetInt32(0), Agent: row.GetInt32(1), IsUrgent: row.GetInt32(2) == 1),
            cancel
        );

        // Left out and sorted here: in the query, it would look for each agent's first entry three times.
        var heads = found
            .Where(head => head.Id is not null)
            .Select(head => new QueueHead(head.Id!.Value, head.Agent, head.IsUrgent))
            .OrderBy(head => head.IsUrgent ? 0 : 1)
            .ThenBy(head => head.Id)
            .ToList();
        return [.. heads.Take(Math.Max(most, heads.Count(head => head.IsUrgent)))];
    }

    /// <summary>Without an index of agents: there are few commands.</summary>
    private const string OfThese = "AND +e.agent_id IN (SELECT agent FROM given)";

    private static string Statement(string commands, string agents, string these) =>
        $"""
            SELECT c.id, c.agent_id, 1 FROM
                (SELECT e.id, e.agent_id FROM queue AS e WHERE e.is_urgent AND e.agent_id IS NOT NULL AND {IsDue} {commands}
                ORDER BY e.id LIMIT {MostCommands}) AS c
            UNION ALL
            SELECT (SELECT e.id FROM queue AS e
                WHERE e.agent_id = a.id AND NOT e.is_urgent AND {IsDue} AND NOT {IsPaused} AND NOT {HasOlder}
                ORDER BY e.id LIMIT 1), a.id, 0
            FROM given {agents} WHERE {these}{IsFree}
            """;
}
