using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Features.Backups.Settings;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Makes and drills the backups that are due and deletes those whose time is over. One that failed does not stop the next.</summary>
internal sealed partial class BackupWorker(
    IServiceScopeFactory scopes, BackupRunner runner, BackupActivity activity, BackupFiles files, TimeProvider clock, ILogger<BackupWorker> log) : BackgroundService
{
    private const int Recent = 64;

    private static readonly TimeSpan Glance = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Glance, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await TickAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
    }

    /// <summary>
    /// What is due now. A console that slept over its time makes the backup when it wakes; one that was installed after it waits for the
    /// next day.
    /// </summary>
    internal async Task TickAsync(CancellationToken cancel)
    {
        if (activity.Current is not null)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        await scope.ServiceProvider.GetRequiredService<BackupCleaner>().CleanAsync(registry, now, cancel);
        var settings = await registry.BackupSettings.AsNoTracking().SingleOrDefaultAsync(cancel) ?? new();
        var schedule = BackupSchedule.Of(settings);
        if (await DueAsync(registry, schedule, now, cancel) is { } due)
        {
            await BackUpAsync(scope.ServiceProvider, registry, schedule, due, now, cancel);
        }
        else if (settings.Drill == DrillRhythm.Daily)
        {
            await DrillAsync(scope.ServiceProvider, registry, settings.DailyAt ?? new(3, 0), now, cancel);
        }
    }

    private static async Task<DueBackup?> DueAsync(RegistryDbContext registry, BackupSchedule schedule, DateTimeOffset now, CancellationToken cancel)
    {
        var installed = await registry.SystemConfig.Select(config => config.CreatedAt).SingleAsync(cancel);
        var made = await registry.Backups.AsNoTracking().Where(b => b.IsAuto && !b.Name.Contains(RestoreService.BeforeRestore))
            .OrderByDescending(b => b.Id).Take(Recent).Select(b => new ScheduledBackup(b.Type, b.Status, b.CreatedAt)).ToListAsync(cancel);
        if (!made.Any(b => b is { Type: BackupType.Full, Status: not BackupStatus.Failed })
            && await registry.Backups.AsNoTracking().Where(b => b.IsAuto && b.Type == BackupType.Full && b.Status != BackupStatus.Failed && !b.Name.Contains(RestoreService.BeforeRestore))
                .OrderByDescending(b => b.Id).Select(b => new ScheduledBackup(b.Type, b.Status, b.CreatedAt)).FirstOrDefaultAsync(cancel) is { } full)
        {
            made.Add(full);
        }

        return schedule.DueAt(now, installed, made);
    }

    private async Task BackUpAsync(IServiceProvider services, RegistryDbContext registry, BackupSchedule schedule, DueBackup due, DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            var settings = await services.GetRequiredService<BackupSettingsReader>().ReadAsync(cancel);
            var form = settings.ToForm(due.Type, due.Reason == BackupSchedule.Daily ? "The daily backup." : "Made between the daily ones.");
            await runner.BackUpAsync(form, due.Reason, isAuto: true, Actor.Console, cancel, mayBegin: async unit =>
            {
                // Several consoles may share the registry: who comes second sees the first one's row, as nobody else writes meanwhile.
                await unit.BeginWritingAsync(cancel);
                return await DueAsync(unit, schedule, now, cancel) == due;
            });
        }
        catch (BackupFailedException e)
        {
            // What can't even be begun as it was asked for fails where everybody sees it, and is not made otherwise.
            LogFailed(e);
            registry.Add(new Backup
            {
                Name = files.NewName(due.Reason),
                Type = due.Type,
                Status = BackupStatus.Failed,
                Failure = e.Message,
                IsAuto = true,
                CreatedAt = now,
            });
            await registry.SaveChangesAsync(cancel);
        }
    }

    /// <summary>Drills the newest backup once a day, where nobody has and the console has its passphrase.</summary>
    private async Task DrillAsync(IServiceProvider services, RegistryDbContext registry, TimeOnly dailyAt, DateTimeOffset now, CancellationToken cancel)
    {
        var due = BackupSchedule.LastDue(dailyAt, now);
        var newest = await registry.Backups.AsNoTracking().Where(b => b.Status == BackupStatus.Completed && (!b.IsEncrypted || b.IsAuto))
            .OrderByDescending(b => b.CreatedAt).ThenByDescending(b => b.Id).FirstOrDefaultAsync(cancel);
        if (newest is { DrilledAt: null } && files.IsThere(newest.FilePath) && !await registry.Backups.AnyAsync(b => b.DrilledAt >= due && b.DrilledAt <= now, cancel))
        {
            var passphrase = newest.IsEncrypted ? (await services.GetRequiredService<BackupSettingsReader>().ReadAsync(cancel)).Passphrase : null;
            runner.Drill(newest, passphrase, Actor.Console);
        }
    }

    [LoggerMessage(LogLevel.Error, "The backup that was due could not be begun, or an old one not be deleted")]
    private partial void LogFailed(Exception exception);
}
