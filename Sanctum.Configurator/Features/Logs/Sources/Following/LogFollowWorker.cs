using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>
/// Looks at the followed files a few times a second. Where nothing can be stored, it waits and goes on from the same place.
/// </summary>
internal sealed partial class LogFollowWorker(
    LogFollower follower,
    Signal<RegistryChange> changed,
    TimeProvider clock,
    ILogger<LogFollowWorker> log
) : BackgroundService
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan UntilTheNextTry = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var changes = changed.Subscribe(change =>
        {
            if (change.Tables.Contains(LogFileService.Table))
            {
                follower.Forget();
            }
        });
        using var timer = new PeriodicTimer(Often, clock);
        do
        {
            try
            {
                while (await follower.LookAsync(stoppingToken))
                {
                    // There is more than was taken.
                }
            }
            catch (LogsRefusedException)
            {
                await Task.Delay(UntilTheNextTry, clock, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
                await Task.Delay(UntilTheNextTry, clock, stoppingToken);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Error, "The followed log files could not be read; retrying")]
    private partial void LogFailed(Exception exception);
}
