using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>What models are given: how much room it takes, what was sent, and summaries in place of what is old.</summary>
internal static class ContextEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var conversation = routes
            .MapLazyGroup("/api/conversations/{id:guid}")
            .RequireAuthorization(Policies.UseConversations)
            .WithTags("Conversations");
        conversation
            .MapGet(
                "/context",
                async (Guid id, ContextGauge gauge, CancellationToken cancel) => Answers.Found(await gauge.ReadAsync(id, cancel))
            )
            .WithSummary(
                "How many tokens the next question would send, and how many the model or the agent takes; unknown says what is not known, and why"
            );
        conversation
            .MapGet(
                "/messages/{message:guid}/prompt",
                async (Guid id, Guid message, SentPrompts prompts, CancellationToken cancel) =>
                    Answers.Found(await prompts.FindAsync(id, message, cancel))
            )
            .WithSummary(
                "What was sent for an answer: the system prompt, or what an agent was given ahead; the memories with why each was chosen; the messages"
            );
        conversation
            .MapPost(
                "/compaction/preview",
                async (Guid id, Compaction compaction, CancellationToken cancel) => Answers.Of(await compaction.PreviewAsync(id, cancel))
            )
            .WithSummary("Has the model write a summary of the older messages, and changes nothing")
            .CannotBeTried();
        conversation
            .MapPost(
                "/compaction",
                async (Guid id, CompactionForm form, Compaction compaction, CancellationToken cancel) =>
                    Answers.Of(await compaction.ApplyAsync(id, form, cancel))
            )
            .WithSummary("Puts a summary in place of the older messages; until is the message that the preview named")
            .CannotBeTried();
        conversation
            .MapDelete(
                "/compaction/{message:guid}",
                async (Guid id, Guid message, Compaction compaction, CancellationToken cancel) =>
                    Answers.Deleted(await compaction.UndoAsync(id, message, cancel))
            )
            .WithSummary("Takes a summary out again, so that models are given the messages themselves")
            .CannotBeTried();
    }
}
