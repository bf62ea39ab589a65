namespace Sanctum.Configurator.Platform.Work;

/// <summary>Gives back to the machine what only the start needed, once the first page is out of the way.</summary>
internal sealed class StartGarbage : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        return Task.CompletedTask;
    }
}
