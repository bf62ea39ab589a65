using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Makes a full backup as the settings say, and waits for its end and its drill.</summary>
internal sealed class BackUpAction(BackupService backups, BackupRunner runner) : IConsoleAction
{
    public string Name => "back_up";

    public string Description => "Makes a full backup of what the backup settings say, and proves it.";

    public string Policy => Policies.MakeBackups;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
    {
        var begun = await backups.BackUpNowAsync(cancel);
        if (begun is not Outcome<BackupRow>.Done { Value.Id: var id })
        {
            return new Outcome<string>.Refused("", begun.ProblemWith("The backup")!);
        }

        await runner.Finished.WaitAsync(cancel);
        return await backups.FindAsync(id, cancel) switch
        {
            null => new Outcome<string>.Refused("", $"Backup {id} was deleted before its end was known."),
            { Status: BackupStatus.Failed } failed => new Outcome<string>.Refused("", $"Backup {id} failed: {failed.Failure}"),
            { DrillFailure: { } failure } => new Outcome<string>.Refused("", $"Backup {id} was made and did not pass its drill: {failure}"),
            { DrilledAt: null } => new Outcome<string>.Done($"Backup {id} was made."),
            _ => new Outcome<string>.Done($"Backup {id} was made and passed its drill."),
        };
    }
}
