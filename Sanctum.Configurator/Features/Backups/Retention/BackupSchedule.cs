using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Retention;

/// <summary>A backup that was made on schedule, as the schedule looks back at it.</summary>
public sealed record ScheduledBackup(BackupType Type, BackupStatus Status, DateTimeOffset CreatedAt);

/// <summary>A backup that is due.</summary>
/// <param name="Reason">What its name says: "daily" or "increment".</param>
public sealed record DueBackup(BackupType Type, string Reason);

/// <summary>When the console backs up by itself.</summary>
/// <param name="DailyAt">In UTC; null for never.</param>
public sealed record BackupSchedule(TimeOnly? DailyAt, int FullEveryDays = 1, int? IncrementEveryMinutes = null)
{
    public const string Daily = "daily";
    public const string Increment = "increment";

    /// <summary>One that failed is tried again so much later,</summary>
    internal static readonly TimeSpan Again = TimeSpan.FromHours(1);

    /// <summary>so often until the next is due anyway.</summary>
    internal const int Tries = 3;

    /// <summary>A backup further in the future than this was made before the clock was put back.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static BackupSchedule Of(BackupSettings settings) => new(settings.DailyAt, settings.FullEveryDays, settings.IncrementEveryMinutes);

    /// <summary>The newest moment up to now at which a daily backup was due; null where none is wanted.</summary>
    public static DateTimeOffset? LastDue(TimeOnly? dailyAt, DateTimeOffset now)
    {
        if (dailyAt is not { } time)
        {
            return null;
        }

        var today = new DateTimeOffset(now.UtcDateTime.Date.Add(time.ToTimeSpan()), TimeSpan.Zero);
        return today <= now ? today : today - Day;
    }

    /// <summary>What is due now; null for nothing.</summary>
    /// <param name="made">What was made on schedule, in the order in which it was made, the last one first; the newest few dozen are enough.</param>
    /// <param name="installed">A console that was installed after the daily time waits for the next day.</param>
    public DueBackup? DueAt(DateTimeOffset now, DateTimeOffset installed, IReadOnlyList<ScheduledBackup> made)
    {
        // A clock that was put back would find backups in its future for as long as it was ahead. What was made last tells: one more is
        // made then, and from there on time goes on as ever.
        var past = made is [var newest, ..] && newest.CreatedAt > now + Ahead ? [] : made;
        var daily = LastDue(DailyAt, now);
        if (daily is { } due && IsOpen(due, now, installed, past))
        {
            return new(TypeAt(now, past), Daily);
        }

        var last = past is [var before, ..] ? before.CreatedAt : installed;
        return IncrementEveryMinutes is not { } minutes || !IsOpen(last.AddMinutes(minutes), now, installed, past) ? null
            : new(DailyAt is null || !past.Any(IsFull) ? TypeAt(now, past) : BackupType.Incremental, Increment);
    }

    private static bool IsFull(ScheduledBackup backup) => backup is { Type: BackupType.Full, Status: not BackupStatus.Failed };

    /// <summary>Whether what was due then is still to be made.</summary>
    private static bool IsOpen(DateTimeOffset due, DateTimeOffset now, DateTimeOffset installed, IReadOnlyList<ScheduledBackup> past)
    {
        var since = past.TakeWhile(backup => backup.CreatedAt >= due).ToList();
        return due <= now && installed < due
            && (since.Count == 0 || (since.Count < Tries && since.All(backup => backup.Status == BackupStatus.Failed) && since[0].CreatedAt + Again <= now));
    }

    /// <summary>Full where the last full one is old enough. Half a day less, or one that began late would put off the next by a day.</summary>
    private BackupType TypeAt(DateTimeOffset now, IReadOnlyList<ScheduledBackup> past) =>
        past.FirstOrDefault(IsFull) is { } full && full.CreatedAt > now.AddDays(-FullEveryDays + 0.5) ? BackupType.Incremental : BackupType.Full;
}
