using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Logs.Alerts;

internal static class AlertEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var alerts = routes.MapLazyGroup("/api/alerts").RequireAuthorization(Policies.ReadLogs).WithTags("Logs");
        alerts
            .MapGet(
                "/",
                ([AsParameters] PageQuery query, AlertService service, CancellationToken cancel) => service.ListAsync(query.Page, cancel)
            )
            .WithSummary(
                "Lists the log alerts and their states; sort is name or updated_at, cursor is the next_cursor of the previous page"
            );
        alerts
            .MapGet(
                "/{id:int}",
                async (int id, AlertService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("An alert; the ETag is its version");
        alerts
            .MapPost(
                "/preview",
                async (AlertForm form, AlertPreviewer previewer, CancellationToken cancel) =>
                    Answers.Of(await previewer.PreviewAsync(form, cancel))
            )
            .WritesNothing()
            .WithSummary("Previews how often an alert would have been raised in the last 24 hours");
        alerts
            .MapPost(
                "/",
                async (AlertForm form, AlertService service, CancellationToken cancel) =>
                    Answers.Created(await service.SaveAsync(form, cancel), row => $"/api/alerts/{row.Id}")
            )
            .Writes("Adds an alert")
            .OffersDryRun();
        alerts
            .MapPut(
                "/{id:int}",
                async (int id, AlertForm form, NeededIfMatch seen, AlertService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .Writes("Changes an alert, which is then checked immediately; If-Match names the version that was read")
            .OffersDryRun();
        alerts
            .MapDelete(
                "/{id:int}",
                async (int id, AlertService service, IfMatch seen, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, seen.Version, cancel))
            )
            .Writes("Deletes an alert and resolves its notification")
            .OffersDryRun();
        alerts
            .MapPost(
                "/{id:int}/test",
                async (int id, AlertService service, CancellationToken cancel) => Answers.Of(await service.TestAsync(id, cancel))
            )
            .Writes("Sends the alert's notification as a test")
            .CannotBeTried();
    }

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.ManageLogs).WithSummary(summary);
}
