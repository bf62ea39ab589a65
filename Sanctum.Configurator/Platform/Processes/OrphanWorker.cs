namespace Sanctum.Configurator.Platform.Processes;

/// <summary>When the console starts, ends the programs that one before it left running when it was killed.</summary>
internal sealed partial class OrphanWorker(ILogger<OrphanWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Run(
            () =>
            {
                if (OrphanProcesses.EndOrphans() is { Count: > 0 } ended)
                {
                    LogEnded(string.Join(", ", ended));
                }
            },
            stoppingToken
        );

    [LoggerMessage(LogLevel.Warning, "Programs left running by a killed console were stopped: {Processes}")]
    private partial void LogEnded(string processes);
}
