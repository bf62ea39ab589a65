using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>Deletes from this machine what its rules let go. The list forgets a backup when no target holds it any more.</summary>
internal sealed partial class BackupCleaner(BackupFiles files, BackupCopies inTargets, ILogger<BackupCleaner> log)
{
    /// <summary>When this machine lets go of an automatic backup that is made now; null where age alone does not say.</summary>
    internal static async Task<DateTimeOffset?> ExpiryAsync(RegistryDbContext registry, DateTimeOffset now, CancellationToken cancel) =>
        (await RulesAsync(registry, cancel)).ExpiryOf(now);

    /// <returns>How many files were deleted.</returns>
    internal async Task<int> CleanAsync(RegistryDbContext registry, DateTimeOffset now, CancellationToken cancel)
    {
        var deleted = 0;
        var failed = now.AddDays(-KeepRules.AsideDays);
        registry.RemoveRange(
            await registry.Backups.Where(b => b.IsAuto && b.Status == BackupStatus.Failed && b.CreatedAt < failed).ToListAsync(cancel)
        );
        var rules = await RulesAsync(registry, cancel);
        var here = (await registry.Backups.Where(b => b.Status == BackupStatus.Completed).ToListAsync(cancel))
            .Where(b => files.IsThere(b.FilePath))
            .ToDictionary(b => b.Id);
        foreach (var backup in here.Values.Where(b => b.IsAuto && b.ExpiresAt != rules.ExpiryOf(b.CreatedAt)))
        {
            backup.ExpiresAt = rules.ExpiryOf(backup.CreatedAt);
        }

        await registry.SaveChangesAsync(cancel);
        var copies = (await registry.BackupCopies.AsNoTracking().ToListAsync(cancel)).ToLookup(c => c.BackupId);
        var on = await registry.BackupTargets.Where(t => t.IsOn).Select(t => t.Id).ToListAsync(cancel);
        foreach (var decision in rules.Judge(here.Values.Select(KeepItem.Of), now).Where(d => !d.IsKept && !inTargets.IsOnLoan(d.Item.Id)))
        {
            var (backup, own) = (
                here[decision.Item.Id],
                copies[decision.Item.Id].Where(c => on.Contains(c.TargetId) || c.State == CopyState.Stored).ToList()
            );

            // A copy that is still to be made needs the file.
            if (!own.Any(c => c.State == CopyState.Waiting || (c.State == CopyState.Failed && c.RetryAt is not null)))
            {
                await LetGoAsync(registry, backup, isHeld: own.Any(c => c.State == CopyState.Stored), cancel);
                deleted++;
            }
        }

        return deleted;
    }

    private async Task LetGoAsync(RegistryDbContext registry, Backup backup, bool isHeld, CancellationToken cancel)
    {
        if (!isHeld)
        {
            // The row first: a row without its file would promise what is not there.
            registry.Remove(backup);
            await registry.SaveChangesAsync(cancel);
        }

        files.Delete(backup.FilePath);
        LogDeleted(backup.Name, isHeld);
    }

    private static async Task<KeepRules> RulesAsync(RegistryDbContext registry, CancellationToken cancel) =>
        await registry.BackupTargets.AsNoTracking().FirstOrDefaultAsync(t => t.Kind == BackupTargetKind.Local, cancel) is { } local
            ? KeepRules.Of(local)
            : new();

    [LoggerMessage(
        LogLevel.Information,
        "The backup {Name} was deleted from this machine by its retention rules. Stored elsewhere: {IsHeld}"
    )]
    private partial void LogDeleted(string name, bool isHeld);
}
