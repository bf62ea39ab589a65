using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Agents.Talking;

/// <summary>What somebody says to an agent.</summary>
public sealed class TalkForm
{
    public const int LongestText = 100_000;

    [Required(ErrorMessage = "Enter a message.")]
    [StringLength(LongestText, ErrorMessage = "A message has at most 100,000 characters.")]
    public string? Text { get; set; }
}

/// <summary>What is being written and not yet said; it outlives the panel in which it is written.</summary>
public sealed class TalkDraft
{
    public string? Text { get; set; }
}

/// <summary>What becomes of the calls of tools that wait.</summary>
public sealed class ApprovalForm
{
    public bool? Approve { get; set; }

    /// <summary>Of what was looked at: where something else waits by now, nothing is decided.</summary>
    [TextLimit(Lengths.Description)]
    public string? RequestId { get; set; }

    /// <summary>Told to the agent.</summary>
    [StringLength(2000, ErrorMessage = "A reason has at most 2,000 characters.")]
    public string? Reason { get; set; }
}

/// <summary>The newest messages of an agent, the oldest of them first, and what waits for an approval.</summary>
/// <param name="Kind">Of the server. On an App Server these are the messages of the console's own conversation with the agent.</param>
/// <param name="IsAnswering">The agent is answering now; its answer can be followed.</param>
/// <param name="Queue">What waits until the agent has answered what was said before, the next first. A V1 server has no queue.</param>
public sealed record AgentMessages(
    IReadOnlyList<LettaMessage> Messages,
    LettaApproval? Pending,
    LettaKind Kind,
    bool IsAnswering,
    IReadOnlyList<QueuedMessage> Queue
);

/// <summary>All that an agent answered.</summary>
/// <param name="Failure">Why the answer broke off, in a sentence; null where it did not.</param>
internal sealed record TalkAnswer(IReadOnlyList<LettaMessage> Messages, string? Failure);
