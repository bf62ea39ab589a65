using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Registry;

namespace Sanctum.Configurator.Features.Health;

/// <summary>For whatever watches the console: open to all, and therefore saying nothing but yes or no.</summary>
public static class HealthFeature
{
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Json(new { status = "ok" })).AllowAnonymous().WithTags("Health")
            .WithSummary("The process answers.");
        routes.MapGet("/health/ready", ReadyAsync).AllowAnonymous().WithTags("Health").WithSummary("The registry answers, too.");
        return routes;
    }

    private static async Task<IResult> ReadyAsync(IDbContextFactory<RegistryDbContext> registries, ILoggerFactory logs, CancellationToken cancel)
    {
        try
        {
            await using var registry = await registries.CreateDbContextAsync(cancel);
            await registry.SystemConfig.AnyAsync(cancel);
            return TypedResults.Json(new { status = "ok" });
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            HealthLog.NotReady(logs.CreateLogger(typeof(HealthFeature)), e);
            return TypedResults.Json(new { status = "unavailable" }, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}

internal static partial class HealthLog
{
    [LoggerMessage(LogLevel.Error, "The registry does not answer")]
    public static partial void NotReady(ILogger log, Exception exception);
}
