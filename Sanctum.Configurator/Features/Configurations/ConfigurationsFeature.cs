using Microsoft.Extensions.DependencyInjection.Extensions;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Models;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>Keys that are set for the system and overridden nearer by.</summary>
public static class ConfigurationsFeature
{
    public static IServiceCollection AddConfigurations(this IServiceCollection services) =>
        services
            .AddReauthentication()
            .AddConfigurationWrites()
            .AddScoped<IModelUses, ConfigurationModels>()
            .AddScoped<ConfigurationReader>()
            .AddScoped<ConfigurationHistory>()
            .AddScoped<ConfigurationTransfer>()
            .AddSingleton(new NavEntry("Configurations", Urls.Configurations, "layers", 21, Policies.ReadRegistry, NavGroups.Configure));

    /// <summary>Without the page: for features that keep something as a configuration.</summary>
    internal static IServiceCollection AddConfigurationWrites(this IServiceCollection services)
    {
        services.TryAddSingleton<LiveConfigurations>();
        services.TryAddScoped<ConfigurationWrites>();
        services.TryAddScoped<ConfigurationService>();
        return services;
    }

    public static IEndpointRouteBuilder MapConfigurations(this IEndpointRouteBuilder routes)
    {
        ConfigurationEndpoints.Map(routes);
        return routes;
    }
}
