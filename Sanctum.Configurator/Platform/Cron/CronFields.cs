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

    public bool Matches(DateTime clock) => Has(Minutes, clock.Minute) && Has(Hours, clock.Hour) && MatchesDay(clock);

    public static bool Has(ulong values, int value) => (values & (1UL << value)) != 0;

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

    private bool MatchesDay(DateTime day) => Has(Months, day.Month) && (IsAnyDayOfMonth, IsAnyDayOfWeek) switch
    {
        (true, true) => true,
        (true, false) => IsOfWeek(day),
        (false, true) => IsOfMonth(day),
        _ => IsOfMonth(day) || IsOfWeek(day),
    };

    private bool IsOfMonth(DateTime day) => Has(DaysOfMonth, day.Day) || MovingDays.Any(moving => DayOf(moving, day.Year, day.Month) == day.Day);

    private bool IsOfWeek(DateTime day) => Has(DaysOfWeek, (int)day.DayOfWeek)
        || (WeekdayOfMonth is { } weekday && weekday.DayOfWeek == (int)day.DayOfWeek
            && (weekday.Nth is { } nth ? (day.Day + 6) / 7 == nth : day.Day + 7 > DateTime.DaysInMonth(day.Year, day.Month)));

    private static int DayOf(MovingDay moving, int year, int month)
    {
        var last = DateTime.DaysInMonth(year, month);
        var day = moving.Day is { } given ? Math.Min(given, last) : last - moving.Before;
        return day < 1 || !moving.IsNearestWeekday ? day : new DateTime(year, month, day).DayOfWeek switch
        {
            DayOfWeek.Saturday => day == 1 ? 3 : day - 1,
            DayOfWeek.Sunday => day == last ? day - 2 : day + 1,
            _ => day,
        };
    }
}
