using System.Net.ServerSentEvents;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>The way in for programs, and the ways in which they learn of the answer.</summary>
internal static class MessageEndpoints
{
    private const string KeyHeader = "Idempotency-Key";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var messages = routes.MapLazyGroup("/api/messages").RequireAuthorization(Policies.SendMessages).WithTags("Messages");
        messages
            .MapPost("/", SendAsync)
            .CannotBeTried()
            .WithSummary(
                "Sends a message to an agent in a person's name, who is made or updated; a header Idempotency-Key lets a repeated call join the first"
            );
        messages
            .MapGet(
                "/{id:int}/answer",
                async (int id, AnswerReader answers, CancellationToken cancel, int wait = 0) =>
                    Answers.Found(await answers.WaitAsync(id, TimeSpan.FromSeconds(Math.Clamp(wait, 0, AnswerReader.LongestWait)), cancel))
            )
            .WithSummary("What became of a message that was sent; waits up to wait seconds (60 at most) for the answer");
        messages
            .MapGet(
                "/{id:int}/events",
                async Task<Results<ServerSentEventsResult<AnswerState>, Missing>> (
                    int id,
                    AnswerReader answers,
                    CancellationToken cancel
                ) =>
                    await answers.FindAsync(id, cancel) is null ? new Missing() : TypedResults.ServerSentEvents(Events(answers, id, cancel))
            )
            .WithSummary("The same by server-sent events: progress while the agent answers, then done or failed");
    }

    private static async IAsyncEnumerable<SseItem<AnswerState>> Events(
        AnswerReader answers,
        int id,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel
    )
    {
        await foreach (var state in answers.FollowAsync(id, cancel))
        {
            yield return new(
                state,
                state.IsOver
                    ? state.Failure is null
                        ? "done"
                        : "failed"
                    : "progress"
            );
        }
    }

    private static async Task<Results<Answer<Accepted<AcceptedMessage>>, ProblemHttpResult>> SendAsync(
        MessageForm form,
        [FromHeader(Name = KeyHeader)] string? key,
        MessageSender sender,
        CancellationToken cancel
    )
    {
        var outcome = await sender.SendAsync(form, key, cancel);
        return
            outcome is Outcome<AcceptedMessage>.Invalid { Reasons: var reasons }
            && reasons.TryGetValue(nameof(IncomingMessage.IdempotencyKey), out var misused)
            ? TypedResults.Problem(
                misused,
                statusCode: StatusCodes.Status422UnprocessableEntity,
                title: "The key belongs to another message"
            )
            : Answers.Accepted(outcome, taken => $"/api/messages/{taken.MessageId}/answer");
    }
}
