using Sanctum.Configurator.Features.Backups.Retention;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>Drills the newest backup whose passphrase the console has, and waits for the verdict.</summary>
internal sealed class TestRestoreTask(ScheduledBackups own) : IBuiltInTask
{
    public string Name => BackupActs.Drill;

    public string Description => "Restores the newest backup into a temporary database and compares its rows.";

    public string Policy => Policies.MakeBackups;

    public Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel) => own.DrillAsync(cancel);
}
