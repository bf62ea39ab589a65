using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Logs.Retention;

internal static class LogRetentionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var logs = routes.MapGroup("/api/logs").RequireAuthorization(Policies.ReadLogs).WithTags("Logs");
        logs.MapGet(
                "/retention",
                async (LogRetentionService service, HttpContext context, CancellationToken cancel) =>
                    await service.ReadAsync(cancel) is var row ? Answers.WithVersion(context, row.Version, TypedResults.Ok(row)) : null
            )
            .WithSummary("The retention rules; the ETag is the version")
            .Produces<LogRetentionRow>();
        logs.MapPut("/retention", SaveAsync)
            .RequireAuthorization(Policies.ManageLogs)
            .WithSummary("Changes the retention rules; If-Match names the version that was read")
            .OffersDryRun()
            .Produces<LogRetentionRow>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        logs.MapGet("/stock", (LogRetentionService service, CancellationToken cancel) => service.StockAsync(null, cancel))
            .WithSummary("The stored lines by level and source, and what the next clean-up removes");
        logs.MapPost(
                "/clean-up",
                async (LogRetentionService service, CancellationToken cancel) =>
                    Answers.Of(await service.CleanUpAsync(null, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.ManageLogs)
            .WithSummary("Runs the log clean-up now")
            .CannotBeTried()
            .Produces<LogRemoval>();
        logs.MapDelete(
                "/",
                async (
                    GivenTime before,
                    LogRetentionService service,
                    CancellationToken cancel,
                    string? level = null,
                    string? source = null
                ) => Answers.Of(await service.DeleteAsync(new(before.Value, level, source), null, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.ManageLogs)
            .WithSummary("Removes the lines of full hours before a time, all or by level or source")
            .CannotBeTried()
            .Produces<LogRemoval>()
            .ProducesValidationProblem();
    }

    private static async Task<IResult> SaveAsync(
        LogRetentionForm form,
        LogRetentionService service,
        HttpContext context,
        CancellationToken cancel
    )
    {
        var (version, refusal) = Answers.IfMatch(context.Request);
        if (refusal is not null)
        {
            return refusal;
        }

        form.Version = version;
        return Answers.Of(
            await service.SaveAsync(form, cancel),
            row => Answers.WithVersion(context, row.Version, TypedResults.Ok(row)),
            row => row
        );
    }
}
