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

    /// <summary>The minute or the hour says *, a range or a step: it means time that passes, so it runs in both of two hours alike.</summary>
    public bool IsOfIntervals { get; init; }

    /// <summary>The expression as the library is given it: numbers for names, one space between fields.</summary>
    public string Text { get; init; } = "";

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
