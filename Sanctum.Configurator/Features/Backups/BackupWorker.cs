using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Makes the daily backup and deletes those whose time is over. One that failed does not stop the next.</summary>
internal sealed partial class BackupWorker(
    IServiceScopeFactory scopes, BackupRunner runner, BackupFiles files, IOptionsMonitor<BackupOptions> options, TimeProvider clock, ILogger<BackupWorker> log) : BackgroundService
{
    private static readonly TimeSpan Glance = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The newest moment up to now at which a daily backup was due; null where none is wanted.</summary>
    internal static DateTimeOffset? LastDue(TimeOnly? dailyAt, DateTimeOffset now)
    {
        if (dailyAt is not { } time)
        {
            return null;
        }

        var today = new DateTimeOffset(now.UtcDateTime.Date.Add(time.ToTimeSpan()), TimeSpan.Zero);
        return today <= now ? today : today - Day;
    }

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
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        await DeleteExpiredAsync(registry, now, cancel);
        if (LastDue(options.CurrentValue.DailyAt, now) is not { } due)
        {
            return;
        }

        var installed = await registry.SystemConfig.Select(config => config.CreatedAt).SingleAsync(cancel);
        if (installed < due && !await registry.Backups.AnyAsync(b => b.IsAuto && b.CreatedAt >= due && !b.Name.Contains(RestoreService.BeforeRestore), cancel))
        {
            var form = new BackupForm { Note = "The daily backup.", Passphrase = options.CurrentValue.PassphraseOrNull };
            await runner.BackUpAsync(form, "daily", isAuto: true, Actor.Console, cancel);
        }
    }

    /// <summary>The newest backup that was proven stays, however old it is.</summary>
    private async Task DeleteExpiredAsync(RegistryDbContext registry, DateTimeOffset now, CancellationToken cancel)
    {
        var good = await registry.Backups.Where(b => b.Status == BackupStatus.Completed && b.DrilledAt != null && b.DrillFailure == null)
            .OrderByDescending(b => b.CreatedAt).Select(b => b.Id).FirstOrDefaultAsync(cancel);
        foreach (var expired in await registry.Backups.Where(b => b.ExpiresAt < now && b.Status != BackupStatus.InProgress && b.Id != good).ToListAsync(cancel))
        {
            registry.Remove(expired);
            await registry.SaveChangesAsync(cancel);
            files.Delete(expired.FilePath);
            LogDeleted(expired.Name);
        }
    }

    [LoggerMessage(LogLevel.Error, "The daily backup could not be begun, or an old one not be deleted")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Information, "The time of the backup {Name} was over; it was deleted")]
    private partial void LogDeleted(string name);
}
