namespace Sanctum.Configurator.Platform.Cron;

/// <summary>
/// Says exactly when an expression matches. It speaks of the values, not of how they were written, so that two expressions have the same
/// sentence where they mean the same.
/// </summary>
internal static class CronSentence
{
    /// <summary>Up to so many times of a day are listed.</summary>
    private const int MostTimes = 6;

    public static string Of(CronFields fields)
    {
        var hours = CronFields.ListOf(fields.Hours);
        return TimesOf(CronFields.ListOf(fields.Minutes), hours) + CronDaySentence.Of(fields, isOfDays: hours.Count < 24);
    }

    private static string TimesOf(IReadOnlyList<int> minutes, IReadOnlyList<int> hours)
    {
        var step = StepOf(minutes);
        var isEachHour = hours.Count == 24;
        if (isEachHour && step is { } every && minutes[0] == 0)
        {
            return Every(every);
        }

        if (minutes.Count * hours.Count <= MostTimes)
        {
            return "At " + CronWording.List(hours.SelectMany(hour => minutes.Select(minute => Clock(hour, minute))));
        }

        if (isEachHour)
        {
            return $"At {CronWording.Numbers("minute", minutes)} of every hour";
        }

        var runs = RunsOf(hours);
        if (step is { } each && runs.Count <= 3)
        {
            return $"{Every(each)} {CronWording.List(runs.Select(run => Span(run.From, run.To, minutes)))}";
        }

        if (minutes.Count == 1 && CronWording.StepOf(hours) is { } between)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Every {between} hours from {Clock(hours[0], minutes[0])} to {Clock(hours[^1], minutes[0])}"
            );
        }

        return $"At {CronWording.Numbers("minute", minutes)} of {CronWording.Numbers("hour", hours)}";
    }

    /// <summary>The minutes between two of these throughout each hour, 60 where there is one; null where they are not even.</summary>
    private static int? StepOf(IReadOnlyList<int> minutes)
    {
        var step = 60 / minutes.Count;
        return step * minutes.Count == 60 && minutes.Select((minute, at) => minute == minutes[0] + (at * step)).All(isEven => isEven)
            ? step
            : null;
    }

    private static string Every(int step) =>
        step switch
        {
            1 => "Every minute",
            60 => "Every hour",
            _ => string.Create(CultureInfo.InvariantCulture, $"Every {step} minutes"),
        };

    private static string Span(int from, int to, IReadOnlyList<int> minutes) =>
        from == to && minutes.Count == 1 ? $"at {Clock(from, minutes[0])}" : $"from {Clock(from, minutes[0])} to {Clock(to, minutes[^1])}";

    private static string Clock(int hour, int minute) => string.Create(CultureInfo.InvariantCulture, $"{hour:00}:{minute:00}");

    /// <summary>Hours that follow each other. Midnight parts them, because a day's name stands for its own hours alone.</summary>
    private static List<(int From, int To)> RunsOf(IReadOnlyList<int> hours)
    {
        var runs = new List<(int From, int To)>();
        foreach (var hour in hours)
        {
            if (runs.Count > 0 && runs[^1].To == hour - 1)
            {
                runs[^1] = (runs[^1].From, hour);
            }
            else
            {
                runs.Add((hour, hour));
            }
        }

        return runs;
    }
}
