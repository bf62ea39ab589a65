using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Transfer;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Conversations;

internal static class ConversationEndpoints
{
    private const string LastEventId = "Last-Event-ID";

    /// <summary>The text of a message and of its files.</summary>
    private const long MostOfAQuestion = 4_000_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var conversations = routes
            .MapLazyGroup("/api/conversations")
            .RequireAuthorization(Policies.UseConversations)
            .WithTags("Conversations");
        MapKeeping(conversations);
        MapMessages(conversations);
        MapAnswers(conversations);
        MapTransfer(conversations);
        routes
            .MapLazyGroup()
            .MapGet(Urls.ConversationFiles, ExportAsync)
            .RequireAuthorization(Policies.UseConversations)
            .ForPeopleOnly()
            .ExcludeFromDescription();
        routes
            .MapLazyGroup("/api/chat")
            .RequireAuthorization(Policies.UseConversations)
            .WithTags("Conversations")
            .MapPost("/stream", AskAsync)
            .TakesUpTo(MostOfAQuestion)
            .WithSummary(
                "Asks, in a conversation or in a new one, and streams the answer as server-sent events; with Last-Event-ID it goes on after that event and asks nothing"
            )
            .CannotBeTried();
    }

    private static void MapKeeping(LazyGroup conversations)
    {
        conversations
            .MapGet(
                "/",
                (ConversationReader reader, CancellationToken cancel, int skip = 0, int take = 50, bool archived = false) =>
                    reader.ListAsync(PageQuery.Of(skip, take), archived, cancel)
            )
            .WithSummary("Lists the caller's conversations, pinned ones first, then by the last message");
        conversations
            .MapGet(
                "/search",
                async (ConversationSearch search, CancellationToken cancel, string? q = null) =>
                    Answers.Of(await search.FindAsync(q, cancel))
            )
            .WithSummary("Searches titles and messages; q has words, \"phrases\", begin* and -without");
        conversations
            .MapPost(
                "/",
                async (NewConversationForm form, ConversationService service, CancellationToken cancel) =>
                    Answers.Created(await service.CreateAsync(form, cancel), row => $"/api/conversations/{row.Id}")
            )
            .WithSummary("Begins a conversation with an agent, a model, or the model in force")
            .CannotBeTried();
        conversations
            .MapGet(
                "/{id:guid}",
                async (Guid id, ConversationReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("A conversation; the ETag is its version");
        conversations
            .MapPut(
                "/{id:guid}",
                async (Guid id, ConversationForm form, IfMatch version, ConversationService service, CancellationToken cancel) =>
                    Answers.Of(await service.ChangeAsync(id, form, version.Version, cancel))
            )
            .WithSummary("Names, pins, archives or shares a conversation, or lets somebody else answer in it; what is left out stays")
            .CannotBeTried();
        conversations
            .MapDelete(
                "/{id:guid}",
                async (Guid id, ConversationService service, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, cancel))
            )
            .WithSummary("Deletes a conversation with all of its messages")
            .CannotBeTried();
    }

    private static void MapMessages(LazyGroup conversations)
    {
        conversations
            .MapGet(
                "/{id:guid}/messages",
                async (Guid id, ConversationReader reader, CancellationToken cancel, Guid? before = null, int take = 50) =>
                    Answers.Found(await reader.PageAsync(id, before, null, take, cancel))
            )
            .WithSummary(
                "The newest messages of the branch that is shown, the oldest of them first; before is the one of the previous answer"
            );
        conversations
            .MapGet(
                "/{id:guid}/messages/{message:guid}",
                async (Guid id, Guid message, ConversationReader reader, CancellationToken cancel) =>
                    Answers.Found(await reader.MessageAsync(id, message, cancel))
            )
            .WithSummary("A message with all of its content");
        conversations
            .MapPost(
                "/{id:guid}/messages/{message:guid}/show",
                async (Guid id, Guid message, ConversationService service, CancellationToken cancel) =>
                    Answers.Of(await service.ShowBranchAsync(id, message, cancel))
            )
            .WithSummary("Shows the branch that goes on from a message")
            .CannotBeTried();
        conversations
            .MapPost(
                "/{id:guid}/messages/{message:guid}/edit",
                async (Guid id, Guid message, EditForm form, AnswerRuns runs, CancellationToken cancel) =>
                    Accepted(await runs.EditAsync(id, message, form, cancel))
            )
            .Acts("Asks the same in other words, in a branch of its own");
        conversations
            .MapPost(
                "/{id:guid}/messages/{message:guid}/regenerate",
                async (Guid id, Guid message, AnswerRuns runs, CancellationToken cancel) =>
                    Accepted(await runs.RegenerateAsync(id, message, cancel))
            )
            .Acts("Has another answer made to the same question");
        conversations
            .MapPost(
                "/{id:guid}/messages/{message:guid}/continue",
                async (Guid id, Guid message, AnswerRuns runs, CancellationToken cancel) =>
                    Accepted(await runs.ContinueAsync(id, message, cancel))
            )
            .Acts("Lets a model go on with an answer that was cut off");
        conversations
            .MapPost(
                "/{id:guid}/messages/{message:guid}/withdraw",
                async (Guid id, Guid message, AnswerRuns runs, CancellationToken cancel) =>
                    Answers.Of(await runs.WithdrawAsync(id, message, cancel))
            )
            .Acts("Takes an answer back whose turn has not come, with its question");
    }

    private static void MapAnswers(LazyGroup conversations)
    {
        conversations
            .MapGet("/{id:guid}/stream", FollowAsync)
            .WithSummary(
                "The answer that is made now as server-sent events, from its beginning or after Last-Event-ID; 204 where none is made"
            );
        conversations
            .MapPost(
                "/{id:guid}/stop",
                async (Guid id, AnswerRuns runs, CancellationToken cancel) => Answers.Of(await runs.StopAsync(id, cancel))
            )
            .Acts("Stops the answer that is made; what came of it stays");
        conversations
            .MapGet(
                "/{id:guid}/approval",
                async (Guid id, AnswerApprovals approvals, CancellationToken cancel) => Answers.Of(await approvals.PendingAsync(id, cancel))
            )
            .WithSummary("The calls of tools in this conversation that wait for an approval");
        conversations
            .MapPost(
                "/{id:guid}/approval",
                async (Guid id, DecisionForm form, AnswerApprovals approvals, CancellationToken cancel) =>
                    Accepted(await approvals.DecideAsync(id, form, cancel))
            )
            .ForPeopleOnly()
            .Acts("Approves or denies what waits, upon which the answer goes on");
    }

    private static void MapTransfer(LazyGroup conversations)
    {
        conversations
            .MapGet("/{id:guid}/export", ExportAsync)
            .WithSummary("A conversation as a file; format is markdown, for the branch that is shown, or json, for all of them");
        conversations
            .MapPost(
                "/import",
                async (Stream body, ConversationImport import, CancellationToken cancel, bool dryRun = false) =>
                {
                    using var file = new MemoryStream();
                    await body.CopyToAsync(file, cancel);
                    return Answers.Of(await import.RunAsync(file.ToArray(), dryRun, cancel));
                }
            )
            .TakesUpTo(ConversationImport.MostBytes)
            .WithSummary(
                "Imports an export of ChatGPT, Claude, Open WebUI, LibreChat, LobeChat, Chatbox or this console, or localStorage, as JSON or in a ZIP archive, sent as the body; with dryRun=true only says what it would do"
            )
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task<Results<PushStreamHttpResult, Missing>> ExportAsync(
        Guid id,
        ConversationExport export,
        HttpContext context,
        string format = "markdown"
    )
    {
        var known = Enum.TryParse<ExportFormat>(format, ignoreCase: true, out var wanted) && Enum.IsDefined(wanted);
        return !known ? throw new BadQueryException("format", "The format must be markdown or json.")
            : await export.FindAsync(id, context.RequestAborted) is not { } conversation ? new Missing()
            : TypedResults.Stream(
                stream => export.WriteAsync(conversation, wanted, stream, context.RequestAborted),
                wanted == ExportFormat.Json ? "application/json" : "text/markdown; charset=utf-8",
                ConversationExport.FileNameOf(conversation, wanted)
            );
    }

    private static void Acts(this RouteHandlerBuilder route, string summary) => route.WithSummary(summary).CannotBeTried();

    private static Answer<Accepted<BegunAnswer>> Accepted(Outcome<BegunAnswer> outcome) =>
        Answers.Accepted(outcome, begun => $"/api/conversations/{begun.ConversationId}/stream");

    private static async Task<Results<ServerSentEventsResult<object>, Answer<Shown<BegunAnswer>>>> AskAsync(
        AskForm form,
        [FromHeader(Name = LastEventId)] string? last,
        AnswerRuns runs,
        AnswerFollower stream,
        CancellationToken cancel
    )
    {
        if (!string.IsNullOrEmpty(last))
        {
            return await stream.FindAsync(last, form.ConversationId, cancel) is var (run, piece)
                ? TypedResults.ServerSentEvents(EventsAsync(stream.FollowAsync(run, piece, cancel), cancel))
                : (Answer<Shown<BegunAnswer>>)new Missing("There is no such event any more. Read the conversation's messages.");
        }

        var outcome = await runs.AskAsync(form, cancel);
        return outcome is Outcome<BegunAnswer>.Ok { Value: var begun }
            ? TypedResults.ServerSentEvents(EventsAsync(stream.FollowAsync(begun.RunId, 0, cancel), cancel))
            : Answers.Undone<BegunAnswer, BegunAnswer>(outcome);
    }

    private static async Task<Results<ServerSentEventsResult<object>, NoContent, Missing>> FollowAsync(
        Guid id,
        [FromHeader(Name = LastEventId)] string? last,
        ConversationReader reader,
        AnswerFollower stream,
        CancellationToken cancel
    )
    {
        if (await reader.FindAsync(id, cancel) is null)
        {
            return new Missing();
        }

        if (await stream.FindAsync(last, id, cancel) is var (run, piece) && piece != int.MaxValue)
        {
            return TypedResults.ServerSentEvents(EventsAsync(stream.FollowAsync(run, piece, cancel), cancel));
        }

        return await stream.ActiveAsync(id, cancel) is { } active
            ? TypedResults.ServerSentEvents(EventsAsync(stream.FollowAsync(active, 0, cancel), cancel))
            : TypedResults.NoContent();
    }

    private static async IAsyncEnumerable<SseItem<object>> EventsAsync(
        IAsyncEnumerable<AnswerEvent> events,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await foreach (var told in events.WithCancellation(cancel))
        {
            yield return told.Id is null ? new(told.Data, told.Kind) : new(told.Data, told.Kind) { EventId = told.Id };
        }
    }
}
