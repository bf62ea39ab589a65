namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>Puts the parts of streamed messages together, in the order in which the messages began.</summary>
public sealed class LettaMessageJoiner
{
    /// <summary>Parts of calls that run side by side come in turns; more than so many do not.</summary>
    private const int MostAtOnce = 16;

    private readonly List<Joined> _joined = [];

    public IReadOnlyList<LettaMessage> Messages => [.. _joined.Select(joined => joined.Whole())];

    /// <summary>All that the agent itself said.</summary>
    public string Answer => string.Join("\n\n", Messages.Where(said => said.Kind == LettaMessageKind.Assistant).Select(said => said.Text));

    /// <summary>Why it came to no end by itself; null where it did.</summary>
    public string? Problem =>
        Messages.FirstOrDefault(said =>
            said.Kind == LettaMessageKind.Error || (said.Kind == LettaMessageKind.ApprovalRequest && said.Tool is not null)
        ) switch
        {
            null => null,
            { Kind: LettaMessageKind.Error } failed => $"It failed: {failed.Text}",
            var waiting => $"Waiting for the approval of a call of {waiting.Tool}.",
        };

    /// <returns>True where a new message begins.</returns>
    public bool Add(LettaMessage part)
    {
        if (IsJoinable(part) && Begun(part) is { } joined)
        {
            joined.Add(part);
            return false;
        }

        _joined.Add(new(Named(part)));
        return true;
    }

    /// <summary>An App Server names the tool in the call only, not in what comes back of it.</summary>
    private LettaMessage Named(LettaMessage part) =>
        part is { Kind: LettaMessageKind.ToolReturn, Tool: null, CallId: { } call }
            ? part with
            {
                Tool = _joined.Select(joined => joined.Whole()).LastOrDefault(said => said.CallId == call && said.Tool is not null)?.Tool,
            }
            : part;

    private static bool IsJoinable(LettaMessage part) =>
        part.Id.Length > 0
        && part.Kind
            is LettaMessageKind.Reasoning
                or LettaMessageKind.Assistant
                or LettaMessageKind.ToolCall
                or LettaMessageKind.ApprovalRequest;

    private Joined? Begun(LettaMessage part)
    {
        for (var at = _joined.Count - 1; at >= Math.Max(0, _joined.Count - MostAtOnce) && !_joined[at].IsTurn; at--)
        {
            if (_joined[at].Takes(part))
            {
                return _joined[at];
            }
        }

        return null;
    }

    private sealed class Joined(LettaMessage first)
    {
        private readonly StringBuilder _text = new(first.Text);
        private LettaMessage _head = first;

        /// <summary>Somebody else spoke: what comes after it belongs to nothing before it.</summary>
        public bool IsTurn => _head.Kind is LettaMessageKind.User or LettaMessageKind.ApprovalResponse;

        public bool Takes(LettaMessage part) =>
            part.Id == _head.Id && part.Kind == _head.Kind && (part.CallId is null || _head.CallId is null || part.CallId == _head.CallId);

        public void Add(LettaMessage part)
        {
            _text.Append(part.Text);
            _head = _head with { Tool = _head.Tool ?? part.Tool, CallId = _head.CallId ?? part.CallId };
        }

        public LettaMessage Whole() => _text.Length == _head.Text.Length ? _head : _head = _head with { Text = _text.ToString() };
    }
}
