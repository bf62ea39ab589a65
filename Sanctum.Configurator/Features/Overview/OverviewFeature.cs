namespace Sanctum.Configurator.Features.Overview;

/// <summary>The first page: what needs attention, and how each area is.</summary>
public static class OverviewFeature
{
    public static IServiceCollection AddOverview(this IServiceCollection services) =>
        services.AddScoped<OverviewService>().AddSingleton(new NavEntry("Overview", Urls.Overview, "home", 0, Policies.SignedIn));

    public static IEndpointRouteBuilder MapOverview(this IEndpointRouteBuilder routes)
    {
        OverviewEndpoints.Map(routes);
        return routes;
    }
}
