using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Logs.Views;

internal static class LogViewEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var views = routes.MapLazyGroup("/api/log-views").RequireAuthorization(Policies.ReadLogs).WithTags("Logs");
        views
            .MapGet(
                "/",
                ([AsParameters] PageQuery query, LogViewService service, CancellationToken cancel) => service.ListAsync(query.Page, cancel)
            )
            .WithSummary(
                "Lists saved searches, the caller's own and shared ones; sort is name or updated_at, cursor is the next_cursor of the previous page"
            );
        views
            .MapGet(
                "/{id:int}",
                async (int id, LogViewService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A view; the ETag is its version");
        views
            .MapPost(
                "/",
                async (LogViewForm form, LogViewService service, CancellationToken cancel) =>
                    Answers.Created(await service.SaveAsync(form, cancel), row => $"/api/log-views/{row.Id}")
            )
            .WithSummary("Saves a search as a view")
            .OffersDryRun();
        views
            .MapPut(
                "/{id:int}",
                async (int id, LogViewForm form, NeededIfMatch seen, LogViewService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .WithSummary("Changes a view: its owner or an administrator; If-Match names the version that was read")
            .OffersDryRun();
        views
            .MapDelete(
                "/{id:int}",
                async (int id, LogViewService service, IfMatch seen, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, seen.Version, cancel))
            )
            .WithSummary("Deletes a view: its owner or an administrator")
            .OffersDryRun();
    }
}
