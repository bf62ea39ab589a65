using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>Makes a small backup between the others: what has changed since the last one.</summary>
internal sealed class IncrementTask(ScheduledBackups own) : IBuiltInTask
{
    public string Name => BackupActs.Increment;

    public string Description => "Creates a small backup of the changes since the last one and test-restores it.";

    public string Policy => Policies.MakeBackups;

    public Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel) =>
        own.BackUpAsync(BackupTrigger.Increment, cancel);
}
