using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>Backs up as the settings say: fully, or by an increment where the last full backup is not old enough.</summary>
internal sealed class BackUpTask(ScheduledBackups own) : IBuiltInTask
{
    public string Name => BackupActs.BackUp;

    public string Description =>
        "Creates a backup with the backup settings, full or incremental depending on the age of the last full one, and test-restores it.";

    public string Policy => Policies.MakeBackups;

    public Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel) =>
        own.BackUpAsync(BackupTrigger.Schedule, cancel);
}
