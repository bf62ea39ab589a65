using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>A user of Broca's, in the registry's terms.</summary>
/// <param name="Aside">The row as JSON, where something of it could be lost.</param>
internal sealed record SourcePerson(
    long Id,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? LastActive,
    string? Preferences,
    int HistoryLimit,
    string? Instructions,
    bool IsActive,
    string? IdentityId,
    string? BlockId,
    string Aside
)
{
    public List<SourceProfile> Profiles { get; } = [];

    /// <summary>Something that a person who is here already would not get.</summary>
    public bool HasOwn => Preferences is not null || Instructions is not null || IdentityId is not null || BlockId is not null;
}

internal sealed record SourceProfile(
    long Id,
    string Platform,
    string PlatformUserId,
    string? Username,
    string? DisplayName,
    string? Metadata,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? LastActive,
    string Aside
);

internal sealed record SourceMessage(
    long Id,
    long PersonId,
    long? ProfileId,
    string? Role,
    string? Text,
    DateTimeOffset? Timestamp,
    bool Processed,
    string? Response
);

/// <param name="Cause">What is alike of all that failed so; null where it did not.</param>
internal sealed record SourceEntry(
    long Id,
    long MessageId,
    QueueStatus Status,
    int Attempts,
    DateTimeOffset? Timestamp,
    string? Failure,
    string? Cause
);

/// <summary>A row that is not imported, or not wholly.</summary>
internal sealed record AsideRow(string Table, string Id, string Row, string Reason);
