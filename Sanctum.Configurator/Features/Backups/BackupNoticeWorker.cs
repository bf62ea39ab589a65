using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>
/// Tells the operator when a backup failed, is overdue, did not pass its restore test or does not reach a target, and when that is over.
/// </summary>
internal sealed partial class BackupNoticeWorker(
    IServiceScopeFactory scopes,
    Notifier notifier,
    TimeProvider clock,
    ILogger<BackupNoticeWorker> log
) : BackgroundService
{
    internal const string Failed = "backups:failed";
    internal const string Overdue = "backups:overdue";
    internal const string Drill = "backups:drill";
    internal const string Copies = "backups:copies";

    private static readonly TimeSpan Glance = TimeSpan.FromMinutes(1);

    /// <summary>A backup that is due takes its time, and a console that slept over it needs a moment.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>So long without one, and it is an error.</summary>
    private static readonly TimeSpan TooLong = TimeSpan.FromDays(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Glance, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await TickAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        }
    }

    internal async Task TickAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        await TellAsync(Failed, await FailedAsync(registry, cancel), cancel);
        await TellAsync(Drill, await DrillAsync(registry, cancel), cancel);
        await TellAsync(Overdue, await OverdueAsync(registry, now, cancel), cancel);
        await TellAsync(Copies, await CopiesAsync(registry, cancel), cancel);
    }

    private Task TellAsync(string key, Notice? notice, CancellationToken cancel) =>
        notice is null
            ? notifier.ResolveAsync(key, cancel)
            : notifier.RaiseAsync(notice with { Link = Urls.Backups, GroupKey = key, IsLasting = true }, cancel);

    /// <summary>The newest one counts: after one that went well, the failure is over.</summary>
    internal static async Task<Notice?> FailedAsync(RegistryDbContext registry, CancellationToken cancel) =>
        await registry
            .Backups.AsNoTracking()
            .Where(b => b.Status != BackupStatus.InProgress)
            .OrderByDescending(b => b.Id)
            .FirstOrDefaultAsync(cancel)
            is { Status: BackupStatus.Failed } failed
            ? new(NoticeLevel.Error, NoticeSources.Backups, "The newest backup failed") { Message = failed.Failure }
            : null;

    internal static async Task<Notice?> DrillAsync(RegistryDbContext registry, CancellationToken cancel) =>
        await registry
            .Backups.AsNoTracking()
            .Where(b => b.DrilledAt != null)
            .OrderByDescending(b => b.DrilledAt)
            .ThenByDescending(b => b.Id)
            .FirstOrDefaultAsync(cancel)
            is { DrillFailure: { } failure } drilled
            ? new(NoticeLevel.Error, NoticeSources.Backups, "A backup failed its restore test") { Message = $"{drilled.Name}: {failure}" }
            : null;

    internal static async Task<Notice?> OverdueAsync(RegistryDbContext registry, DateTimeOffset now, CancellationToken cancel)
    {
        var schedule = await BackupSchedule.ReadAsync(registry, now, cancel);
        var installed = await registry.SystemConfig.Select(config => config.CreatedAt).SingleAsync(cancel);
        var last = await registry
            .Backups.Where(b => b.Status == BackupStatus.Completed)
            .OrderByDescending(b => b.CreatedAt)
            .Select(b => (DateTimeOffset?)b.CreatedAt)
            .FirstOrDefaultAsync(cancel);
        return schedule.NextBackup(last ?? installed) is not { } due || now - due < Grace
            ? null
            : new(
                now - (last ?? installed) >= TooLong ? NoticeLevel.Error : NoticeLevel.Warning,
                NoticeSources.Backups,
                "A backup is overdue"
            )
            {
                Message = string.Create(
                    CultureInfo.InvariantCulture,
                    $"It was due at {due.UtcDateTime:yyyy-MM-dd HH:mm} UTC; the last one {(last is { } at ? $"is from {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "was never made")}. Back up now and check why its job did not run."
                ),
            };
    }

    internal static async Task<Notice?> CopiesAsync(RegistryDbContext registry, CancellationToken cancel) =>
        await registry
            .BackupCopies.AsNoTracking()
            .Where(c => c.State == CopyState.Failed)
            .Join(
                registry.BackupTargets.Where(t => t.IsOn),
                c => c.TargetId,
                t => t.Id,
                (copy, target) =>
                    new
                    {
                        target.Name,
                        copy.Failure,
                        copy.Id,
                    }
            )
            .OrderByDescending(c => c.Id)
            .FirstOrDefaultAsync(cancel)
            is { } failed
            ? new(NoticeLevel.Warning, NoticeSources.Backups, $"Backups can't be copied to {failed.Name}") { Message = failed.Failure }
            : null;

    [LoggerMessage(LogLevel.Error, "The notifications about backups could not be updated; retrying")]
    private partial void LogFailed(Exception exception);
}
