using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Proposals;

namespace Sanctum.Configurator.Features.Proposals;

/// <summary>A change that an agent would like to make.</summary>
/// <param name="Title">The name of the operation.</param>
/// <param name="Does">What it does, in a sentence.</param>
/// <param name="TakesVersion">Whether the call takes the version of what it changes.</param>
/// <param name="Reason">Why, in the agent's words.</param>
public sealed record WantedChange(string Title, string Does, InnerCall Call, bool TakesVersion, string Reason);

/// <summary>A proposal as it is listed.</summary>
public sealed record ProposalRow(
    int Id,
    string Title,
    string? Reason,
    string KeyName,
    int? KeyId,
    string? Owner,
    string Method,
    string Path,
    ProposalState State,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    string? DecidedBy,
    DateTimeOffset? DecidedAt,
    int Version
);

/// <summary>A proposal with what it would change.</summary>
/// <param name="Difference">What the dry run answered: rows with their columns, or a shape of the operation's own.</param>
/// <param name="BaseVersion">The version of what the difference was made from; null where it has none.</param>
/// <param name="Answer">What became of it: the status and the words of the API, or why it was rejected.</param>
public sealed record ProposalView(ProposalRow Proposal, JsonNode? Difference, string? BaseVersion, JsonNode? Answer)
{
    /// <summary>Said after the decision, in a sentence; null where there is nothing to say.</summary>
    public string? Said => (Answer as JsonObject)?["detail"]?.ToString();
}

/// <summary>Which proposals are wanted.</summary>
/// <param name="State">Null for all.</param>
public sealed record ProposalFilter(ProposalState? State = null, int? KeyId = null);

/// <summary>Why a proposal is rejected.</summary>
public sealed class RejectForm
{
    internal const int Longest = 1000;

    /// <summary>The agent reads it.</summary>
    [TextLimit(Longest)]
    public string? Reason { get; set; }
}
