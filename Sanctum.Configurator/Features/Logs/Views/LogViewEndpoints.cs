using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Logs.Views;

internal static class LogViewEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var views = routes.MapGroup("/api/log-views").RequireAuthorization(Policies.ReadLogs).WithTags("Logs");
        views
            .MapGet(
                "/",
                async (
                    LogViewService service,
                    CancellationToken cancel,
                    string? q = null,
                    string? sort = null,
                    bool descending = false,
                    int skip = 0,
                    int take = 50,
                    string? cursor = null
                ) =>
                    TypedResults.Ok(
                        await service.ListAsync(
                            new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), sort, descending, q, cursor),
                            cancel
                        )
                    )
            )
            .WithSummary(
                "Lists saved searches, the caller's own and shared ones; sort is name or updated_at, cursor is the next_cursor of the previous page"
            );
        views
            .MapGet(
                "/{id:int}",
                async (int id, LogViewService service, HttpContext context, CancellationToken cancel) =>
                    await service.FindAsync(id, cancel) is { } row
                        ? Answers.WithVersion(context, row.Version, TypedResults.Ok(row))
                        : Answers.NotFound()
            )
            .WithSummary("A view; the ETag is its version")
            .Produces<LogViewRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        views
            .MapPost("/", CreateAsync)
            .WithSummary("Saves a search as a view")
            .OffersDryRun()
            .Produces<LogViewRow>(StatusCodes.Status201Created)
            .ProducesValidationProblem();
        views
            .MapPut("/{id:int}", SaveAsync)
            .WithSummary("Changes a view: its owner or an administrator; If-Match names the version that was read")
            .OffersDryRun()
            .Produces<LogViewRow>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        views
            .MapDelete(
                "/{id:int}",
                async (int id, LogViewService service, HttpRequest request, CancellationToken cancel) =>
                    Answers.Of(await service.DeleteAsync(id, Answers.VersionIn(request), cancel), _ => TypedResults.NoContent(), row => row)
            )
            .WithSummary("Deletes a view: its owner or an administrator")
            .OffersDryRun()
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
    }

    private static async Task<IResult> CreateAsync(
        LogViewForm form,
        LogViewService service,
        HttpContext context,
        CancellationToken cancel
    ) =>
        Answers.Of(
            await service.SaveAsync(form, cancel),
            row => Answers.WithVersion(context, row.Version, TypedResults.Created($"/api/log-views/{row.Id}", row))
        );

    private static async Task<IResult> SaveAsync(
        int id,
        LogViewForm form,
        LogViewService service,
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
