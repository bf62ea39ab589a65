using System.Globalization;

namespace Sanctum.Configurator.Tests.Platform.Cron;

/// <summary>
/// A slow reading of cron's rules that shares nothing with the product: asked of each minute whether it is meant. Rather plain than quick.
/// </summary>
internal sealed class NaiveCron
{
    private const string Months = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    private const string Days = "SUNMONTUEWEDTHUFRISAT";

    private readonly string[] _fields;
    private readonly bool[] _minutes;
    private readonly bool[] _hours;
    private (DateTime Day, bool IsMeant) _last = (DateTime.MinValue, false);

    public NaiveCron(string expression)
    {
        _fields = expression.ToUpperInvariant().Split(' ');
        _minutes = [.. Enumerable.Range(0, 60).Select(minute => IsIn(_fields[0], minute, 0, 59, ""))];
        _hours = [.. Enumerable.Range(0, 24).Select(hour => IsIn(_fields[1], hour, 0, 23, ""))];
        IsOfIntervals = (_fields[0] + _fields[1]).Any("*-/".Contains);
    }

    public bool IsOfIntervals { get; }

    public bool Means(DateTime clock) => _minutes[clock.Minute] && _hours[clock.Hour] && MeansDay(clock.Date);

    /// <summary>Every run of the time, from the first minute until before the last, found by going through all of them.</summary>
    public List<DateTimeOffset> Walk(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset until)
    {
        var runs = new List<DateTimeOffset>();
        var offset = zone.GetUtcOffset(from);
        var again = DateTimeOffset.MinValue;
        for (var at = from; at < until; at = at.AddMinutes(15))
        {
            var changed = zone.GetUtcOffset(at) - offset;
            offset += changed;
            again = changed < TimeSpan.Zero ? at - changed : again;
            var leftOut = Enumerable
                .Range(0, Math.Max(0, (int)changed.TotalMinutes))
                .Any(back => Means((at + offset).DateTime.AddMinutes(-1 - back)));
            for (var minute = at; minute < at.AddMinutes(15); minute = minute.AddMinutes(1))
            {
                var isMeant = Means(minute.UtcDateTime + offset) && (IsOfIntervals || minute >= again);
                if (isMeant || (leftOut && minute == at))
                {
                    runs.Add(minute);
                }
            }
        }

        return runs;
    }

    /// <summary>Every change of a zone's clock: when, and by how much.</summary>
    public static IEnumerable<(DateTimeOffset At, TimeSpan By)> Changes(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset until)
    {
        for (var at = from; at < until; at = at.AddMinutes(15))
        {
            if (zone.GetUtcOffset(at) - zone.GetUtcOffset(at.AddMinutes(-15)) is var by && by != TimeSpan.Zero)
            {
                yield return (at, by);
            }
        }
    }

    private bool MeansDay(DateTime day)
    {
        if (day != _last.Day)
        {
            _last = (day, FindDay(day));
        }

        return _last.IsMeant;
    }

    private bool FindDay(DateTime day)
    {
        var (ofMonth, ofWeek) = (_fields[2], _fields[4]);
        var saysMonth = ofMonth is not ("*" or "?");
        var saysWeek = !ofWeek.Split(',').Any(term => term is "*" or "?" or "0-6" or "1-7" or "0-7" or "MON-SUN" or "SUN-SAT");
        return IsIn(_fields[3], day.Month, 1, 12, Months)
            && (
                (!saysMonth && !saysWeek)
                || (saysMonth && ofMonth.Split(',').Any(term => IsDay(term, day)))
                || (saysWeek && ofWeek.Split(',').Any(term => IsWeekday(term, day)))
            );
    }

    private static bool IsDay(string term, DateTime day)
    {
        var last = new DateTime(day.Year, day.Month, 1).AddMonths(1).AddDays(-1);
        if (!term.Contains('L') && !term.EndsWith('W'))
        {
            return IsIn(term, day.Day, 1, 31, "");
        }

        var bare = term.TrimEnd('W');
        var meant = bare switch
        {
            "L" => last,
            ['L', '-', .. var before] => last.AddDays(-Number(before, "")),
            _ => last.AddDays(Math.Min(0, Number(bare, "") - last.Day)),
        };
        if (meant.Month != day.Month)
        {
            return false;
        }

        // Of the weekdays of the month the nearest one; there are no two, since a day off is never between two weekdays alike.
        return bare == term
            ? meant == day
            : day
                == Enumerable
                    .Range(1, last.Day)
                    .Select(number => new DateTime(day.Year, day.Month, number))
                    .Where(other => other.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                    .MinBy(other => (other - meant).Duration());
    }

    private static bool IsWeekday(string term, DateTime day)
    {
        if (term.EndsWith('L'))
        {
            return Number(term[..^1], Days) % 7 == (int)day.DayOfWeek && day.AddDays(7).Month != day.Month;
        }

        if (term.Split('#') is [var which, var nth])
        {
            return Number(which, Days) % 7 == (int)day.DayOfWeek
                && day.AddDays(-7 * (Number(nth, "") - 1)) is var first
                && first.Month == day.Month
                && first.AddDays(-7).Month != day.Month;
        }

        return IsIn(term, (int)day.DayOfWeek, 0, 6, Days);
    }

    private static bool IsIn(string field, int value, int min, int max, string names) =>
        field
            .Split(',')
            .Any(term =>
            {
                var (range, step) = term.Split('/') is [var left, var right] ? (left, Number(right, "")) : (term, 0);
                var (from, to) =
                    range == "*" ? (min, max)
                    : range.Split('-') is [var low, var high] ? (Number(low, names), Number(high, names))
                    : (Number(range, names), step > 0 ? max : Number(range, names));
                var around = max - min + 1;
                var length = to - from >= around - 1 ? around : ((to - from + around) % around) + 1;
                return Enumerable
                    .Range(0, length)
                    .Any(steps => steps % Math.Max(1, step) == 0 && ((from - min + steps) % around) + min == value);
            });

    private static int Number(string text, string names) =>
        names.Length > 0 && char.IsLetter(text[0])
            ? (names.IndexOf(text, StringComparison.Ordinal) / 3) + (names == Months ? 1 : 0)
            : int.Parse(text, CultureInfo.InvariantCulture);
}
