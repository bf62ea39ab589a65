using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.Proposals;

/// <summary>A change that a program would like to make, and that a person decides on.</summary>
public sealed class Proposal : IVersioned
{
    public int Id { get; private set; }

    /// <summary>The key that it came by; null where the key is gone.</summary>
    public int? KeyId { get; init; }
    public required string KeyName { get; init; }

    /// <summary>Whose key it was.</summary>
    public int? UserId { get; init; }
    public required string Title { get; init; }

    /// <summary>Why, in the program's words.</summary>
    public string? Reason { get; init; }

    /// <summary>The call that would make it: method, path with query, and body as JSON.</summary>
    public required string Method { get; init; }
    public required string Path { get; init; }
    public string? Body { get; set; }

    /// <summary>JSON: what would change; null where the operation can't be tried.</summary>
    public string? Difference { get; init; }

    /// <summary>The version of what the difference was made from; null where it has none.</summary>
    public string? BaseVersion { get; init; }
    public ProposalState State { get; set; }
    public DateTimeOffset ExpiresAt { get; init; }
    public string? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>JSON: what the call was answered when it was made.</summary>
    public string? Answer { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>How far a proposal is.</summary>
public enum ProposalState
{
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("approved")]
    Approved,

    [JsonStringEnumMemberName("rejected")]
    Rejected,

    /// <summary>It was approved, and the call was refused.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Nobody decided in time.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,
}
