using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Features.Backups.Settings;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// Backups and drills that nobody asked for by hand, from their beginning to their end. While something else is done with backups, they
/// wait.
/// </summary>
internal sealed class ScheduledBackups(
    IDbContextFactory<RegistryDbContext> registries,
    BackupSettingsReader settings,
    BackupService backups,
    BackupRunner runner,
    BackupActivity activity,
    BackupFiles files,
    CurrentUser caller,
    TimeProvider clock
)
{
    /// <summary>Makes a backup of what the settings say, which their rules let go again.</summary>
    /// <param name="trigger">The job that wants it: <see cref="BackupTrigger.Schedule"/> or <see cref="BackupTrigger.Increment"/>.</param>
    public async Task<Outcome<string>> BackUpAsync(BackupTrigger trigger, CancellationToken cancel)
    {
        await activity.WhenIdleAsync(cancel);
        var type = await TypeAsync(trigger, cancel);
        try
        {
            var form = (await settings.ReadAsync(cancel)).ToForm(type, $"Made by {caller.Actor.Name}.");
            return await runner.BackUpAsync(form, trigger, caller.Actor, cancel) switch
            {
                Outcome<BackupRun>.Ok { Value: var run } => await EndAsync(run, cancel),
                var other => new Outcome<string>.Invalid("", other.ProblemWith("The backup")!),
            };
        }
        catch (BackupFailedException e)
        {
            // What can't even be begun as it was asked for fails where everybody sees it, and is not made otherwise.
            await AddFailedAsync(trigger, type, e.Message, cancel);
            return new Outcome<string>.Invalid("", e.Message);
        }
    }

    /// <summary>Restores the newest backup whose passphrase the console has into a throw-away place.</summary>
    public async Task<Outcome<string>> DrillAsync(CancellationToken cancel)
    {
        await activity.WhenIdleAsync(cancel);
        return await BeginDrillAsync(cancel) switch
        {
            Outcome<BackupRun>.Ok { Value: var run } => await EndAsync(run, cancel),
            var other => new Outcome<string>.Invalid("", other.ProblemWith("The backup")!),
        };
    }

    /// <summary>Begins the same, unless something else is being done.</summary>
    public async Task<Outcome<BackupRun>> BeginDrillAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var newest = await registry
            .Backups.Where(b => b.Status == BackupStatus.Completed && (!b.IsEncrypted || b.IsAuto))
            .OrderByDescending(b => b.CreatedAt)
            .ThenByDescending(b => b.Id)
            .Select(b => (int?)b.Id)
            .FirstOrDefaultAsync(cancel);
        return newest is { } id
            ? await backups.BeginDrillAsync(id, passphrase: null, cancel)
            : new Outcome<BackupRun>.Invalid("", "No backup to test yet. Back up first.");
    }

    private async Task<BackupType> TypeAsync(BackupTrigger trigger, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var schedule = await BackupSchedule.ReadAsync(registry, clock.GetUtcNow(), cancel);
        var full = await registry
            .Backups.Where(b =>
                b.IsAuto && b.Type == BackupType.Full && b.Status == BackupStatus.Completed && b.Trigger != BackupTrigger.BeforeRestore
            )
            .OrderByDescending(b => b.Id)
            .Select(b => (DateTimeOffset?)b.CreatedAt)
            .FirstOrDefaultAsync(cancel);
        return trigger == BackupTrigger.Increment && schedule.Backups.Count > 0 && full is not null
            ? BackupType.Incremental
            : schedule.TypeAt(clock.GetUtcNow(), full);
    }

    /// <summary>Waits until what was begun has ended, or stops it.</summary>
    private async Task<Outcome<string>> EndAsync(BackupRun run, CancellationToken cancel)
    {
        await using (cancel.Register(run.Stop))
        {
            await run.Ended;
        }

        cancel.ThrowIfCancellationRequested();
        var id = run.BackupId;
        return await backups.FindAsync(id, cancel) switch
        {
            null => new Outcome<string>.Invalid("", $"Backup {id} was deleted while it was running."),
            { Status: BackupStatus.Failed } failed => new Outcome<string>.Invalid("", $"Backup {id} failed: {failed.Failure}"),
            { DrillFailure: { } failure } => new Outcome<string>.Invalid("", $"Backup {id} failed its restore test: {failure}"),
            { DrilledAt: null } => new Outcome<string>.Ok($"Backup {id} was made."),
            _ => new Outcome<string>.Ok($"Backup {id} passed its restore test."),
        };
    }

    private async Task AddFailedAsync(BackupTrigger trigger, BackupType type, string why, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        registry.Add(
            new Backup
            {
                Name = files.NewName(trigger, type),
                Type = type,
                Trigger = trigger,
                Status = BackupStatus.Failed,
                Failure = why,
                IsAuto = true,
                CreatedAt = clock.GetUtcNow(),
            }
        );
        await registry.SaveChangesAsync(cancel);
    }
}
