using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.History;

public static class HistoryFeature
{
    public static IServiceCollection AddHistory(this IServiceCollection services) => services
        .AddScoped<HistoryService>()
        .AddScoped<HistoryExport>()
        .AddScoped<HistoryUndo>()
        .AddSingleton(new NavEntry("History", Urls.History, "history", 90, Policies.ReadHistory));

    public static IEndpointRouteBuilder MapHistory(this IEndpointRouteBuilder routes)
    {
        HistoryEndpoints.Map(routes);
        HistoryEndpoints.MapFile(routes);
        return routes;
    }
}
