using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

internal static class QueueEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var queue = routes.MapLazyGroup("/api/queue").RequireAuthorization(Policies.ReadMessages).WithTags("Queue");
        queue
            .MapGet(
                "/",
                (
                    QueueReader reader,
                    CancellationToken cancel,
                    string? status = null,
                    int? agent = null,
                    string? platform = null,
                    int? person = null,
                    string? cause = null,
                    string? search = null,
                    string? cursor = null,
                    int skip = 0,
                    int take = 50
                ) =>
                    reader.PageAsync(
                        new(StatusOf(status), agent, platform, person, cause, search),
                        PageQuery.Of(skip, take) with
                        {
                            Cursor = cursor,
                        },
                        cancel
                    )
            )
            .WithSummary("Lists what is in the queue, newest first");
        queue
            .MapGet("/state", (QueueReader reader, CancellationToken cancel) => reader.StateAsync(cancel))
            .WithSummary("Counts by status, the age of what waits longest, and the rates of the last hour");
        queue
            .MapGet("/failures", (QueueReader reader, CancellationToken cancel) => reader.GroupsAsync(cancel))
            .WithSummary("What failed, grouped by its normalised cause");
        queue
            .MapGet(
                "/{id:int}",
                async (int id, QueueReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("One entry with its attempts");
        MapActs(queue);
        MapPauses(queue);
    }

    private static void MapActs(LazyGroup queue)
    {
        queue
            .MapGet(
                "/acts",
                (QueueActs service, CancellationToken cancel, int take = 20) => service.NewestAsync(Math.Clamp(take, 1, 100), cancel)
            )
            .WithSummary("The newest acts of operators on the queue");
        queue
            .MapPost("/acts", BeginAsync)
            .RequireAuthorization(Policies.OperateMessages)
            .WithSummary(
                "Retries, edits, cancels, flushes or moves entries: those named by ids, or all that a filter finds; with dryRun only says which"
            );
        queue
            .MapGet(
                "/acts/{id:int}",
                async (int id, QueueActs service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("How far an act is");
        queue
            .MapPost(
                "/acts/{id:int}/undo",
                async (int id, QueueActs service, CancellationToken cancel) => Answers.Of(await service.UndoAsync(id, cancel))
            )
            .RequireAuthorization(Policies.OperateMessages)
            .OffersDryRun()
            .WithSummary("Puts back what has not gone on since, within 30 seconds");
        queue
            .MapPost(
                "/acts/{id:int}/stop",
                async (int id, QueueActs service, CancellationToken cancel) => Answers.Of(await service.StopAsync(id, cancel))
            )
            .RequireAuthorization(Policies.OperateMessages)
            .OffersDryRun()
            .WithSummary("Stops an act that is under way; what is done stays");
    }

    private static void MapPauses(LazyGroup queue)
    {
        queue
            .MapGet("/pauses", (QueuePauseService service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("Agents, platforms and people whose messages wait");
        queue
            .MapPost(
                "/pauses",
                async (PauseForm form, QueuePauseService service, CancellationToken cancel) =>
                    Answers.Of(await service.PauseAsync(form, cancel))
            )
            .RequireAuthorization(Policies.OperateMessages)
            .OffersDryRun()
            .WithSummary("Lets the messages of an agent, a platform or a person wait");
        queue
            .MapDelete(
                "/pauses/{id:int}",
                async (int id, QueuePauseService service, CancellationToken cancel) =>
                    Answers.Deleted(await service.ResumeAsync(id, cancel))
            )
            .RequireAuthorization(Policies.OperateMessages)
            .OffersDryRun()
            .WithSummary("Lets them go on");
    }

    private static async Task<Results<Answer<Accepted<QueueActView>>, Answer<Shown<QueueActPlan>>>> BeginAsync(
        QueueActForm form,
        QueueActs service,
        QueueActPlans plans,
        CancellationToken cancel,
        bool dryRun = false
    ) =>
        dryRun
            ? Answers.Of(await plans.PlanAsync(form, cancel))
            : Answers.Accepted(await service.BeginAsync(form, cancel), act => $"/api/queue/acts/{act.Id}");

    private static QueueStatus? StatusOf(string? word) =>
        string.IsNullOrEmpty(word)
            ? null
            : EnumText<QueueStatus>.Find(word)
                ?? throw new BadHttpRequestException($"Allowed statuses: {string.Join(", ", EnumText<QueueStatus>.All)}.");
}
