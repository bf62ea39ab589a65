using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>What the tables know of a message before it is written: one row of one statement for the whole batch.</summary>
internal sealed class IntakeFact
{
    public required int Place { get; init; }

    /// <summary>Null where there is no such agent.</summary>
    public int? AgentId { get; init; }
    public int? ChannelId { get; init; }
    public string? Mode { get; init; }
    public int? BurstSeconds { get; init; }
    public string? DuringRun { get; init; }
    public int? ProfileId { get; init; }
    public int? PersonId { get; init; }

    /// <summary>The person, or the one they were merged into.</summary>
    public int? SurvivorId { get; init; }
    public bool? IsActive { get; init; }

    public IntakeChannel? Channel =>
        ChannelId is { } id
            ? new(id, EnumText<ChannelMode>.Parse(Mode ?? ""), BurstSeconds ?? 0, EnumText<DuringRun>.Parse(DuringRun ?? ""))
            : null;

    public static Task<List<IntakeFact>> ReadAsync(RegistryDbContext registry, IReadOnlyList<IntakeItem> items, CancellationToken cancel)
    {
        var rows = new JsonRows(registry, ("place", "int"), ("agent", "int"), ("way", "text"), ("writer", "text"));
        return rows.QueryAsync<IntakeFact>(
            """
            SELECT place AS "Place", a.id AS "AgentId", c.id AS "ChannelId", c.mode AS "Mode", c.burst_seconds AS "BurstSeconds",
                c.during_run AS "DuringRun", p.id AS "ProfileId", u.id AS "PersonId", s.id AS "SurvivorId", s.is_active AS "IsActive"
            FROM given
            LEFT JOIN agents AS a ON a.id = agent
            LEFT JOIN channels AS c ON c.platform = way AND c.agent_id = agent
            LEFT JOIN platform_profiles AS p ON p.platform = way AND p.platform_user_id = writer
            LEFT JOIN letta_users AS u ON u.id = p.letta_user_id
            LEFT JOIN letta_users AS s ON s.id = COALESCE(u.merged_into, u.id)
            """,
            items.Select(
                (item, place) =>
                    new
                    {
                        place,
                        agent = item.Incoming.AgentId,
                        way = item.Incoming.Platform,
                        writer = item.Incoming.PlatformUserId,
                    }
            ),
            cancel
        );
    }
}

/// <summary>What counts of a channel for what comes by it.</summary>
internal sealed record IntakeChannel(int Id, ChannelMode Mode, int BurstSeconds, DuringRun DuringRun);
