namespace Sanctum.Configurator.Features.Logs.Alerts;

/// <summary>Has the alerts checked that are due: each about every ten seconds, by one of the consoles.</summary>
internal sealed partial class AlertWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<AlertWorker> log) : BackgroundService
{
    internal static readonly TimeSpan Glance = TimeSpan.FromSeconds(2.5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isFailing = false;
        using var timer = new PeriodicTimer(Glance, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<AlertChecker>().CheckAsync(stoppingToken);
                isFailing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!isFailing)
                {
                    LogFailed(e);
                }

                isFailing = true;
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The log alerts could not be checked; retrying")]
    private partial void LogFailed(Exception exception);
}
