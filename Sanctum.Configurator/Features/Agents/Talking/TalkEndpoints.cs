using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Agents.Talking;

internal static class TalkEndpoints
{
    private const string Stream = "text/event-stream";

    public static void Map(LazyGroup agents)
    {
        agents
            .MapGet(
                "/{id:int}/messages",
                async (int id, AgentTalk talk, CancellationToken cancel, int take = 50) =>
                    Answers.Of(await talk.ReadAsync(id, take, cancel))
            )
            .WithSummary("The newest messages of an agent on the Letta server, its pending approval, and what waits in its queue");
        agents
            .MapGet(
                "/{id:int}/messages/stream",
                async (int id, AgentTalk talk, HttpContext context, CancellationToken cancel) =>
                    await AnswerAsync(await talk.FollowAsync(id, cancel), context, cancel)
            )
            .WithSummary("The answer that an agent is giving now, from its beginning; as a stream where text/event-stream is accepted");
        agents
            .MapPost(
                "/{id:int}/messages",
                async (int id, TalkForm form, AgentTalk talk, HttpContext context, CancellationToken cancel) =>
                    await AnswerAsync(await talk.SendAsync(id, form, cancel), context, cancel)
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Sends a message to an agent; responds when it is done, or as a stream where text/event-stream is accepted")
            .CannotBeTried();
        agents
            .MapPost(
                "/{id:int}/queue",
                async (int id, TalkForm form, AgentTalk talk, CancellationToken cancel) =>
                    Answers.Of(await talk.QueueAsync(id, form, cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary(
                "Sends a message to an agent of an App Server without waiting for the answer; it waits in the queue while the agent is busy"
            )
            .CannotBeTried();
        agents
            .MapDelete(
                "/{id:int}/queue/{message}",
                async (int id, string message, AgentTalk talk, CancellationToken cancel) =>
                    Answers.Of(await talk.RemoveQueuedAsync(id, message, cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Cancels a message that waits in the queue")
            .CannotBeTried();
        agents
            .MapPost(
                "/{id:int}/queue/resume",
                async (int id, AgentTalk talk, CancellationToken cancel) => Answers.Of(await talk.ResumeQueueAsync(id, cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Lets messages go on that wait since a run was cancelled")
            .CannotBeTried();
        agents
            .MapPost(
                "/{id:int}/approval",
                async (int id, ApprovalForm form, AgentTalk talk, HttpContext context, CancellationToken cancel) =>
                    await AnswerAsync(await talk.ApproveAsync(id, form, cancel), context, cancel)
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .ForPeopleOnly()
            .WithSummary("Approves or denies the pending tool call; responds like a message")
            .CannotBeTried();
        agents
            .MapPost(
                "/{id:int}/cancel",
                async (int id, AgentTalk talk, CancellationToken cancel) => Answers.Of(await talk.CancelAsync(id, cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Cancels the agent's current run on the Letta server")
            .CannotBeTried();
        agents
            .MapPost(
                "/{id:int}/reset",
                async (int id, AgentTalk talk, CancellationToken cancel) => Answers.Of(await talk.ResetAsync(id, cancel))
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Resets the agent's conversation on the Letta server; its memory stays")
            .CannotBeTried();
    }

    private static async Task<Results<ServerSentEventsResult<LettaMessage>, Answer<Shown<TalkAnswer>>>> AnswerAsync(
        Outcome<IAsyncEnumerable<LettaMessage>> outcome,
        HttpContext context,
        CancellationToken cancel
    )
    {
        if (outcome is not Outcome<IAsyncEnumerable<LettaMessage>>.Ok { Value: var parts })
        {
            return Answers.Undone<IAsyncEnumerable<LettaMessage>, TalkAnswer>(outcome);
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
            ? (Answer<Shown<TalkAnswer>>)Answers.Refused("", failure)
            : (Answer<Shown<TalkAnswer>>)
                Answers.Show(new TalkAnswer([.. messages.Where(message => message.Kind != LettaMessageKind.Failure)], failure));
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
