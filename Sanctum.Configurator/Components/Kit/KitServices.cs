using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sanctum.Configurator.Components.Kit;

public static class KitServices
{
    /// <summary>What the Kit's components and the layout ask for.</summary>
    public static IServiceCollection AddKit(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddScoped<Browser>();
        services.TryAddScoped<Confirm>();
        services.TryAddScoped<Notices>();
        services.TryAddScoped<Commands>();
        return services;
    }
}
