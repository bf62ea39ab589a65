namespace Sanctum.Configurator.Platform.Cron;

/// <summary>Says on which days an expression matches.</summary>
internal static class CronDaySentence
{
    private const ulong Weekdays = 0b0111110;
    private const ulong WholeWeek = 0b1111111;
    private const ulong WholeMonth = 0xFFFF_FFFE;
    private const ulong WholeYear = 0b1_1111_1111_1110;

    private static readonly string[] Nth = ["", "first", "second", "third", "fourth", "fifth"];

    /// <summary>
    /// What follows the time, with a space before it; empty for each day of the year where the time says so much already.
    /// </summary>
    /// <param name="isOfDays">The time is one of a day (<c>At 03:00</c>), not of each hour, so that each day has to be named as
    /// well.</param>
    public static string Of(CronFields fields, bool isOfDays)
    {
        var isEachDay =
            (fields.IsAnyDayOfMonth && fields.IsAnyDayOfWeek)
            || (!fields.IsAnyDayOfMonth && fields.DaysOfMonth == WholeMonth)
            || (!fields.IsAnyDayOfWeek && fields.DaysOfWeek == WholeWeek);
        if (isEachDay)
        {
            return (isOfDays ? " every day" : "") + (fields.Months == WholeYear ? "" : $" in {Months(fields)}");
        }

        var ofMonth = fields.IsAnyDayOfMonth
            ? null
            : $"on {OfMonth(fields)} of {(fields.Months == WholeYear ? "the month" : Months(fields))}";
        var ofWeek = fields.IsAnyDayOfWeek ? null : $"on {OfWeek(fields)}";
        return " " + string.Join(" and also ", new[] { ofMonth, ofWeek }.Where(days => days is not null));
    }

    private static string Months(CronFields fields) =>
        CronWording.Ranges(CronFields.ListOf(fields.Months), CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName);

    private static string OfMonth(CronFields fields)
    {
        var days = CronFields.ListOf(fields.DaysOfMonth);
        var parts = fields.MovingDays.Distinct().OrderBy(day => day.Day ?? (99 - day.Before)).Select(Moving).ToList();
        if (days.Count > 0)
        {
            parts.Insert(
                0,
                CronWording.StepOf(days) is { } step
                    ? $"every {CronWording.Ordinal(step)} day from the {CronWording.Ordinal(days[0])} to the {CronWording.Ordinal(days[^1])}"
                    : "the " + CronWording.Ranges(days, CronWording.Ordinal)
            );
        }

        return CronWording.List(parts);
    }

    private static string Moving(MovingDay moving) =>
        (moving.Day, moving.Before, moving.IsNearestWeekday) switch
        {
            ({ } day, _, _) =>
                $"the weekday nearest the {CronWording.Ordinal(day)}{(day > 28 ? " (or the last day of a shorter month)" : "")}",
            (_, 0, true) => "the last weekday",
            (_, 0, _) => "the last day",
            (_, 1, false) => "the day before the last day",
            (_, 1, _) => "the weekday nearest the day before the last day",
            (_, var before, var isNearest) => string.Create(
                CultureInfo.InvariantCulture,
                $"the {(isNearest ? "weekday nearest the " : "")}{CronWording.Ordinal(before)} day before the last day"
            ),
        };

    private static string OfWeek(CronFields fields)
    {
        var months = fields.Months == WholeYear ? null : Months(fields);
        if (fields.WeekdayOfMonth is { } weekday)
        {
            return $"the {(weekday.Nth is { } nth ? Nth[nth] : "last")} {(DayOfWeek)weekday.DayOfWeek} of {months ?? "the month"}";
        }

        // Monday first, as the week is spoken of.
        var days = CronFields.ListOf(fields.DaysOfWeek).OrderBy(day => (day + 6) % 7).Select(day => (DayOfWeek)day + "s");
        return (fields.DaysOfWeek == Weekdays ? "weekdays" : CronWording.List(days)) + (months is null ? "" : $" in {months}");
    }
}
