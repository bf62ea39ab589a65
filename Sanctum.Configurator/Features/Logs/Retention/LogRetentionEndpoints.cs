using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Logs.Retention;

internal static class LogRetentionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var logs = routes.MapLazyGroup("/api/logs").RequireAuthorization(Policies.ReadLogs).WithTags("Logs");
        logs.MapGet(
                "/retention",
                async (LogRetentionService service, CancellationToken cancel) => Answers.Show(await service.ReadAsync(cancel))
            )
            .WithSummary("The retention rules; the ETag is the version");
        logs.MapPut(
                "/retention",
                async (LogRetentionForm form, NeededIfMatch seen, LogRetentionService service, CancellationToken cancel) =>
                {
                    form.Version = seen.Version;
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .RequireAuthorization(Policies.ManageLogs)
            .WithSummary("Changes the retention rules; If-Match names the version that was read")
            .OffersDryRun();
        logs.MapGet("/stock", (LogRetentionService service, CancellationToken cancel) => service.StockAsync(null, cancel))
            .WithSummary("The stored lines by level and source, and what the next clean-up removes");
        logs.MapPost(
                "/clean-up",
                async (LogRetentionService service, CancellationToken cancel) => Answers.Of(await service.CleanUpAsync(null, cancel))
            )
            .RequireAuthorization(Policies.ManageLogs)
            .WithSummary("Runs the log clean-up now")
            .CannotBeTried();
        logs.MapDelete(
                "/",
                async (
                    GivenTime before,
                    LogRetentionService service,
                    CancellationToken cancel,
                    string? level = null,
                    string? source = null
                ) => Answers.Of(await service.DeleteAsync(new(before.Value, level, source), null, cancel))
            )
            .RequireAuthorization(Policies.ManageLogs)
            .WithSummary("Removes the lines of full hours before a time, all or by level or source")
            .CannotBeTried();
    }
}
