using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Graph;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>The plugins that agents and tools use, and what they need of each other.</summary>
public static class PluginsFeature
{
    public static IServiceCollection AddPlugins(this IServiceCollection services)
    {
        services.AddOptions<PluginOptions>().BindConfiguration(PluginOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PluginOptions>, PluginOptionsValidator>());
        return services
            .AddDependencies()
            .AddScoped<PluginWrites>()
            .AddScoped<PluginService>()
            .AddScoped<PluginSwitch>()
            .AddScoped<PluginKeys>()
            .AddScoped<PluginLinks>()
            .AddScoped<PluginScan>()
            .AddScoped<IBuiltInTask, ScanTask>()
            .AddScoped<PluginDescriber>()
            .AddSingleton(new NavEntry("Plugins", Urls.Plugins, "plugins", 12, Policies.ReadRegistry, NavGroups.Agents));
    }

    public static IEndpointRouteBuilder MapPlugins(this IEndpointRouteBuilder routes)
    {
        PluginEndpoints.Map(routes);
        return routes;
    }
}
