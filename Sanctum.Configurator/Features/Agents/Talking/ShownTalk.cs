using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Agents.Talking;

/// <summary>A conversation as a page shows it: what was read of it, and what has been heard since.</summary>
internal sealed class ShownTalk
{
    private LettaMessageJoiner _said = new();
    private IReadOnlyList<LettaToolCall> _decidedElsewhere = [];
    private LettaDecision? _decision;

    public IReadOnlyList<LettaMessage> Messages => _said.Messages;

    /// <summary>What waits for an approval.</summary>
    public LettaApproval? Pending { get; private set; }

    public IReadOnlyList<QueuedMessage> Queue { get; private set; } = [];

    public bool IsAppServer { get; private set; }

    /// <summary>An answer is under way that nobody here follows yet.</summary>
    public bool IsAnswering { get; private set; }

    /// <summary>What somebody else made of the call that was shown here; null where nobody did.</summary>
    public string? Decided =>
        _decidedElsewhere.Count == 0
            ? null
            : $"{_decision?.By ?? "Another console or program"} "
                + _decision?.Approved switch
                {
                    true => $"approved the call of {ToolsIn(_decidedElsewhere)} first.",
                    false => $"denied the call of {ToolsIn(_decidedElsewhere)} first.",
                    _ => $"decided about the call of {ToolsIn(_decidedElsewhere)} first, or cancelled the run.",
                };

    public static string ToolsIn(IEnumerable<LettaToolCall> calls) =>
        string.Join(", ", calls.Select(call => Unseen.Reveal(call.Name ?? "a tool")));

    public void Show(AgentMessages read)
    {
        Say(read.Messages);
        (Pending, IsAppServer, IsAnswering) = (read.Pending, read.Kind == LettaKind.AppServer, read.IsAnswering);
        Queue = read.Queue;
    }

    /// <summary>As <see cref="Show"/>, but the lines that are shown say more than what was read, unless something else was said meanwhile.</summary>
    /// <param name="hasParts">An answer has been heard here.</param>
    public void ShowBeside(AgentMessages read, bool hasParts)
    {
        var isAhead = !read.IsAnswering && (!IsAppServer || (hasParts && LastSaid(read.Messages) == LastSaid(Messages)));
        Show(isAhead ? read with { Messages = Messages } : read);
    }

    public void Show(IReadOnlyList<QueuedMessage> queue) => Queue = queue;

    /// <summary>The server can't be read: nobody knows what waits there, or whether anything does.</summary>
    public void Lose() => (Pending, Queue, IsAnswering) = (null, [], false);

    /// <returns>True where a new line begins.</returns>
    public bool Add(LettaMessage part) => _said.Add(part);

    /// <summary>Something is said or decided here: what somebody else decided before is no news any more.</summary>
    public void Begin() => _decidedElsewhere = [];

    /// <summary>Leaves out what has been answered to the last message so far.</summary>
    public void GoBackToTheQuestion()
    {
        IsAnswering = false;
        Say([.. Messages.Reverse().SkipWhile(message => message.Kind != LettaMessageKind.User).Reverse()]);
    }

    /// <summary>Something happened in the conversation, perhaps by somebody else.</summary>
    /// <param name="isOurs">An answer is being read here: what waits is looked at when it has ended.</param>
    /// <returns>True where the conversation must be read anew.</returns>
    public bool Take(LettaNow now, bool isOurs)
    {
        (Queue, _decision) = (now.Queue, now.Decision ?? _decision);
        if (isOurs)
        {
            return true;
        }

        var waiting = (now.Pending?.Calls ?? []).Select(call => call.Id).ToHashSet();
        if (Pending?.Calls.Where(call => !waiting.Contains(call.Id)).ToList() is { Count: > 0 } gone)
        {
            (_decidedElsewhere, _decision) = (gone, now.Decision);
            return true;
        }

        return now.IsAnswering || now.Pending?.RequestId != Pending?.RequestId;
    }

    private void Say(IReadOnlyList<LettaMessage> messages)
    {
        _said = new();
        foreach (var message in messages)
        {
            _said.Add(message);
        }
    }

    private static string? LastSaid(IReadOnlyList<LettaMessage> messages) =>
        messages.LastOrDefault(message => message.Kind == LettaMessageKind.User)?.Text;
}
