using System.Data.Common;
using Sanctum.Configurator.Registry.Messaging;

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
        return rows.QueryAsync(
            """
            SELECT place, a.id, c.id, c.mode, c.burst_seconds, c.during_run, p.id, u.id, s.id, s.is_active
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
            Read,
            cancel
        );
    }

    private static IntakeFact Read(DbDataReader row) =>
        new()
        {
            Place = row.GetInt32(0),
            AgentId = Number(row, 1),
            ChannelId = Number(row, 2),
            Mode = row.IsDBNull(3) ? null : row.GetString(3),
            BurstSeconds = Number(row, 4),
            DuringRun = row.IsDBNull(5) ? null : row.GetString(5),
            ProfileId = Number(row, 6),
            PersonId = Number(row, 7),
            SurvivorId = Number(row, 8),
            IsActive = row.IsDBNull(9) ? null : row.GetBoolean(9),
        };

    private static int? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);
}

/// <summary>What counts of a channel for what comes by it.</summary>
internal sealed record IntakeChannel(int Id, ChannelMode Mode, int BurstSeconds, DuringRun DuringRun);
