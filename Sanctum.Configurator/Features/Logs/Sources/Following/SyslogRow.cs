using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>
/// A row as syslog daemons write it: <c>Jan  1 12:00:00 host program[pid]: message</c>, the same behind an ISO 8601 time, or as RFC 5424 has
/// it, <c>&lt;11&gt;1 2026-01-01T12:00:00Z host program pid msgid [structured data] message</c>. The first two may have a priority before
/// them as well. What stands in it may be a line in a format of its program's.
/// </summary>
internal static partial class SyslogRow
{
    /// <summary>Facilities are 0 to 23, with eight levels each.</summary>
    private const int MostPriority = 191;

    /// <param name="written">When the file was written last: a time without a year is of the year before that.</param>
    public static LineStart? Read(string row, TimeZoneInfo zone, DateTimeOffset written)
    {
        var head = Structured().Match(row);
        head = head.Success ? head : Head().Match(row);
        if (!head.Success || LogQueryReader.FindLevel(head.Groups["host"].Value) is not null)
        {
            return null;
        }

        var time = TimeText.Find(head.Groups["iso"].Value) ?? TimeOf(head, zone, written);
        if (time is null && !head.Groups["nil"].Success)
        {
            return null;
        }

        var message = row[head.Length..].TrimStart('\ufeff');
        var start =
            LineStart.Own(message.StartsWith(Cookie, StringComparison.Ordinal) ? message[Cookie.Length..] : message, zone)
            ?? LineStart.Text(message);
        foreach (var name in (ReadOnlySpan<string>)["host", "identifier", "pid", "message_id"])
        {
            if (head.Groups[name] is { Success: true, Value: not "-" and var value })
            {
                start.Details.TryAdd(name, value);
            }
        }

        AddData(start.Details, head);
        if (
            head.Groups["priority"].Success
            && int.Parse(head.Groups["priority"].Value, CultureInfo.InvariantCulture) is <= MostPriority and var priority
        )
        {
            start = start.HasLevel ? start : start with { Level = LineStart.OfPriority(priority % 8) };
        }

        return start.Within(time) with
        {
            Format = LogFileFormat.Auto,
        };
    }

    /// <summary>What says that JSON follows.</summary>
    private const string Cookie = "@cee: ";

    private static void AddData(JsonObject details, Match head)
    {
        foreach (Capture element in head.Groups["element"].Captures)
        {
            // The number is the maker's, by which two of one name are told apart.
            var name = ElementName().Match(element.Value).Value;
            if (details[name] is not JsonObject data)
            {
                details[name] = data = [];
            }

            foreach (Match pair in Pair().Matches(element.Value))
            {
                data[pair.Groups["name"].Value] = Escaped().Replace(pair.Groups["value"].Value, "$1");
            }
        }
    }

    private static DateTimeOffset? TimeOf(Match head, TimeZoneInfo zone, DateTimeOffset written)
    {
        if (head.Groups["year"].Success)
        {
            return Within(int.Parse(head.Groups["year"].Value, CultureInfo.InvariantCulture), head, zone);
        }

        var thisYear = TimeZoneInfo.ConvertTime(written, zone).Year;
        return Enumerable
            .Range(0, 5) // February 29 is in one of them.
            .Select(before => Within(thisYear - before, head, zone))
            .FirstOrDefault(time => time <= written.AddDays(1));
    }

    private static DateTimeOffset? Within(int year, Match head, TimeZoneInfo zone) =>
        DateOnly.TryParseExact(
            $"{year} {head.Groups["month"].Value} {head.Groups["day"].Value}",
            "yyyy MMM d",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? LineStart.TimeOf($"{day:yyyy-MM-dd} {head.Groups["time"].Value}", head.Groups["part"].Value, zone)
            : null;

    private const string Iso = @"(?<iso>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))";

    // Behind a day's name, a message without a program, such as "last message repeated 3 times", is the daemon's own.
    [GeneratedRegex(
        @"^(?:<(?<priority>\d{1,3})>)?(?:"
            + Iso
            + @" (?<host>[\w.:-]{1,255}) (?<identifier>[^\s:\[\]]{1,128})(?:\[(?<pid>[^\]\s]{1,64})\])?: "
            + @"|(?:(?<year>\d{4}) )?(?<month>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) (?:(?<year>\d{4}) )?(?<time>\d\d:\d\d:\d\d)(?:\.(?<part>\d{1,9}))? (?<host>[\w.:-]{1,255}) "
            + @"(?:(?<identifier>[^\s:\[\]]{1,128}):(?: |$)|(?<identifier>[^:\[\]]{1,128})\[(?<pid>[^\]\s]{1,64})\]: ?)?)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Head();

    [GeneratedRegex(
        @"^<(?<priority>\d{1,3})>\d{1,2} (?:"
            + Iso
            + @"|(?<nil>-)) (?<host>\S{1,255}) (?<identifier>\S{1,128}) (?<pid>\S{1,128}) (?<message_id>\S{1,64})(?: |$)"
            + @"(?:-(?: |$)|(?<element>\[[^\s=\]""]{1,64}(?: [^\s=\]""]{1,64}=""(?:[^""\\]|\\.)*"")*\])+(?: |$))?",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Structured();

    [GeneratedRegex(@"(?<=^\[)[^\s@\]]+", RegexOptions.CultureInvariant)]
    private static partial Regex ElementName();

    [GeneratedRegex(@" (?<name>[^\s=\]""]{1,64})=""(?<value>(?:[^""\\]|\\.)*)""", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();

    [GeneratedRegex(@"\\([""\\\]])", RegexOptions.CultureInvariant)]
    private static partial Regex Escaped();
}
