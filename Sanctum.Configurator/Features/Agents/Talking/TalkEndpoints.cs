using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Agents.Talking;

internal static class TalkEndpoints
{
    private const string Stream = "text/event-stream";

    public static void Map(RouteGroupBuilder agents)
    {
        agents
            .MapGet(
                "/{id:int}/messages",
                async (int id, AgentTalk talk, CancellationToken cancel, int take = 50) =>
                    Answers.Of(await talk.ReadAsync(id, take, cancel), TypedResults.Ok)
            )
            .WithSummary("The newest messages of an agent on the Letta server, and its pending approval")
            .Produces<AgentMessages>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        agents
            .MapGet(
                "/{id:int}/messages/stream",
                async (int id, AgentTalk talk, HttpContext context, CancellationToken cancel) =>
                    await AnswerAsync(await talk.FollowAsync(id, cancel), context, cancel)
            )
            .WithSummary("The answer that an agent is giving now, from its beginning; as a stream where text/event-stream is accepted")
            .Produces<TalkAnswer>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        agents
            .MapPost(
                "/{id:int}/messages",
                async (int id, TalkForm form, AgentTalk talk, HttpContext context, CancellationToken cancel) =>
                    await AnswerAsync(await talk.SendAsync(id, form, cancel), context, cancel)
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Sends a message to an agent; responds when it is done, or as a stream where text/event-stream is accepted")
            .CannotBeTried()
            .Produces<TalkAnswer>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        agents
            .MapPost(
                "/{id:int}/approval",
                async (int id, ApprovalForm form, AgentTalk talk, HttpContext context, CancellationToken cancel) =>
                    await AnswerAsync(await talk.ApproveAsync(id, form, cancel), context, cancel)
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Approves or denies the pending tool call; responds like a message")
            .CannotBeTried()
            .Produces<TalkAnswer>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        agents
            .MapPost(
                "/{id:int}/cancel",
                async (int id, AgentTalk talk, CancellationToken cancel) => Answers.Of(await talk.CancelAsync(id, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Cancels the agent's current run on the Letta server")
            .CannotBeTried()
            .Produces<AgentMessages>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        agents
            .MapPost(
                "/{id:int}/reset",
                async (int id, AgentTalk talk, CancellationToken cancel) => Answers.Of(await talk.ResetAsync(id, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Resets the agent's conversation on the Letta server; its memory stays")
            .CannotBeTried()
            .Produces<AgentMessages>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> AnswerAsync(
        Outcome<IAsyncEnumerable<LettaMessage>> outcome,
        HttpContext context,
        CancellationToken cancel
    )
    {
        if (outcome is not Outcome<IAsyncEnumerable<LettaMessage>>.Ok { Value: var parts })
        {
            return Answers.Of(outcome, _ => TypedResults.NoContent());
        }

        if (context.Request.Headers.Accept.ToString().Contains(Stream, StringComparison.OrdinalIgnoreCase))
        {
            return TypedResults.ServerSentEvents(EventsAsync(parts, cancel));
        }

        var whole = new LettaMessageJoiner();
        await foreach (var part in parts.WithCancellation(cancel))
        {
            whole.Add(part);
        }

        var messages = whole.Messages;
        var failure = messages.FirstOrDefault(message => message.Kind == LettaMessageKind.Failure)?.Text;
        return failure is not null && messages.Count == 1
            ? Answers.Refused(new Dictionary<string, string> { [""] = failure })
            : TypedResults.Ok(new TalkAnswer([.. messages.Where(message => message.Kind != LettaMessageKind.Failure)], failure));
    }

    private static async IAsyncEnumerable<SseItem<LettaMessage>> EventsAsync(
        IAsyncEnumerable<LettaMessage> parts,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await foreach (var part in parts.WithCancellation(cancel))
        {
            yield return new(part);
        }
    }
}
