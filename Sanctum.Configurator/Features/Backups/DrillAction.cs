using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Drills the newest backup whose passphrase the console has, and waits for the verdict.</summary>
internal sealed class DrillAction(BackupService backups, BackupRunner runner, IDbContextFactory<RegistryDbContext> registries) : IConsoleAction
{
    public string Name => "restore_drill";

    public string Description => "Restores the newest backup into a throw-away place, which proves it.";

    public string Policy => Policies.MakeBackups;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var newest = await registry.Backups.Where(b => b.Status == BackupStatus.Completed && (!b.IsEncrypted || b.IsAuto))
            .OrderByDescending(b => b.CreatedAt).ThenByDescending(b => b.Id).Select(b => (int?)b.Id).FirstOrDefaultAsync(cancel);
        if (newest is not { } id)
        {
            return new Outcome<string>.Refused("", "There is no backup yet that could be drilled. Make one first.");
        }

        var begun = await backups.DrillAsync(id, passphrase: null, cancel);
        if (begun is not Outcome<BackupRow>.Done)
        {
            return new Outcome<string>.Refused("", begun.ProblemWith($"Backup {id}")!);
        }

        await runner.Finished.WaitAsync(cancel);
        return await backups.FindAsync(id, cancel) is { DrillFailure: { } failure }
            ? new Outcome<string>.Refused("", $"Backup {id} did not pass its drill: {failure}") : new Outcome<string>.Done($"Backup {id} passed its drill.");
    }
}
