using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Features.Health;

/// <summary>For whatever watches the console: open to all, and therefore saying no more than yes, or of what kind the no is.</summary>
public static class HealthFeature
{
    public static IServiceCollection AddHealth(this IServiceCollection services) =>
        services.AddSingleton<DiskReader>(DiskSpace.Of).AddScoped<IOverviewArea, DiskArea>();

    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        routes
            .MapLazyGroup()
            .MapGet("/health/live", () => TypedResults.Ok(new Ready("ok")))
            .AllowAnonymous()
            .WithTags("Health")
            .WithSummary("The process is running.");
        routes
            .MapLazyGroup()
            .MapGet("/health/ready", ReadyAsync)
            .AllowAnonymous()
            .WithTags("Health")
            .WithSummary("The registry is reachable and writable.");
        return routes;
    }

    private static async Task<Results<Ok<Ready>, JsonHttpResult<NotReady>>> ReadyAsync(
        IDbContextFactory<RegistryDbContext> registries,
        PlaceOfDatabase place,
        StoreProblems troubles,
        ILoggerFactory logs,
        CancellationToken cancel
    )
    {
        try
        {
            await using var registry = await registries.CreateDbContextAsync(cancel);
            await registry.SystemConfig.AnyAsync(cancel);
            if (await WhyNotWrittenAsync(registry, place, logs, cancel) is { } why)
            {
                return Unavailable([why]);
            }

            return troubles.All is { Count: > 0 } all
                ? Unavailable([.. all.Select(trouble => trouble.Key)])
                : TypedResults.Ok(new Ready("ok"));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            HealthLog.NotReady(logs.CreateLogger(typeof(HealthFeature)), e);
            return Unavailable(["database"]);
        }
    }

    private static async Task<string?> WhyNotWrittenAsync(
        RegistryDbContext registry,
        PlaceOfDatabase place,
        ILoggerFactory logs,
        CancellationToken cancel
    )
    {
        try
        {
            place.Require();
            await registry.TryWritingAsync(cancel);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            HealthLog.NotWritten(logs.CreateLogger(typeof(HealthFeature)), e);
            return "writes";
        }
    }

    private static JsonHttpResult<NotReady> Unavailable(IReadOnlyList<string> problems) =>
        TypedResults.Json(new NotReady("unavailable", problems), statusCode: StatusCodes.Status503ServiceUnavailable);

    private sealed record Ready(string Status);

    /// <param name="Problems">Of database, writes, disk and keys those that are the matter.</param>
    private sealed record NotReady(string Status, IReadOnlyList<string> Problems);
}

internal static partial class HealthLog
{
    [LoggerMessage(LogLevel.Error, "The registry is read-only")]
    public static partial void NotWritten(ILogger log, Exception exception);

    [LoggerMessage(LogLevel.Error, "The registry does not answer")]
    public static partial void NotReady(ILogger log, Exception exception);
}
