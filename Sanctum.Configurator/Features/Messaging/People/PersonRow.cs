using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>Which people are wanted.</summary>
/// <param name="Platform">Somebody who writes there.</param>
/// <param name="AgentId">Somebody who wrote to this agent.</param>
public sealed record PersonFilter(string? Platform = null, bool? IsActive = null, bool? IsOnHold = null, int? AgentId = null);

/// <summary>A person as they are listed, with what belongs to those who were merged into them.</summary>
/// <param name="Messages">How many messages they wrote or were sent.</param>
/// <param name="Open">How many of them wait in the queue.</param>
public sealed record PersonRow(
    int Id,
    string Name,
    IReadOnlyList<string> Platforms,
    DateTimeOffset? LastActive,
    int Messages,
    int Open,
    bool IsActive,
    bool IsOnHold,
    int Merged
);

/// <summary>All about one person.</summary>
public sealed record PersonView : IHasVersion
{
    public required int Id { get; init; }
    public required string Name { get; init; }

    /// <summary>As an operator calls them.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The person whom this one was merged into; null where it stands for itself.</summary>
    public int? MergedInto { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastActive { get; init; }

    /// <summary>As it is stored: mostly a JSON object.</summary>
    public JsonNode? AgentPreferences { get; init; }
    public int ConversationHistoryLimit { get; init; }
    public string? CustomInstructions { get; init; }
    public bool IsActive { get; init; }
    public string? HoldReason { get; init; }
    public string? LettaIdentityId { get; init; }
    public string? LettaBlockId { get; init; }

    /// <summary>The console's user who this is.</summary>
    public int? UserId { get; init; }
    public string? User { get; init; }
    public int Messages { get; init; }
    public int Open { get; init; }
    public required IReadOnlyList<ProfileRow> Profiles { get; init; }
    public required IReadOnlyList<MergedRow> Merged { get; init; }
    public int Version { get; init; }
}

/// <summary>A person on one platform.</summary>
/// <param name="PersonId">Whose row it is: the person's own, or one who was merged into them.</param>
/// <param name="Metadata">As the platform told it; null where it is longer than a page shows, or none.</param>
/// <param name="MetadataLength">In characters.</param>
public sealed record ProfileRow(
    int Id,
    int PersonId,
    string Platform,
    string PlatformUserId,
    string? Username,
    string? DisplayName,
    JsonNode? Metadata,
    int MetadataLength,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastActive
);

/// <summary>One merge that can be undone.</summary>
/// <param name="MergeId">Null where another program merged them.</param>
/// <param name="CanUndo">Whether it is the newest of the survivor's, so that an undo restores exactly what was before.</param>
public sealed record MergedRow(int PersonId, string Name, int? MergeId, string? MergedBy, DateTimeOffset? MergedAt, bool CanUndo);

/// <summary>A person beside another one.</summary>
internal sealed record PersonSides(int Id, string Name, LettaUser Row);

/// <summary>How long what a platform knows of somebody is, as text: asked before it is read.</summary>
internal sealed record MetadataLength(int Id, int Length)
{
    public static IQueryable<MetadataLength> Of(RegistryDbContext registry) =>
        registry.Database.SqlQueryRaw<MetadataLength>(
            """SELECT id AS "Id", coalesce(length(CAST(metadata AS text)), 0) AS "Length" FROM platform_profiles"""
        );
}

internal static class PersonQueries
{
    public const string List = "people";

    /// <summary>What waits, or is being answered.</summary>
    public static IQueryable<QueueEntry> Open(this IQueryable<QueueEntry> queue) =>
        queue.Where(e => e.Status == QueueStatus.Pending || e.Status == QueueStatus.Processing);
}
