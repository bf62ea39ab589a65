using Sanctum.Configurator.Platform.Cron;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.Backups.Retention;

/// <summary>When the console backs up by itself: what the jobs that do it say.</summary>
/// <param name="Backups">Of the jobs that back up fully, or by an increment where the last full backup is not old enough.</param>
/// <param name="Increments">Of the jobs that make the small ones between them.</param>
/// <param name="FullEveryDays">Days from one full backup to the next.</param>
public sealed record BackupSchedule(IReadOnlyList<CronSchedule> Backups, IReadOnlyList<CronSchedule> Increments, int FullEveryDays = 1)
{
    /// <summary>A backup further in the future than this was made before the clock was put back.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>The schedule in force: of the jobs that are enabled, not paused, and can be read.</summary>
    public static async Task<BackupSchedule> ReadAsync(RegistryDbContext registry, DateTimeOffset now, CancellationToken cancel)
    {
        var jobs = await registry
            .ScheduledJobs.AsNoTracking()
            .Where(j => j.Action == BackupActs.BackUp || j.Action == BackupActs.Increment)
            .Where(j => j.IsEnabled && j.Status == JobStatus.Active && (j.PausedUntil == null || j.PausedUntil <= now))
            .Select(j => new
            {
                j.Action,
                j.CronExpression,
                j.TimeZone,
            })
            .ToListAsync(cancel);
        var read = jobs.ConvertAll(j => (j.Action, Schedule: CronSchedule.Read(j.CronExpression, j.TimeZone, out _)))
            .FindAll(j => j.Schedule is not null);
        var days = await registry.BackupSettings.Select(s => (int?)s.FullEveryDays).SingleOrDefaultAsync(cancel);
        return new(TimesOf(BackupActs.BackUp), TimesOf(BackupActs.Increment), days ?? 1);

        IReadOnlyList<CronSchedule> TimesOf(string act) => [.. read.Where(j => j.Action == act).Select(j => j.Schedule!)];
    }

    /// <summary>When a backup other than an increment is due first after a moment; null where none is wanted.</summary>
    public DateTimeOffset? NextBackup(DateTimeOffset after) => Backups.Min(schedule => schedule.Next(after));

    /// <summary>
    /// All times after one moment and up to another, the newest first, and of each whether a backup other than an increment is due.
    /// </summary>
    public IEnumerable<(DateTimeOffset At, bool IsBackup)> Between(DateTimeOffset after, DateTimeOffset until)
    {
        var backups = Backups.SelectMany(schedule => TimesOf(schedule, after, until)).ToHashSet();
        return Increments
            .SelectMany(schedule => TimesOf(schedule, after, until))
            .Concat(backups)
            .Distinct()
            .OrderDescending()
            .Select(at => (at, backups.Contains(at)));
    }

    /// <summary>
    /// Whether one that is made now is full: the last full one is old enough. Half a day less, or one that began late would put off the
    /// next by a day.
    /// </summary>
    /// <param name="lastFull">Null where there is none.</param>
    public BackupType TypeAt(DateTimeOffset now, DateTimeOffset? lastFull) =>
        lastFull > now.AddDays(-FullEveryDays + 0.5) && lastFull <= now + Ahead ? BackupType.Incremental : BackupType.Full;

    private static IEnumerable<DateTimeOffset> TimesOf(CronSchedule schedule, DateTimeOffset after, DateTimeOffset until)
    {
        for (var time = schedule.Next(after); time <= until; time = schedule.Next(time.Value))
        {
            yield return time.Value;
        }
    }
}
