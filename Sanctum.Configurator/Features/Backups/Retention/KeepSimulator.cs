using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Retention;

/// <summary>A backup on the timeline.</summary>
/// <param name="Reasons">Why it is kept; none where it is let go.</param>
public sealed record SimulatedBackup(DateTimeOffset CreatedAt, BackupType? Type, string? Name, bool IsKept, IReadOnlyList<string> Reasons);

/// <summary>What rules make of backups.</summary>
/// <param name="Made">How many there would be if none were ever let go.</param>
/// <param name="Backups">The newest first.</param>
public sealed record Simulation(DateTimeOffset From, DateTimeOffset To, int Made, int Kept, IReadOnlyList<SimulatedBackup> Backups)
{
    public PageOf<SimulatedBackup> Page(int skip, int take, bool keptOnly)
    {
        var chosen = keptOnly ? [.. Backups.Where(backup => backup.IsKept)] : Backups;
        return new([.. chosen.Skip(skip).Take(take)], chosen.Count);
    }
}

/// <summary>Says what rules would keep, before they do.</summary>
internal static class KeepSimulator
{
    /// <summary>More than these are not played through: of a schedule, only the newest.</summary>
    public const int Most = 5000;

    private const int LeastDays = 14;
    private const int MostDays = 3660;

    /// <summary>Times of a schedule are looked for in stretches of this.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromDays(28);

    /// <summary>What would be there now if the schedule had been followed until now.</summary>
    /// <param name="days">For how long; null for as long as the rules reach.</param>
    public static Simulation Play(KeepRules rules, BackupSchedule schedule, DateTimeOffset now, int? days = null)
    {
        var from = now.AddDays(-Math.Clamp(days ?? ReachOf(rules, schedule, now), 1, MostDays));
        var items = Moments(schedule, from, now).ToList();
        var types = items.ToDictionary(item => item.Item.Id, item => (BackupType?)item.Type);
        return Judge(rules, [.. items.Select(item => item.Item)], items.Count > 0 ? items[^1].Item.CreatedAt : from, now, types);
    }

    /// <summary>What of the present backups would be kept.</summary>
    public static Simulation Play(KeepRules rules, IReadOnlyList<KeepItem> present, DateTimeOffset now) =>
        Judge(rules, present, present.Count > 0 ? present.Min(item => item.CreatedAt) : now, now, []);

    private static Simulation Judge(
        KeepRules rules,
        IReadOnlyList<KeepItem> items,
        DateTimeOffset from,
        DateTimeOffset now,
        Dictionary<int, BackupType?> types
    )
    {
        var judged = rules
            .Judge(items, now)
            .Select(decision => new SimulatedBackup(
                decision.Item.CreatedAt,
                types.GetValueOrDefault(decision.Item.Id),
                types.Count > 0 ? null : decision.Item.Name,
                decision.IsKept,
                decision.Reasons
            ))
            .ToList();
        return new(from, now, judged.Count, judged.Count(backup => backup.IsKept), judged);
    }

    /// <summary>Days until the longest rule has nothing more to let go, with some to spare.</summary>
    private static int ReachOf(KeepRules rules, BackupSchedule schedule, DateTimeOffset now)
    {
        var apart = Window.TotalDays / Math.Max(1, schedule.Between(now - Window, now).Count());
        double[] days =
        [
            LeastDays,
            rules.KeepDays ?? 0,
            (rules.KeepLast ?? 0) * apart,
            (rules.KeepHourly ?? 0) * Math.Max(apart, 1 / 24.0),
            (rules.KeepDaily ?? 0) * Math.Max(apart, 1),
            (rules.KeepWeekly ?? 0) * 7.0,
            (rules.KeepMonthly ?? 0) * 30.5,
            (rules.KeepYearly ?? 0) * 365.25,
        ];
        return (int)Math.Min(MostDays, (days.Max() * 1.1) + schedule.FullEveryDays);
    }

    /// <summary>The newest first.</summary>
    private static IEnumerable<(KeepItem Item, BackupType Type)> Moments(BackupSchedule schedule, DateTimeOffset from, DateTimeOffset now)
    {
        var times = TimesOf(schedule, from, now).Take(Most).Reverse().ToList();
        var made = new List<(KeepItem, BackupType)>(times.Count);
        DateTimeOffset? full = null;
        foreach (var (at, isBackup) in times)
        {
            var isFull = full is null || ((isBackup || schedule.Backups.Count == 0) && schedule.TypeAt(at, full) == BackupType.Full);
            full = isFull ? at : full;
            var number = made.Count + 1;
            var item = new KeepItem(
                number,
                "the next one",
                at,
                IsProven: true,
                ArchiveId: IdOf(number),
                ParentArchiveId: isFull ? null : IdOf(number - 1)
            );
            made.Add((item, isFull ? BackupType.Full : BackupType.Incremental));
        }

        made.Reverse();
        return made;
    }

    private static Guid IdOf(int number) => new(number, 0, 0, new byte[8]);

    /// <summary>When the schedule backs up, the newest first.</summary>
    private static IEnumerable<(DateTimeOffset At, bool IsBackup)> TimesOf(BackupSchedule schedule, DateTimeOffset from, DateTimeOffset now)
    {
        for (var end = now; end >= from; end -= Window)
        {
            foreach (var time in schedule.Between(end - Window, end).TakeWhile(time => time.At > from))
            {
                yield return time;
            }
        }
    }
}
