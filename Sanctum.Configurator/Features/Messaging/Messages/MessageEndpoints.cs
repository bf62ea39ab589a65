using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Messaging.Messages;

internal static class MessageEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var messages = routes.MapLazyGroup("/api/messages").RequireAuthorization(Policies.ReadMessages).WithTags("Messages");
        messages
            .MapGet("/", ListAsync)
            .WithSummary(
                "Searches messages, newest first; q has words, \"phrases\", begin* and -without, state is one of waiting, answered, failed, cancelled, undelivered, kept or sent, cursor is the next_cursor of the previous page"
            );
        messages
            .MapGet(
                "/{id:int}",
                async (int id, MessageReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("A message with what became of it, and the pieces of its answer on the way out");
        messages
            .MapPut(
                "/{id:int}/note",
                async (int id, NoteForm form, MessageActs acts, CancellationToken cancel) =>
                    Answers.Of(await acts.NoteAsync(id, form, cancel))
            )
            .OffersDryRun()
            .RequireAuthorization(Policies.OperateMessages)
            .WithSummary("Keeps a note at a message; an empty one takes it away");
        messages
            .MapPost(
                "/{id:int}/resend",
                async (int id, MessageActs acts, CancellationToken cancel) => Answers.Of(await acts.ResendAsync(id, cancel))
            )
            .CannotBeTried()
            .RequireAuthorization(Policies.OperateMessages)
            .WithSummary("Sends an answer, or what an operator wrote, to the person once more");
    }

    private static async Task<Answer<Shown<MessagePage>>> ListAsync(
        MessageReader reader,
        CancellationToken cancel,
        string? q = null,
        int? person = null,
        int? agent = null,
        int? channel = null,
        string? state = null,
        GivenTime? from = null,
        GivenTime? to = null,
        string? cursor = null,
        int take = 50
    )
    {
        var wanted = EnumText<MessageState>.Find(state);
        return state is { Length: > 0 } && wanted is null
            ? Answers.Refused("state", $"The state must be one of {string.Join(", ", EnumText<MessageState>.All)}.")
            : Answers.Of(
                await reader.ListAsync(
                    new(q, person, agent, channel, wanted, from?.Value, to?.Value),
                    cursor,
                    PageQuery.Of(0, take).Take,
                    cancel
                )
            );
    }
}
