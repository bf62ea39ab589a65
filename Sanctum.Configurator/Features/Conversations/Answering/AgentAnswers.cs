using System.Runtime.CompilerServices;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>
/// Has an agent answer, on a Letta server of either kind. An App Server has a conversation of its own for each of the console's; a V1 server
/// has one for each agent.
/// </summary>
public sealed class AgentAnswers(SavedLetta letta, AgentPrompts prompts)
{
    /// <summary>Answers in a conversation of the console's: ahead of the message, the agent is given what is remembered.</summary>
    /// <param name="agent">Its id at Letta.</param>
    public async IAsyncEnumerable<AnswerPart> AnswerAsync(
        ConversationRun run,
        Conversation conversation,
        SaidMessage question,
        string agent,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var isNew = run is { Crashes: 0, Decision: null };
        var ahead = isNew ? await prompts.PrepareAsync(run, conversation, question, cancel) : null;
        await foreach (var part in AskAsync(run, agent, question.Text, ahead, cancel))
        {
            yield return part;
        }
    }

    /// <param name="agent">Its id at Letta.</param>
    /// <param name="ahead">What it is given ahead of the message; null or empty for nothing.</param>
    public async IAsyncEnumerable<AnswerPart> AskAsync(
        ConversationRun run,
        string agent,
        string text,
        string? ahead,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        using var server = await letta.TalkingAsync(cancel, LettaNames.Of(run.ConversationId));
        var heard = new Heard();
        var hasBegun = false;
        if (run.Crashes == 0)
        {
            var sent = await SendAsync(server, run, agent, text, ahead, cancel);
            await using var parts = sent.GetAsyncEnumerator(cancel);
            while (await NextAsync(parts, heard, cancel))
            {
                hasBegun = true;
                foreach (var part in heard.Read(parts.Current))
                {
                    yield return part;
                }
            }

            if (heard.Broke is null || (!hasBegun && heard.RunId is null))
            {
                foreach (var part in heard.End())
                {
                    yield return part;
                }

                yield break;
            }
        }

        // It goes on at Letta, or has ended there meanwhile. Where nothing is known of it there, what came stays.
        var lost = heard.Broke ?? "The console that heard the answer stopped, and the server has no more of it.";
        heard = new();
        hasBegun = false;
        await using var rest = server.ResumeAsync(agent, run.ClientId, run.LettaRunId, cancel).GetAsyncEnumerator(cancel);
        while (await NextAsync(rest, heard, cancel))
        {
            if (!hasBegun)
            {
                hasBegun = true;
                yield return new AnswerPart.Again();
            }

            foreach (var part in heard.Read(rest.Current))
            {
                yield return part;
            }
        }

        foreach (var part in hasBegun ? heard.End() : [new AnswerPart.Failed(lost)])
        {
            yield return part;
        }
    }

    /// <summary>Ends what the agent does in this conversation.</summary>
    public async Task CancelAsync(Guid conversation, string agent, CancellationToken cancel)
    {
        using var server = await letta.TalkingAsync(cancel, LettaNames.Of(conversation));
        await server.CancelAsync(agent, cancel);
    }

    /// <summary>What waits for an approval in this conversation, and on which kind of server.</summary>
    public async Task<(LettaApproval? Pending, LettaKind Kind)> PendingAsync(Guid conversation, string agent, CancellationToken cancel)
    {
        using var server = await letta.TalkingAsync(cancel, LettaNames.Of(conversation));
        return ((await server.NowAsync(agent, cancel)).Pending, server.Kind);
    }

    public Task<LettaKind> KindAsync(CancellationToken cancel) => letta.KindAsync(cancel);

    private static async Task<IAsyncEnumerable<LettaMessage>> SendAsync(
        ILettaTalking server,
        ConversationRun run,
        string agent,
        string text,
        string? ahead,
        CancellationToken cancel
    )
    {
        if (run.Decision is null)
        {
            var speaker = new LettaSpeaker(run.Speaker, run.MayRead, run.ClientId) { IsInBackground = true, Ahead = ahead };
            return await server.SendAsync(agent, text, speaker, cancel);
        }

        var decision = JsonSerializer.Deserialize<RunDecision>(run.Decision, ApiJson.Options)!;
        var pending = (await server.NowAsync(agent, cancel)).Pending;
        return pending is null || pending.RequestId != decision.RequestId
            ? throw new LettaCallException("somebody else has decided already, or the call was cancelled. Regenerate the answer.")
            : await server.ApproveAsync(agent, pending, decision.Approve, decision.Reason, run.Speaker, cancel);
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<LettaMessage> parts, Heard heard, CancellationToken cancel)
    {
        try
        {
            return await parts.MoveNextAsync();
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            heard.Broke = LettaFailures.Advised(char.ToUpperInvariant(why[0]) + why[1..]);
            return false;
        }
    }

    /// <summary>What was heard of one answer.</summary>
    private sealed class Heard
    {
        private readonly LettaMessageJoiner _calls = new();
        private string? _message;
        private string? _failed;
        private bool _hasText;
        private bool _awaits;
        private LettaUsage? _used;

        public string? RunId { get; private set; }

        /// <summary>The connection was lost, and why.</summary>
        public string? Broke { get; set; }

        public IEnumerable<AnswerPart> Read(LettaMessage part)
        {
            if (part.RunId is { } run && RunId is null)
            {
                yield return new AnswerPart.LettaRun(RunId = run);
            }

            switch (part.Kind)
            {
                case LettaMessageKind.Assistant when part.Text.Length > 0:
                    var isNext = _hasText && part.Id != _message;
                    (_message, _hasText) = (part.Id, true);
                    yield return new AnswerPart.Text(isNext ? $"\n\n{part.Text}" : part.Text);
                    break;
                case LettaMessageKind.Reasoning when part.Text.Length > 0:
                    yield return new AnswerPart.Reasoning(part.Text);
                    break;
                case LettaMessageKind.ToolCall or LettaMessageKind.ApprovalRequest:
                    _awaits |= part.Kind == LettaMessageKind.ApprovalRequest;
                    _calls.Add(part);
                    yield return new AnswerPart.Tool(Call(_calls.Messages.Last(said => said.Kind == part.Kind)));
                    break;
                case LettaMessageKind.ToolReturn:
                    _calls.Add(part);
                    yield return new AnswerPart.Tool(Answered(part));
                    break;
                case LettaMessageKind.Usage when part.Usage is { } counted:
                    _used = _used?.Plus(counted) ?? counted;
                    yield return new AnswerPart.Tokens(_used.Input, _used.Output, _used);
                    break;
                case LettaMessageKind.Error:
                    _failed = $"It failed: {part.Text}";
                    break;
            }
        }

        public IEnumerable<AnswerPart> End()
        {
            if ((Broke ?? _failed) is { } why)
            {
                yield return new AnswerPart.Failed(why);
            }
            else if (_awaits)
            {
                yield return new AnswerPart.Awaits();
            }
            else if (!_hasText)
            {
                yield return new AnswerPart.Failed("The agent ended its turn without an answer. Look at its messages, then ask again.");
            }
        }

        private static ConversationToolCall Call(LettaMessage said) => new(said.CallId ?? said.Id, said.Tool, said.Text);

        private ConversationToolCall Answered(LettaMessage returned)
        {
            var call = _calls.Messages.LastOrDefault(said =>
                said.Kind is LettaMessageKind.ToolCall or LettaMessageKind.ApprovalRequest && said.CallId == returned.CallId
            );
            return new(returned.CallId ?? returned.Id, call?.Tool ?? returned.Tool, call?.Text ?? "", returned.Text, returned.IsBad);
        }
    }
}

/// <summary>What somebody decided about calls that waited.</summary>
internal sealed record RunDecision(bool Approve, string RequestId, string? Reason);
