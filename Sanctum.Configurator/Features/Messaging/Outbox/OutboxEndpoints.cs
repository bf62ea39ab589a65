using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

internal static class OutboxEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var outbox = routes.MapLazyGroup("/api/outbox").RequireAuthorization(Policies.ReadMessages).WithTags("Outbox");
        outbox
            .MapGet("/", ListAsync)
            .WithSummary(
                "Lists pieces of answers; state is open, all, queued, sending, sent, failed, unknown or cancelled; sort is queued, sent or status"
            );
        outbox
            .MapGet(
                "/{id:int}",
                async (int id, OutboxReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("A piece of an answer");
        outbox
            .MapPost(
                "/{id:int}/retry",
                async (int id, OutboxService service, CancellationToken cancel) => Answers.Of(await service.RetryAsync(id, cancel))
            )
            .Acts("Sends a piece again that failed or may not have arrived, with the pieces that it held");
        outbox
            .MapPost(
                "/{id:int}/resolve",
                async (int id, OutboxService service, CancellationToken cancel) => Answers.Of(await service.ResolveAsync(id, cancel))
            )
            .Acts("Marks a piece as arrived of which that was not known");
        outbox
            .MapPost(
                "/{id:int}/cancel",
                async (int id, OutboxService service, CancellationToken cancel) => Answers.Of(await service.CancelAsync(id, cancel))
            )
            .Acts("Gives a piece up, with all that comes after it in the same answer");
        outbox
            .MapPost(
                "/acts",
                async (OutboxActForm form, OutboxActs acts, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await acts.RunAsync(form, dryRun, cancel))
            )
            .RequireAuthorization(Policies.OperateMessages)
            .WithSummary(
                "Sends again, marks as arrived or gives up: pieces named by ids, or all that a filter finds; with dryRun only says which"
            );
    }

    private static void Acts(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.OperateMessages).WithSummary(summary).CannotBeTried();

    private static async Task<Results<Shown<PageOf<OutboxRow>>, ValidationProblem>> ListAsync(
        [AsParameters] PageQuery query,
        OutboxReader reader,
        CancellationToken cancel,
        string state = OutboxFilter.Open,
        [FromQuery(Name = "channel_id")] int? channelId = null,
        [FromQuery(Name = "person_id")] int? personId = null
    ) =>
        OutboxFilter.States.Contains(state)
            ? Answers.Show(await reader.PageAsync(new(state, channelId, personId), query.Page, cancel))
            : Answers.Refused("state", $"The state must be one of {string.Join(", ", OutboxFilter.States)}.");
}
