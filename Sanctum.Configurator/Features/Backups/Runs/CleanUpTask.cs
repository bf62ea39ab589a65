using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Features.Backups.Targets;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>Deletes from this machine what its rules let go.</summary>
internal sealed class CleanUpTask(BackupCleaner cleaner, IDbContextFactory<RegistryDbContext> registries, TimeProvider clock) : IBuiltInTask
{
    public string Name => BackupActs.CleanUp;

    public string Description => "Deletes the backups that the retention rules of this machine no longer keep.";

    public string Policy => Policies.RestoreBackups;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var deleted = await cleaner.CleanAsync(registry, clock.GetUtcNow(), cancel);
        return new Outcome<string>.Ok($"{deleted} {(deleted == 1 ? "backup was" : "backups were")} deleted from this machine.");
    }
}
