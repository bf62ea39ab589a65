using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Retention;

/// <summary>A backup as the rules see it.</summary>
/// <param name="IsWhole">No drill found it damaged. What is not whole never stands for its day.</param>
/// <param name="IsGeneration">Made on schedule. What was taken just before a restore stands beside the generations and ages.</param>
public sealed record KeepItem(
    int Id,
    string Name,
    DateTimeOffset CreatedAt,
    bool IsAuto = true,
    DateTimeOffset? ExpiresAt = null,
    bool IsProven = false,
    bool IsWhole = true,
    bool IsGeneration = true,
    Guid? ArchiveId = null,
    Guid? ParentArchiveId = null
)
{
    public static KeepItem Of(Backup backup) =>
        new(
            backup.Id,
            backup.Name,
            backup.CreatedAt,
            backup.IsAuto,
            backup.ExpiresAt,
            backup.DrilledAt is not null && backup.IsKept,
            backup.DrillFailure is null,
            backup.Trigger != BackupTrigger.BeforeRestore,
            backup.ArchiveId,
            backup.ParentArchiveId
        );
}

/// <summary>Whether a backup is kept: it is where there is a reason.</summary>
/// <param name="Reasons">Each a few words, such as "newest of 14 March 2026"; none where it is let go.</param>
public sealed record KeepDecision(KeepItem Item, IReadOnlyList<string> Reasons)
{
    public bool IsKept => Reasons.Count > 0;
}

/// <summary>
/// For how long a target keeps what the console backed up by itself. A backup stays while any rule wants it; where no rule is set, all
/// stay. Days, weeks (ISO 8601) and so on are those of UTC, and count only where they hold a backup.
/// </summary>
public sealed record KeepRules(
    [property: Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)] int? KeepLast = null,
    [property: Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)] int? KeepDays = null,
    [property: Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)] int? KeepHourly = null,
    [property: Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)] int? KeepDaily = null,
    [property: Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)] int? KeepWeekly = null,
    [property: Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)] int? KeepMonthly = null,
    [property: Range(0, KeepRules.Most, ErrorMessage = KeepRules.Limits)] int? KeepYearly = null
)
{
    public const int Most = 10000;
    internal const string Limits = "Enter a whole number from 0 to 10000, or leave this empty.";

    /// <summary>How long what failed, was damaged or was taken before a restore is kept where age does not count.</summary>
    internal const int AsideDays = 30;

    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    public static KeepRules Of(BackupTarget target) =>
        new(
            target.KeepLast,
            target.KeepDays,
            target.KeepHourly,
            target.KeepDaily,
            target.KeepWeekly,
            target.KeepMonthly,
            target.KeepYearly
        );

    /// <summary>No rule is set: everything is kept.</summary>
    public bool KeepAll => !Counts.Append(KeepDays).Any(count => count > 0);

    private IEnumerable<int?> Counts => [KeepLast, KeepHourly, KeepDaily, KeepWeekly, KeepMonthly, KeepYearly];

    /// <summary>When a backup made now will be let go, where age alone decides; null where that can't be said.</summary>
    public DateTimeOffset? ExpiryOf(DateTimeOffset createdAt) =>
        KeepDays is > 0 && !Counts.Any(count => count > 0) ? createdAt.AddDays(KeepDays.Value) : null;

    /// <summary>The rules in a few words.</summary>
    public string InWords()
    {
        var words = new List<string>();
        void Add(int? count, string text)
        {
            if (count is > 0)
            {
                words.Add(string.Create(English, $"{count} {text}"));
            }
        }

        Add(KeepLast, "newest");
        Add(KeepDays, KeepDays == 1 ? "day" : "days");
        Add(KeepHourly, "hourly");
        Add(KeepDaily, "daily");
        Add(KeepWeekly, "weekly");
        Add(KeepMonthly, "monthly");
        Add(KeepYearly, "yearly");
        return words.Count == 0 ? "Everything" : string.Join(", ", words);
    }

    /// <summary>Decides on everything that one target holds.</summary>
    /// <returns>The newest first.</returns>
    public IReadOnlyList<KeepDecision> Judge(IEnumerable<KeepItem> held, DateTimeOffset now)
    {
        var items = held.OrderByDescending(item => item.CreatedAt).ThenByDescending(item => item.Id).ToList();
        var reasons = items.ToDictionary(item => item.Id, _ => new List<string>());
        foreach (var item in items)
        {
            reasons[item.Id].AddRange(AloneReasons(item, now));
        }

        KeepGenerations([.. items.Where(item => item is { IsAuto: true, IsWhole: true, IsGeneration: true })], reasons);
        KeepTheLastGoodOne(items, reasons);
        KeepAncestors(items, reasons);
        return [.. items.Select(item => new KeepDecision(item, reasons[item.Id]))];
    }

    /// <summary>What can be said of a backup without looking at the others.</summary>
    private IEnumerable<string> AloneReasons(KeepItem item, DateTimeOffset now)
    {
        var days =
            item is { IsWhole: true, IsGeneration: true } ? KeepDays
            : KeepDays is > 0 ? KeepDays
            : AsideDays;
        if (!item.IsAuto)
        {
            if (item.ExpiresAt is not { } end)
            {
                yield return "made by hand";
            }
            else if (end > now)
            {
                yield return string.Create(English, $"made by hand, until {end.UtcDateTime:d MMMM yyyy}");
            }
        }
        else if (KeepAll)
        {
            yield return "everything is kept";
        }
        else if (days is > 0 && item.CreatedAt > now.AddDays(-days.Value))
        {
            yield return string.Create(English, $"younger than {days} {(days == 1 ? "day" : "days")}");
        }
    }

    private void KeepGenerations(List<KeepItem> items, Dictionary<int, List<string>> reasons)
    {
        foreach (var (item, number) in items.Take(KeepLast ?? 0).Select((item, at) => (item, at + 1)))
        {
            reasons[item.Id].Add(string.Create(English, $"number {number} of the newest {KeepLast}"));
        }

        KeepNewestOfEach(items, KeepHourly, at => at.ToString("d MMMM yyyy, HH:'00'", English), reasons);
        KeepNewestOfEach(items, KeepDaily, at => at.ToString("d MMMM yyyy", English), reasons);
        KeepNewestOfEach(
            items,
            KeepWeekly,
            at => string.Create(English, $"week {ISOWeek.GetWeekOfYear(at)} of {ISOWeek.GetYear(at)}"),
            reasons
        );
        KeepNewestOfEach(items, KeepMonthly, at => at.ToString("MMMM yyyy", English), reasons);
        KeepNewestOfEach(items, KeepYearly, at => at.ToString("yyyy", English), reasons);
    }

    private static void KeepNewestOfEach(
        List<KeepItem> items,
        int? count,
        Func<DateTime, string> nameOf,
        Dictionary<int, List<string>> reasons
    )
    {
        var (left, last) = (count ?? 0, (string?)null);
        foreach (var item in items)
        {
            if (left <= 0)
            {
                return;
            }

            if (nameOf(item.CreatedAt.UtcDateTime) is var name && name != last)
            {
                (left, last) = (left - 1, name);
                reasons[item.Id].Add($"newest of {name}");
            }
        }
    }

    /// <summary>The newest that was proven stays, however old it is; where none was, the newest that is whole.</summary>
    private static void KeepTheLastGoodOne(List<KeepItem> items, Dictionary<int, List<string>> reasons)
    {
        if (items.Find(item => item.IsProven) is { } proven)
        {
            reasons[proven.Id].Add("the newest that was restore-tested");
        }
        else if (items.Find(item => item.IsWhole) is { } newest)
        {
            reasons[newest.Id].Add("the newest");
        }
    }

    /// <summary>An increment is worth nothing without what it continues.</summary>
    private static void KeepAncestors(List<KeepItem> items, Dictionary<int, List<string>> reasons)
    {
        var byArchive = items
            .Where(item => item.ArchiveId is not null)
            .DistinctBy(item => item.ArchiveId)
            .ToDictionary(item => item.ArchiveId!.Value);
        foreach (var item in items.Where(item => reasons[item.Id].Count > 0).ToList())
        {
            var child = item;
            while (child.ParentArchiveId is { } id && byArchive.TryGetValue(id, out var parent) && reasons[parent.Id].Count == 0)
            {
                reasons[parent.Id].Add($"{child.Name} depends on it");
                child = parent;
            }
        }
    }
}
