namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>On whose behalf something is said to an agent.</summary>
/// <param name="Name">As the history names them.</param>
/// <param name="MayRead">
/// On an App Server: whether the agent may read files and run commands that only read without asking. It does so with the rights of the
/// server's user, which are far more than those of somebody who may only talk.
/// </param>
/// <param name="MessageId">By which the server tells the message again; null for a new one.</param>
public sealed record LettaSpeaker(string Name, bool MayRead, string? MessageId = null)
{
    /// <summary>The agent goes on where the connection is lost, and can be followed again: what a V1 server must be told first.</summary>
    public bool IsInBackground { get; init; }

    /// <summary>
    /// What the agent is given just before the message, marked as no part of it: a system message on a V1 server, a part of its own on an App
    /// Server. Null for nothing.
    /// </summary>
    public string? Ahead { get; init; }
}

/// <summary>A message that waits on the server until the agent has answered those before it.</summary>
/// <param name="By">Who sent it; null where it was another console or program.</param>
/// <param name="IsPaused">The run before it was cancelled: it waits until somebody lets the queue go on, or says something else.</param>
public sealed record QueuedMessage(string Id, string Text, string? By, DateTimeOffset? At, bool IsPaused);

/// <summary>What became of a call that waited for an approval.</summary>
/// <param name="By">Who decided; null where it was another console or program.</param>
/// <param name="Approved">Null where that is not known yet, or the run was cancelled.</param>
public sealed record LettaDecision(string? By, bool? Approved);

/// <summary>What an agent is doing in the conversation.</summary>
/// <param name="Pending">What waits for an approval; null where nothing does.</param>
/// <param name="IsAnswering">An answer is under way that can be followed.</param>
/// <param name="Queue">What waits to be answered, the next first. A V1 server has no queue.</param>
/// <param name="Decision">Of the last call that is known to have waited; null where none has.</param>
public sealed record LettaNow(LettaApproval? Pending, bool IsAnswering, IReadOnlyList<QueuedMessage> Queue, LettaDecision? Decision = null);
