using Microsoft.Extensions.DependencyInjection.Extensions;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Resilience;

namespace Sanctum.Configurator.Platform.Letta;

public static class LettaServices
{
    /// <summary>The connection test, and the patient one for the background, with all that they need.</summary>
    public static IServiceCollection AddLetta(this IServiceCollection services)
    {
        services.AddOutbound();
        services.AddLettaMonitorPipeline();
        services.TryAddSingleton<LettaProbe>();
        services.TryAddSingleton<MonitoredProbe>();
        services.TryAddSingleton<LettaState>();
        return services;
    }
}
