using Microsoft.Extensions.DependencyInjection.Extensions;
using Polly.CircuitBreaker;
using Polly.Registry;
using Sanctum.Configurator.Platform.Letta;

namespace Sanctum.Configurator.Platform.Resilience;

public static class ResilienceServices
{
    /// <summary>
    /// One registry of named pipelines for the whole program, on the program's clock. Another pipeline is added by
    /// another line in <see cref="NewRegistry"/>.
    /// </summary>
    public static IServiceCollection AddLettaMonitorPipeline(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CircuitBreakerManualControl>();
        services.TryAddSingleton(provider => NewRegistry(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<CircuitBreakerManualControl>()));
        services.TryAddSingleton<ResiliencePipelineProvider<string>>(
            provider => provider.GetRequiredService<ResiliencePipelineRegistry<string>>());
        return services;
    }

    private static ResiliencePipelineRegistry<string> NewRegistry(TimeProvider clock, CircuitBreakerManualControl breaker)
    {
        var registry = new ResiliencePipelineRegistry<string>();
        registry.TryAddBuilder<LettaReport>(LettaMonitorPipeline.Name, (builder, _) =>
        {
            builder.TimeProvider = clock;
            LettaMonitorPipeline.Build(builder, breaker);
        });
        return registry;
    }
}
