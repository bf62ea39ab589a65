using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.History;

public static class HistoryFeature
{
    private const int LongestPage = 200;

    public static IServiceCollection AddHistory(this IServiceCollection services)
    {
        services.AddScoped<HistoryService>();
        services.AddSingleton(new NavEntry("History", Urls.History, "history", 90, Policies.ReadHistory));
        return services;
    }

    public static IEndpointRouteBuilder MapHistory(this IEndpointRouteBuilder routes)
    {
        var history = routes.MapGroup("/api/history").RequireAuthorization(Policies.ReadHistory).WithTags("History");
        history.MapGet("/", ListAsync).WithSummary("The changes of the whole registry, newest first.");
        history.MapGet("/verify", VerifyAsync).WithSummary("Walks the chain and names what is wrong with it.");
        return routes;
    }

    private static async Task<IResult> ListAsync(
        HistoryService history, CancellationToken cancel,
        string? table = null, string? row = null, DateTimeOffset? from = null, DateTimeOffset? to = null, string? q = null, int skip = 0, int take = 50) =>
        TypedResults.Json(
            await history.ListAsync(new(table, row, from, to), new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), Search: q), cancel));

    private static async Task<IResult> VerifyAsync(ChangeAudit audit, CancellationToken cancel) =>
        TypedResults.Json(await audit.VerifyAsync(cancel));
}
