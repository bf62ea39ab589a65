using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

internal static class LogFileEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var files = routes.MapLazyGroup("/api/log-files").RequireAuthorization(Policies.ReadLogs).WithTags("Logs");
        files
            .MapGet("/", (LogFileService service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("Lists the followed log files and their positions");
        files
            .MapGet(
                "/{id:int}",
                async (int id, LogFileService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A followed log file; the ETag is its version");
        files
            .MapGet("/found", (LogFileService service, CancellationToken cancel) => service.FindNewAsync(cancel))
            .RequireAuthorization(Policies.ManageLogs)
            .WithSummary("Lists log files of the installation that are not followed");
        files
            .MapPost(
                "/",
                async (LogFileForm form, LogFileService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (null, 0);
                    return Answers.Created(await service.SaveAsync(form, cancel), row => $"/api/log-files/{row.Id}");
                }
            )
            .Writes("Follows a file, or several by a path with wildcards");
        files
            .MapPut(
                "/{id:int}",
                async (int id, LogFileForm form, NeededIfMatch seen, LogFileService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .Writes("Changes or pauses a followed log file; If-Match names the version that was read");
        files
            .MapDelete(
                "/{id:int}",
                async (int id, LogFileService service, IfMatch seen, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, seen.Version, cancel))
            )
            .Writes("Stops following a file; its lines are kept");
    }

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.ManageLogs).WithSummary(summary).OffersDryRun();
}
