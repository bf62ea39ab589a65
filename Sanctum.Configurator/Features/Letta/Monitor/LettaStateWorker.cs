namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>Looks every second for what another console found out or set, so that every open page shows it.</summary>
internal sealed partial class LettaStateWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<LettaStateWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        var isFailing = false;
        do
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<LettaStateReader>().RefreshAsync(stoppingToken);
                isFailing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Once, not every second.
                if (!isFailing)
                {
                    LogFailed(e);
                }

                isFailing = true;
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Error, "The state of the Letta server could not be read; pages may show an old state until it works again")]
    private partial void LogFailed(Exception exception);
}
