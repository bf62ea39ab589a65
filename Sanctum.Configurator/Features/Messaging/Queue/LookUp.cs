using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>
/// Whether a message that was given once reached its agent, and what the agent answered: asked before it is given again.
/// </summary>
internal sealed record LookUp(bool IsThere, string? Answer, string? RunId)
{
    private const int MostMessages = 100;

    public static readonly LookUp NotThere = new(false, null, null);

    /// <summary>An answer that is still being made is waited for, where the server can be followed.</summary>
    public static async Task<LookUp> FindAsync(ILettaTalking server, string agent, string message, CancellationToken cancel)
    {
        if ((await server.NowAsync(agent, cancel)).IsAnswering)
        {
            await foreach (var _ in server.FollowAsync(agent, cancel)) { }
        }

        var history = await server.HistoryAsync(agent, MostMessages, cancel);
        var at = history.ToList().FindLastIndex(m => m.Kind == LettaMessageKind.User && m.SentAs == message);
        if (at < 0)
        {
            return NotThere;
        }

        var joined = new LettaMessageJoiner();
        foreach (var part in history.Skip(at + 1).TakeWhile(m => m.Kind != LettaMessageKind.User))
        {
            joined.Add(part);
        }

        return new(true, joined is { Problem: null, Answer.Length: > 0 } ? joined.Answer : null, history[at].RunId);
    }
}
