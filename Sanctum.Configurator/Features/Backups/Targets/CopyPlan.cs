using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>What is to be done in one target now.</summary>
/// <param name="Due">Copies to be made, the oldest first.</param>
/// <param name="Gone">Copies that the rules let go.</param>
internal sealed record CopyPlan(IReadOnlyList<BackupCopy> Due, IReadOnlyList<BackupCopy> Gone)
{
    /// <summary>Writes down which backups the target is to get, and says what is to be done there now.</summary>
    public static async Task<CopyPlan> MakeAsync(
        RegistryDbContext registry,
        BackupTarget target,
        BackupFiles files,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var copies = await registry.BackupCopies.Where(c => c.TargetId == target.Id).ToDictionaryAsync(c => c.BackupId, cancel);
        var backups = await registry.Backups.AsNoTracking().Where(b => b.Status == BackupStatus.Completed).ToListAsync(cancel);
        var reachable = backups
            .Where(b => copies.GetValueOrDefault(b.Id)?.State == CopyState.Stored || (b.DrillFailure is null && files.IsThere(b.FilePath)))
            .ToList();
        var kept = KeepRules.Of(target).Judge(reachable.Select(KeepItem.Of), now).Where(d => d.IsKept).Select(d => d.Item.Id).ToHashSet();

        registry.AddRange(
            reachable
                .Where(b => kept.Contains(b.Id) && !copies.ContainsKey(b.Id))
                .Select(b => new BackupCopy
                {
                    BackupId = b.Id,
                    TargetId = target.Id,
                    RetryAt = now,
                    CreatedAt = now,
                })
        );

        // What the rules let go before it was there is not wanted any more.
        var reached = reachable.Select(b => b.Id).ToHashSet();
        registry.RemoveRange(
            copies.Values.Where(c =>
                c is { State: not CopyState.Stored, RetryAt: not null } && reached.Contains(c.BackupId) && !kept.Contains(c.BackupId)
            )
        );
        try
        {
            await registry.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException)
        {
            // Another console of this registry plans the same, or the backup was deleted meanwhile; the next look sees how it ended.
            registry.ChangeTracker.Clear();
        }

        var all = await registry.BackupCopies.AsNoTracking().Where(c => c.TargetId == target.Id).ToListAsync(cancel);
        var order = backups.OrderBy(b => b.CreatedAt).ThenBy(b => b.Id).Select((b, at) => (b.Id, at)).ToDictionary(b => b.Id, b => b.at);
        return new(
            [
                .. all.Where(c => c.State != CopyState.Stored && c.RetryAt is { } at && !BackupCopier.IsToCome(at, now))
                    .OrderBy(c => order.GetValueOrDefault(c.BackupId)),
            ],
            [.. all.Where(c => c.State == CopyState.Stored && reached.Contains(c.BackupId) && !kept.Contains(c.BackupId))]
        );
    }
}
