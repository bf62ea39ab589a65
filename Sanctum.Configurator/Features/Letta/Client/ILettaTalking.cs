namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>
/// Talks to the agents of a Letta server, of whichever kind. A failed call throws; <see cref="LettaFailures"/> says why in words.
/// </summary>
public interface ILettaTalking : IDisposable
{
    LettaKind Kind { get; }

    /// <summary>
    /// Says something to the agent, and ends when an App Server has taken it; a V1 server takes it when the answer is read. What the agent
    /// answers comes as it is made, in parts; where it is busy, when its turn has come.
    /// </summary>
    /// <exception cref="LettaCallException">The server refused it, or, while it is read, the answer ended before the agent was done.</exception>
    Task<IAsyncEnumerable<LettaMessage>> SendAsync(string agent, string text, LettaSpeaker speaker, CancellationToken cancel);

    /// <summary>Says something and does not wait for the answer. A V1 server has no queue.</summary>
    /// <exception cref="LettaCallException">The server refused it.</exception>
    Task QueueAsync(string agent, string text, LettaSpeaker speaker, CancellationToken cancel);

    /// <summary>Takes a message out of the queue.</summary>
    /// <exception cref="LettaCallException">It does not wait any more.</exception>
    Task RemoveQueuedAsync(string agent, string message, CancellationToken cancel);

    /// <summary>Lets messages go on that wait since a run was cancelled.</summary>
    Task ResumeQueueAsync(string agent, CancellationToken cancel);

    /// <summary>Allows or denies the calls of tools that wait, upon which the agent goes on. It ends as <see cref="SendAsync"/> does.</summary>
    /// <param name="by">Who decides, as the history names them.</param>
    /// <exception cref="LettaCallException">The server refused it, or, while it is read, the answer ended before the agent was done.</exception>
    Task<IAsyncEnumerable<LettaMessage>> ApproveAsync(
        string agent,
        LettaApproval pending,
        bool approve,
        string? reason,
        string by,
        CancellationToken cancel
    );

    /// <summary>Goes on with the answer that the agent is giving, from its beginning; nothing where it gives none.</summary>
    IAsyncEnumerable<LettaMessage> FollowAsync(string agent, CancellationToken cancel);

    /// <summary>
    /// The answer to a message that was sent before, from its beginning, as it is made or as it was: for whoever lost it in the middle.
    /// Nothing where the server does not know of it.
    /// </summary>
    /// <param name="message">What it was sent with: <see cref="LettaSpeaker.MessageId"/>.</param>
    /// <param name="run">The run, where that is known.</param>
    IAsyncEnumerable<LettaMessage> ResumeAsync(string agent, string message, string? run, CancellationToken cancel);

    /// <summary>The newest messages, the oldest of them first.</summary>
    Task<IReadOnlyList<LettaMessage>> HistoryAsync(string agent, int most, CancellationToken cancel);

    /// <summary>How full the agent's context is; null where the server can't say.</summary>
    Task<LettaContext?> ContextAsync(string agent, CancellationToken cancel);

    Task<LettaNow> NowAsync(string agent, CancellationToken cancel);

    /// <summary>
    /// What the agent is doing, now and each time that it changes, whoever changed it. A V1 server tells nobody: there it ends at once.
    /// </summary>
    /// <exception cref="LettaCallException">The connection was lost.</exception>
    IAsyncEnumerable<LettaNow> WatchAsync(string agent, CancellationToken cancel);

    /// <summary>Ends the agent's runs.</summary>
    Task CancelAsync(string agent, CancellationToken cancel);

    /// <summary>Begins anew: a V1 server forgets the conversation, an App Server begins another. The memory stays.</summary>
    Task ResetAsync(string agent, CancellationToken cancel);
}
