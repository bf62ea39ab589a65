using Microsoft.Extensions.DependencyInjection.Extensions;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Platform.Letta;

public static class LettaServices
{
    /// <summary>The connection test, and the patient one for the background, with all that they need.</summary>
    public static IServiceCollection AddLetta(this IServiceCollection services)
    {
        services.AddOutbound();
        services.TryAddSingleton<LettaProbe>();
        services.TryAddSingleton<MonitoredProbe>();
        services.TryAddSingleton<LettaState>();
        return services;
    }
}
