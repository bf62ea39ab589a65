using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Begins a full backup.</summary>
internal sealed class BackUpAction(BackupService backups) : IConsoleAction
{
    public string Name => "back_up";

    public string Description => "Begins a full backup, which is proven at its end.";

    public string Policy => Policies.MakeBackups;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel) => await backups.BackUpAsync(new(), cancel) switch
    {
        Outcome<BackupRow>.Done done => new Outcome<string>.Done($"Backup {done.Value.Id} has begun."),
        Outcome<BackupRow>.Refused refused => new Outcome<string>.Refused(refused.Reasons),
        _ => new Outcome<string>.Missing(),
    };
}
