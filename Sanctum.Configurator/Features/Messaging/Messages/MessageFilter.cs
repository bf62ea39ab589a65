using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>Which messages are wanted.</summary>
/// <param name="PersonId">A person, with all who were merged into them.</param>
/// <param name="From">From this moment on.</param>
/// <param name="To">Before this moment.</param>
public sealed record MessageFilter(
    string? Words = null,
    int? PersonId = null,
    int? AgentId = null,
    int? ChannelId = null,
    MessageState? State = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null
);

/// <summary>How far a message, or its answer, is.</summary>
public enum MessageState
{
    /// <summary>It waits for its agent, or is being answered.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    [JsonStringEnumMemberName("answered")]
    Answered,

    /// <summary>The agent could not be asked.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Somebody took it out of the queue.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>The answer did not reach the person, or may not have.</summary>
    [JsonStringEnumMemberName("undelivered")]
    Undelivered,

    /// <summary>It was never put into the queue: no agent was to see it, or it came from Broca so.</summary>
    [JsonStringEnumMemberName("kept")]
    Kept,

    /// <summary>An operator or the agent wrote it first.</summary>
    [JsonStringEnumMemberName("sent")]
    Sent,
}
