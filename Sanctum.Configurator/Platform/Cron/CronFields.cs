using System.Numerics;

namespace Sanctum.Configurator.Platform.Cron;

/// <summary>A day of the month that its month decides: so many days before the last, or the weekday nearest such a day.</summary>
/// <param name="Day">The day of the month; null for the last one.</param>
/// <param name="Before">How many days before the last one.</param>
/// <param name="IsNearestWeekday">The weekday nearest to it in the same month.</param>
internal sealed record MovingDay(int? Day, int Before, bool IsNearestWeekday);

/// <summary>The last, or the nth, of a day of the week in a month.</summary>
/// <param name="Nth">1 to 5; null for the last.</param>
internal sealed record WeekdayOfMonth(int DayOfWeek, int? Nth);

/// <summary>What an expression matches on the clock, as sets of values: bit n stands for the value n.</summary>
internal sealed record CronFields
{
    public ulong Minutes { get; init; }

    public ulong Hours { get; init; }

    public ulong DaysOfMonth { get; init; }

    public IReadOnlyList<MovingDay> MovingDays { get; init; } = [];

    public ulong Months { get; init; }

    public ulong DaysOfWeek { get; init; }

    public WeekdayOfMonth? WeekdayOfMonth { get; init; }

    /// <summary>The field says nothing of days, so the other one decides. Where both name days, either is enough.</summary>
    public bool IsAnyDayOfMonth { get; init; }

    public bool IsAnyDayOfWeek { get; init; }

    /// <summary>
    /// The minute or the hour says *, a range or a step: it means time that passes, so it runs in both of two hours alike.
    /// </summary>
    public bool IsOfIntervals { get; init; }

    /// <summary>
    /// The expressions that together match what this one does, for a library in which a day has to match both day fields. Each names days
    /// in one
    /// way only: the days of the month, one that its month decides, or days of the week.
    /// </summary>
    public IEnumerable<string> Expressions =>
        Days()
            .Where(days => days.Months != 0)
            .Select(days => $"{Join(Minutes)} {Join(Hours)} {days.OfMonth} {Join(days.Months)} {days.OfWeek}");

    private IEnumerable<(string OfMonth, ulong Months, string OfWeek)> Days()
    {
        const string Any = "*";
        if (IsAnyDayOfMonth && IsAnyDayOfWeek)
        {
            yield return (Any, Months, Any);
        }

        if (!IsAnyDayOfMonth && DaysOfMonth != 0)
        {
            yield return (Join(DaysOfMonth), Months, Any);
        }

        foreach (var moving in MovingDays)
        {
            if (moving is { Day: { } day, IsNearestWeekday: true })
            {
                // The weekday nearest the 31st is the last weekday of a month that has none.
                var shorter = Months & MonthsShorterThan(day);
                yield return ($"{day}W", Months & ~shorter, Any);
                yield return ("LW", shorter, Any);
            }
            else
            {
                yield return ($"L{(moving.Before > 0 ? $"-{moving.Before}" : "")}{(moving.IsNearestWeekday ? "W" : "")}", Months, Any);
            }
        }

        if (!IsAnyDayOfWeek && DaysOfWeek != 0)
        {
            yield return (Any, Months, Join(DaysOfWeek));
        }

        if (WeekdayOfMonth is { } weekday)
        {
            yield return (Any, Months, $"{weekday.DayOfWeek}{(weekday.Nth is { } nth ? $"#{nth}" : "L")}");
        }
    }

    private static ulong MonthsShorterThan(int day)
    {
        const int LeapYear = 2000;
        return Enumerable
            .Range(1, 12)
            .Where(month => DateTime.DaysInMonth(LeapYear, month) < day)
            .Aggregate(0UL, (months, month) => months | (1UL << month));
    }

    private static string Join(ulong values) => string.Join(',', ListOf(values));

    /// <summary>The values in ascending order.</summary>
    public static IReadOnlyList<int> ListOf(ulong values)
    {
        var list = new List<int>(BitOperations.PopCount(values));
        for (; values != 0; values &= values - 1)
        {
            list.Add(BitOperations.TrailingZeroCount(values));
        }

        return list;
    }
}
