using System.Collections.Concurrent;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>How an answer ended that did not come to its end by itself.</summary>
/// <param name="Failure">Why it failed; null where it was cancelled.</param>
internal sealed record TurnOutcome(string? Failure);

/// <summary>
/// How answers ended that this console heard, as long as it runs. The server keeps no record of runs: one that failed, or was cancelled, is
/// only a message without an answer there.
/// </summary>
internal sealed class AppServerOutcomes
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, TurnOutcome> _outcomes = new();

    /// <param name="own">What the message was sent with.</param>
    public void Note(string own, TurnOutcome outcome)
    {
        if (_outcomes.Count >= Most)
        {
            _outcomes.Clear();
        }

        _outcomes[own] = outcome;
    }

    /// <summary>Null where this console did not hear it.</summary>
    public TurnOutcome? Find(string? own) => _outcomes.GetValueOrDefault(own ?? "");
}
