namespace Sanctum.Configurator.Features.Models;

/// <summary>Runs <see cref="PrimaryModel"/> once the console has started; a database that is away is waited for.</summary>
internal sealed partial class PrimaryModelWorker(PrimaryModel primary, TimeProvider clock, ILogger<PrimaryModelWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var isDone = false; !isDone; )
        {
            try
            {
                await primary.EnforceAsync(stoppingToken);
                isDone = true;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
                await Task.Delay(Again, clock, stoppingToken);
            }
        }

        foreach (var step in primary.Last.Steps.Where(step => step.IsWarning))
        {
            LogWarning(step.Title, step.Detail);
        }
    }

    [LoggerMessage(LogLevel.Error, "The primary model could not be looked after; retrying")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "Primary model, {Step}: {Detail}")]
    private partial void LogWarning(string step, string detail);
}
