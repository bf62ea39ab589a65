using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>What agents and operators can use.</summary>
public static class ToolsFeature
{
    public static IServiceCollection AddTools(this IServiceCollection services) => services
        .AddOutbound()
        .AddScoped<ToolService>()
        .AddScoped<ToolRunner>()
        .AddSingleton(new NavEntry("Tools", Urls.Tools, "tools", 30, Policies.ReadRegistry));

    public static IEndpointRouteBuilder MapTools(this IEndpointRouteBuilder routes)
    {
        ToolEndpoints.Map(routes);
        return routes;
    }
}
