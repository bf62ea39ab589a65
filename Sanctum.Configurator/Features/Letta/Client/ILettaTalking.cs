namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>
/// Talks to the agents of a Letta server, of whichever kind. A failed call throws; <see cref="LettaFailures"/> says why in words.
/// </summary>
public interface ILettaTalking : IDisposable
{
    LettaKind Kind { get; }

    /// <summary>Says something to the agent. What it answers comes as it is made, in parts.</summary>
    /// <param name="mayRead">
    /// On an App Server: whether the agent may read files and run commands that only read without asking. It does so with the rights of the
    /// server's user, which are far more than those of somebody who may only talk.
    /// </param>
    /// <exception cref="LettaCallException">The server refused it, or the answer ended before the agent was done.</exception>
    IAsyncEnumerable<LettaMessage> SendAsync(string agent, string text, bool mayRead, CancellationToken cancel);

    /// <summary>Allows or denies the calls of tools that wait, upon which the agent goes on.</summary>
    /// <exception cref="LettaCallException">The server refused it, or the answer ended before the agent was done.</exception>
    IAsyncEnumerable<LettaMessage> ApproveAsync(
        string agent,
        LettaApproval pending,
        bool approve,
        string? reason,
        CancellationToken cancel
    );

    /// <summary>Goes on with the answer that the agent is giving, from now on; nothing where it gives none.</summary>
    IAsyncEnumerable<LettaMessage> FollowAsync(string agent, CancellationToken cancel);

    /// <summary>The newest messages, the oldest of them first.</summary>
    Task<IReadOnlyList<LettaMessage>> HistoryAsync(string agent, int most, CancellationToken cancel);

    /// <summary>What waits for an approval; null where nothing does.</summary>
    Task<LettaApproval?> PendingAsync(string agent, CancellationToken cancel);

    /// <summary>Whether an answer is under way that <see cref="FollowAsync"/> would go on with.</summary>
    Task<bool> IsAnsweringAsync(string agent, CancellationToken cancel);

    /// <summary>Ends the agent's runs.</summary>
    Task CancelAsync(string agent, CancellationToken cancel);

    /// <summary>Begins anew: a V1 server forgets the conversation, an App Server begins another. The memory stays.</summary>
    Task ResetAsync(string agent, CancellationToken cancel);
}
