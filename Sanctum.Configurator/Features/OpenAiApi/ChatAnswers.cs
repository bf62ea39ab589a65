using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>
/// Has a model or an agent answer a program's call: by the same ways as conversations, with the same limits, prices and ledger. Nothing of it
/// is kept here.
/// </summary>
internal sealed class ChatAnswers(SavedModels models, AgentAnswers agents, AgentCalls calls, ConversationAccess access, TimeProvider clock)
{
    private const int LongestLabel = 64;
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan PatienceToCancel = TimeSpan.FromSeconds(5);

    /// <summary>Why the partner can't do what is asked; null where it can.</summary>
    public static OpenAiError? WhyNot(ChosenPartner partner, ChatCall call) =>
        partner.AgentUid is not null
            ? call switch
            {
                { HasTools: true } => OpenAiError.Unsupported("tools", "An agent has tools of its own; a call can't bring others."),
                { HasStructure: true } => OpenAiError.Unsupported("response_format", "An agent answers with text only."),
                _ when TextFor(call).Length == 0 => OpenAiError.Bad("The last message must be one of the user, with text.", "messages"),
                _ => null,
            }
        : call.HasTools && !partner.Links.Any(link => link.Config.HasTools)
            ? OpenAiError.Unsupported(
                "tools",
                $"{partner.Name} is not known to call tools. Where it does, switch on Calls tools on the console's page Models."
            )
        : call.HasStructure && !partner.Links.Any(link => link.Config.HasStructuredOutput)
            ? OpenAiError.Unsupported(
                "response_format",
                $"{partner.Name} is not known to answer by a schema. Where it does, switch on Structured output on the console's page Models."
            )
        : null;

    public IAsyncEnumerable<ChatPiece> AskAsync(ChosenPartner partner, ChatCall call, CancellationToken cancel) =>
        partner.AgentUid is { } uid ? OfAgentAsync(partner, uid, call, cancel) : OfModelAsync(partner, call, cancel);

    private async IAsyncEnumerable<ChatPiece> OfModelAsync(
        ChosenPartner partner,
        ChatCall call,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        IReadOnlyList<LlmLink> able =
        [
            .. partner.Links.Where(link =>
                (!call.HasTools || link.Config.HasTools) && (!call.HasStructure || link.Config.HasStructuredOutput)
            ),
        ];
        using var chat = models.Open(able, new UsageContext(access.UserId, LabelOf(call)));
        var (ended, hasTools) = ((string?)null, false);
        await foreach (var part in chat.GetStreamingResponseAsync(call.Messages, call.Options, cancel))
        {
            ended = part.FinishReason is { } reason ? reason.Value : ended;
            foreach (var piece in part.Contents.Select(Read).OfType<ChatPiece>())
            {
                hasTools |= piece is ChatPiece.Tool;
                yield return piece;
            }
        }

        yield return new ChatPiece.Ended(hasTools ? "tool_calls" : ended ?? "stop");
    }

    private async IAsyncEnumerable<ChatPiece> OfAgentAsync(
        ChosenPartner partner,
        string uid,
        ChatCall call,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        using var limit = new CancellationTokenSource(LongestTurn, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        var metered = await calls.BeginAsync(partner, new(access.UserId, LabelOf(call)), cancel);
        var run = await RunAsync(partner, call);
        var text = TextFor(call);
        var said = new StringBuilder();
        try
        {
            await using var parts = agents.AskAsync(run, uid, text, null, both.Token).GetAsyncEnumerator(both.Token);
            while (await NextAsync(parts, metered))
            {
                if (parts.Current is AnswerPart.Tokens { OfLetta: { } counted })
                {
                    metered.Count(counted);
                }
                else if (Piece(parts.Current, metered) is { } piece)
                {
                    said.Append(piece is ChatPiece.Text { Said: var more } ? more : "");
                    yield return piece;
                }
            }

            metered.Outcome = MeteredChat.Ok;
        }
        finally
        {
            if (metered.Outcome == MeteredChat.Cancelled && both.IsCancellationRequested)
            {
                await CancelAsync(run.ConversationId, uid);
            }

            metered.Estimate(text, said.ToString());
            await calls.EndAsync(metered);
        }

        yield return new ChatPiece.Counted(metered.Used!, metered.Counts.IsEstimated);
        yield return new ChatPiece.Ended("stop");
    }

    private static ChatPiece? Piece(AnswerPart part, AgentCall metered)
    {
        metered.Hear();
        metered.Outcome =
            part is AnswerPart.Failed or AnswerPart.Again ? LlmVerdict.Broken.Text()
            : part is AnswerPart.Awaits ? MeteredChat.Ok
            : metered.Outcome;
        return Read(part);
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<AnswerPart> parts, AgentCall metered)
    {
        try
        {
            return await parts.MoveNextAsync();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            metered.Outcome = LlmVerdict.Broken.Text();
            throw;
        }
    }

    /// <summary>Not stored: it only says who speaks, in which conversation.</summary>
    private async Task<ConversationRun> RunAsync(ChosenPartner partner, ChatCall call) =>
        new()
        {
            ConversationId = ConversationOf(partner, call),
            UserId = access.UserId,
            Speaker = access.Name,
            MayRead = await access.MayEverythingAsync(),
            AgentId = partner.AgentId,
            CreatedAt = clock.GetUtcNow(),
            ClientId = Guid.CreateVersion7(clock.GetUtcNow()).ToString(),
        };

    /// <summary>
    /// An agent remembers: what one program asks for one user goes on in one conversation on an App Server, which its messages can't name.
    /// </summary>
    private Guid ConversationOf(ChosenPartner partner, ChatCall call) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"openai\n{access.UserId}\n{partner.AgentId}\n{call.User}")).AsSpan(0, 16));

    /// <summary>The agent knows what was said before: it is told what the user said since its last answer.</summary>
    private static string TextFor(ChatCall call) =>
        string.Join(
            "\n\n",
            call.Messages.Reverse()
                .SkipWhile(message => message.Role == ChatRole.System)
                .TakeWhile(message => message.Role == ChatRole.User)
                .Reverse()
                .Select(message => message.Text)
                .Where(text => !string.IsNullOrWhiteSpace(text))
        );

    /// <summary>As the ledger has it: which program's calls these are.</summary>
    private static string LabelOf(ChatCall call)
    {
        var label = string.IsNullOrWhiteSpace(call.User) ? "openai" : Platform.WholeText.Of($"openai: {call.User}");
        return label.Length <= LongestLabel ? label : Platform.WholeText.Of(label[..LongestLabel]);
    }

    private static ChatPiece? Read(AIContent content) =>
        content switch
        {
            TextReasoningContent { Text.Length: > 0 } thought => new ChatPiece.Reasoning(thought.Text),
            TextContent { Text.Length: > 0 } text => new ChatPiece.Text(text.Text),
            FunctionCallContent call => new ChatPiece.Tool(call),
            UsageContent usage => new ChatPiece.Counted(usage.Details, TokenCounts.Of(usage.Details).IsEstimated),
            _ => null,
        };

    private static ChatPiece? Read(AnswerPart part) =>
        part switch
        {
            AnswerPart.Text text => new ChatPiece.Text(text.Said),
            AnswerPart.Reasoning thought => new ChatPiece.Reasoning(thought.Thought),
            AnswerPart.Failed failed => throw new OpenAiException(OpenAiError.Upstream(failed.Why)),
            AnswerPart.Again => throw new OpenAiException(
                OpenAiError.Upstream("The connection to the agent's server was lost while it answered. Ask again.")
            ),
            AnswerPart.Awaits => throw new OpenAiException(
                new(
                    StatusCodes.Status422UnprocessableEntity,
                    "The agent waits until somebody allows it to call a tool. Decide that in the console, on the agent's page, then ask again.",
                    "invalid_request_error",
                    "approval_required"
                )
            ),
            _ => null,
        };

    private async Task CancelAsync(Guid conversation, string uid)
    {
        using var patience = new CancellationTokenSource(PatienceToCancel, clock);
        try
        {
            await agents.CancelAsync(conversation, uid, patience.Token);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, CancellationToken.None) is not null || e is OperationCanceledException)
        {
            // Nobody waits for the answer any more, and the server can't be told: it ends there by itself.
        }
    }

    /// <summary>What went wrong, as the caller is told of it; null where it is none of these.</summary>
    public static OpenAiError? ErrorOf(Exception e, CancellationToken cancel) =>
        e switch
        {
            OpenAiException refused => refused.Error,
            LlmCallException failed => OpenAiError.Of(failed),
            OperationCanceledException when !cancel.IsCancellationRequested => new(
                StatusCodes.Status504GatewayTimeout,
                "The answer was not done in time, and was stopped.",
                "server_error",
                "timeout"
            ),
            OperationCanceledException => null,
            _ when LettaFailures.WhyOf(e, cancel) is { } why => OpenAiError.Upstream(
                LettaFailures.Advised(char.ToUpperInvariant(why[0]) + why[1..])
            ),
            _ => null,
        };
}
