using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Logs.Alerts;

internal static class AlertEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var alerts = routes.MapGroup("/api/alerts").RequireAuthorization(Policies.ReadLogs).WithTags("Logs");
        alerts
            .MapGet(
                "/",
                async (
                    AlertService service,
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
                "Lists the log alerts and their states; sort is name or updated_at, cursor is the next_cursor of the previous page"
            );
        alerts
            .MapGet(
                "/{id:int}",
                async (int id, AlertService service, HttpContext context, CancellationToken cancel) =>
                    await service.FindAsync(id, cancel) is { } row
                        ? Answers.WithVersion(context, row.Version, TypedResults.Ok(row))
                        : Answers.NotFound()
            )
            .WithSummary("An alert; the ETag is its version")
            .Produces<AlertRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        alerts
            .MapPost(
                "/preview",
                async (AlertForm form, AlertPreviewer previewer, CancellationToken cancel) =>
                    Answers.Of(await previewer.PreviewAsync(form, cancel), TypedResults.Ok)
            )
            .WritesNothing()
            .WithSummary("Previews how often an alert would have been raised in the last 24 hours")
            .Produces<AlertPreview>()
            .ProducesValidationProblem();
        alerts.MapPost("/", CreateAsync).Writes("Adds an alert").OffersDryRun().Produces<AlertRow>(StatusCodes.Status201Created);
        alerts
            .MapPut("/{id:int}", SaveAsync)
            .Writes("Changes an alert, which is then checked immediately; If-Match names the version that was read")
            .OffersDryRun()
            .Produces<AlertRow>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        alerts
            .MapDelete(
                "/{id:int}",
                async (int id, AlertService service, HttpRequest request, CancellationToken cancel) =>
                    Answers.Of(await service.DeleteAsync(id, Answers.VersionIn(request), cancel), _ => TypedResults.NoContent(), row => row)
            )
            .Writes("Deletes an alert and resolves its notification")
            .OffersDryRun()
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        alerts
            .MapPost(
                "/{id:int}/test",
                async (int id, AlertService service, CancellationToken cancel) =>
                    Answers.Of(await service.TestAsync(id, cancel), TypedResults.Ok)
            )
            .Writes("Sends the alert's notification as a test")
            .CannotBeTried()
            .Produces<AlertRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.ManageLogs).WithSummary(summary).ProducesValidationProblem();

    private static async Task<IResult> CreateAsync(AlertForm form, AlertService service, HttpContext context, CancellationToken cancel) =>
        Answers.Of(
            await service.SaveAsync(form, cancel),
            row => Answers.WithVersion(context, row.Version, TypedResults.Created($"/api/alerts/{row.Id}", row))
        );

    private static async Task<IResult> SaveAsync(
        int id,
        AlertForm form,
        AlertService service,
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
