using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

internal static class LogFileEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/api/log-files").RequireAuthorization(Policies.ReadLogs).WithTags("Logs");
        files
            .MapGet("/", (LogFileService service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("Lists the followed log files and their positions");
        files
            .MapGet("/{id:int}", FindAsync)
            .WithSummary("A followed log file; the ETag is its version")
            .Produces<LogFileRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        files
            .MapGet("/found", (LogFileService service, CancellationToken cancel) => service.FindNewAsync(cancel))
            .RequireAuthorization(Policies.ManageLogs)
            .WithSummary("Lists log files of the installation that are not followed");
        files
            .MapPost("/", CreateAsync)
            .Writes("Follows a file, or several by a path with wildcards")
            .Produces<LogFileRow>(StatusCodes.Status201Created);
        files
            .MapPut("/{id:int}", SaveAsync)
            .Writes("Changes or pauses a followed log file; If-Match names the version that was read")
            .Produces<LogFileRow>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        files
            .MapDelete(
                "/{id:int}",
                async (int id, LogFileService service, HttpRequest request, CancellationToken cancel) =>
                    Answers.Of(await service.DeleteAsync(id, Answers.VersionIn(request), cancel), _ => TypedResults.NoContent(), row => row)
            )
            .Writes("Stops following a file; its lines are kept")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.ManageLogs).WithSummary(summary).OffersDryRun().ProducesValidationProblem();

    private static async Task<IResult> FindAsync(int id, LogFileService service, HttpContext context, CancellationToken cancel) =>
        await service.FindAsync(id, cancel) is { } row
            ? Answers.WithVersion(context, row.Version, TypedResults.Ok(row))
            : Answers.NotFound();

    private static async Task<IResult> CreateAsync(LogFileForm form, LogFileService service, HttpContext context, CancellationToken cancel)
    {
        (form.Id, form.Version) = (null, 0);
        return Answers.Of(
            await service.SaveAsync(form, cancel),
            row => Answers.WithVersion(context, row.Version, TypedResults.Created($"/api/log-files/{row.Id}", row))
        );
    }

    private static async Task<IResult> SaveAsync(
        int id,
        LogFileForm form,
        LogFileService service,
        HttpContext context,
        CancellationToken cancel
    )
    {
        var (version, refusal) = Answers.IfMatch(context.Request);
        if (refusal is not null)
        {
            return refusal;
        }

        (form.Id, form.Version) = (id, version);
        return Answers.Of(
            await service.SaveAsync(form, cancel),
            row => Answers.WithVersion(context, row.Version, TypedResults.Ok(row)),
            row => row
        );
    }
}
