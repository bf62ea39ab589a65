using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Features.Tools;

namespace Sanctum.Configurator.Features.History;

public static class HistoryFeature
{
    public static IServiceCollection AddHistory(this IServiceCollection services) =>
        services
            .AddJobRights()
            .AddScoped<HistoryService>()
            .AddScoped<HistoryExport>()
            .AddScoped<HistoryUndo>()
            .AddScoped<IOverviewArea, HistoryArea>()
            .AddSingleton(new NavEntry("History", Urls.History, "history", 41, Policies.ReadHistory, NavGroups.Administer));

    public static IEndpointRouteBuilder MapHistory(this IEndpointRouteBuilder routes)
    {
        HistoryEndpoints.Map(routes);
        HistoryEndpoints.MapFile(routes);
        return routes;
    }
}
