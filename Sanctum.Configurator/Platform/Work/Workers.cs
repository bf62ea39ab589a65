using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sanctum.Configurator.Platform.Work;

/// <summary>
/// When the workers begin: so long after the host. A console's first page has both cores then, instead of what none of its readers waits for.
/// </summary>
public sealed record WorkersBegin(TimeSpan After)
{
    public static WorkersBegin AtOnce { get; } = new(TimeSpan.Zero);
}

/// <summary>Puts what works behind the pages into the container.</summary>
public static class Workers
{
    /// <summary>
    /// A worker for whose first moments nobody waits. What must hear each change from the first request on is hosted as usual.
    /// </summary>
    public static IServiceCollection AddWorker<TWorker>(this IServiceCollection services)
        where TWorker : BackgroundService
    {
        services.TryAddSingleton(WorkersBegin.AtOnce);
        services.TryAddSingleton<TWorker>();
        return services.AddHostedService<LateStart<TWorker>>();
    }

    /// <summary>How a worker ends, well or not, the host hears as if it had started it itself.</summary>
    private sealed class LateStart<TWorker>(TWorker worker, WorkersBegin begin, TimeProvider clock) : BackgroundService
        where TWorker : BackgroundService
    {
        private readonly Lock _lock = new();
        private Task? _stop;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            if (begin.After > TimeSpan.Zero)
            {
                await Task.Delay(begin.After, clock, stoppingToken);
            }

            await worker.StartAsync(stoppingToken);
            await (worker.ExecuteTask ?? Task.CompletedTask);
        }

        /// <summary>Once, however many stop the host: what a worker gives back, it gives back once.</summary>
        public override Task StopAsync(CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                return _stop ??= StopOnceAsync(cancellationToken);
            }
        }

        private async Task StopOnceAsync(CancellationToken cancel)
        {
            await worker.StopAsync(cancel);
            await base.StopAsync(cancel);
        }
    }
}
