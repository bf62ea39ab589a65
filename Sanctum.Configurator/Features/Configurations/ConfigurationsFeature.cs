using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>Keys that are set for the system and overridden nearer by.</summary>
public static class ConfigurationsFeature
{
    public static IServiceCollection AddConfigurations(this IServiceCollection services) =>
        services
            .AddReauthentication()
            .AddSingleton<LiveConfigurations>()
            .AddScoped<ConfigurationReader>()
            .AddScoped<ConfigurationWrites>()
            .AddScoped<ConfigurationService>()
            .AddScoped<ConfigurationHistory>()
            .AddScoped<ConfigurationTransfer>()
            .AddSingleton(new NavEntry("Configurations", Urls.Configurations, "layers", 21, Policies.ReadRegistry, NavGroups.Configure));

    public static IEndpointRouteBuilder MapConfigurations(this IEndpointRouteBuilder routes)
    {
        ConfigurationEndpoints.Map(routes);
        return routes;
    }
}
