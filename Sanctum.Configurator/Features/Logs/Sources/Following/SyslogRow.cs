using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>
/// A row as syslog daemons write it: <c>Jan  1 12:00:00 host program[pid]: message</c> or the same behind an ISO 8601 time. It says
/// nothing of its level but what the message begins with.
/// </summary>
internal static partial class SyslogRow
{
    /// <param name="written">When the file was written last: a time without a year is of the year before that.</param>
    public static LineStart? Read(string row, TimeZoneInfo zone, DateTimeOffset written)
    {
        var head = Head().Match(row);
        if (
            !head.Success
            || LogQueryReader.FindLevel(head.Groups["host"].Value) is not null
            || (TimeText.Find(head.Groups["iso"].Value) ?? TimeOf(head, zone, written)) is not { } time
        )
        {
            return null;
        }

        var start = LineStart.Text(row[head.Length..]) with { Format = LogFileFormat.Auto, Time = time };
        start.Details["host"] = head.Groups["host"].Value;
        start.Details["identifier"] = head.Groups["program"].Value;
        if (head.Groups["pid"] is { Success: true, Value: var pid })
        {
            start.Details["pid"] = pid;
        }

        return start;
    }

    private static DateTimeOffset? TimeOf(Match head, TimeZoneInfo zone, DateTimeOffset written)
    {
        var thisYear = TimeZoneInfo.ConvertTime(written, zone).Year;
        return new[] { thisYear, thisYear - 1 } // February 29 is in one of them at most.
            .Select(year => Within(year, head, zone))
            .FirstOrDefault(time => time <= written.AddDays(1));
    }

    private static DateTimeOffset? Within(int year, Match head, TimeZoneInfo zone) =>
        DateOnly.TryParseExact(
            $"{year} {head.Groups["month"].Value} {head.Groups["day"].Value.Trim()}",
            "yyyy MMM d",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? LineStart.TimeOf($"{day:yyyy-MM-dd} {head.Groups["time"].Value}", "", zone)
            : null;

    [GeneratedRegex(
        @"^(?:(?<iso>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))|(?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d)) (?<host>[\w.:-]{1,255}) (?<program>[\w./@-]{1,128})(?:\[(?<pid>\d{1,10})\])?: ",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Head();
}
