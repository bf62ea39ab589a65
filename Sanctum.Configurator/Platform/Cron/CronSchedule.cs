using System.Text.RegularExpressions;
using Quartz;

namespace Sanctum.Configurator.Platform.Cron;

/// <summary>
/// When something runs: five fields as crontab writes them, by the clock of a time zone.
/// <para>
/// Where the clock is put forward, a time that is left out runs at the instant of the change: 02:30 is run at 03:00, once, however many
/// times were left out and whether or not 03:00 matches too. Where it is put back, a time that comes twice runs the first time only,
/// unless the minute or the hour says <c>*</c>, a range or a step (<c>*/15 * * * *</c>, <c>0 1-3 * * *</c>): such an expression means time
/// that passes and runs both times. So no run is left out or doubled, and nothing pauses for an hour.
/// </para>
/// <para>
/// A day matches by either of the two day fields where both name days. A field names none where it says <c>*</c>, <c>?</c>, or a range of
/// all seven days; <c>*/2</c> names days.
/// </para>
/// </summary>
public sealed partial class CronSchedule
{
    public const int MostCharacters = 255;

    private readonly CronExpression _times;

    private CronSchedule(string expression, CronFields fields, CronExpression times, TimeZoneInfo zone) =>
        (Expression, Fields, _times, Zone) = (expression, fields, times.WithTimeZone(TimeZoneInfo.Utc), zone);

    /// <summary>As it was written.</summary>
    public string Expression { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>When it runs, in English.</summary>
    public string Sentence => CronSentence.Of(Fields);

    internal CronFields Fields { get; }

    /// <summary>The schedule of an expression in a time zone of the IANA database; null, with the reason, where it says none.</summary>
    public static CronSchedule? Read(string? expression, string? timeZone, out CronFault? fault)
    {
        expression ??= "";
        if (CronReader.Read(expression, out fault) is not { } fields || FindZone(timeZone ?? "", out fault) is not { } zone)
        {
            return null;
        }

        if (!CronExpression.TryParse(fields.Text, CronFormat.Unix, out var times))
        {
            fault = new(0, expression.Length, null, "This schedule is not supported. Use lists instead of ranges, for example.");
            return null;
        }

        return new(expression, fields, times, zone);
    }

    /// <summary>So long before the end of the calendar every schedule has had its last run.</summary>
    private const int LastYear = 9900;

    /// <summary>
    /// The first run after an instant, in UTC, on a whole minute; null where none comes any more (30 February). The runs are the same
    /// whichever instant is asked from.
    /// </summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        // The ends of the calendar stand for never and for always, and no clock reaches beyond them.
        if (after.UtcDateTime.Year >= LastYear)
        {
            return null;
        }

        after = after.UtcDateTime.Year <= 1 ? after.AddYears(1) : after;
        var from = new DateTimeOffset(after.UtcTicks - (after.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero).AddMinutes(1);
        while (true)
        {
            var local = TimeZoneInfo.ConvertTime(from, Zone);
            var jump = CronClock.JumpAt(local, Zone);
            if (jump > TimeSpan.Zero && NextOnClock(local.DateTime - jump) < local.DateTime)
            {
                return from;
            }

            if (NextOnClock(local.DateTime) is not { } clock)
            {
                return null;
            }

            var next = new DateTimeOffset(clock, local.Offset);
            if (CronClock.ChangeWithin(from, next, Zone) is { } change)
            {
                from = change.ToUniversalTime();
            }
            else if (Fields.IsOfIntervals || CronClock.OtherOf(next, Zone) is not { } other || next < other)
            {
                return next.ToUniversalTime();
            }
            else
            {
                from = next.ToUniversalTime().AddMinutes(1);
            }
        }
    }

    /// <summary>Whether a time of the clock is meant, be it left out on that day or not.</summary>
    internal bool Matches(DateTime clock) => NextOnClock(clock) == clock;

    /// <summary>
    /// The next time that matches on a clock that is never changed. The library is asked no more than that: where a zone is put back for a
    /// month and forward again (Africa/Casablanca), its own reckoning gives the same run for ever.
    /// </summary>
    private DateTime? NextOnClock(DateTime from) =>
        _times.GetNextValidTimeAfter(new DateTimeOffset(from, TimeSpan.Zero).AddTicks(-1))?.UtcDateTime is { } next ? DateTime.SpecifyKind(next, DateTimeKind.Unspecified) : null;

    private static TimeZoneInfo? FindZone(string name, out CronFault? fault)
    {
        fault = null;
        if (ZoneName().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            return zone;
        }

        var all = TimeZoneInfo.GetSystemTimeZones().Select(known => known.Id).ToList();
        var near = all.FirstOrDefault(known => name.Length > 3 && known.EndsWith("/" + name.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase))
            ?? NearestName.Find(name, all);
        var hint = near is null ? "Use an IANA name such as UTC or Europe/Berlin." : $"Did you mean {near}?";
        fault = new(0, name.Length, CronFault.TimeZone, name.Length == 0 ? $"The time zone is missing. {hint}" : $"Unknown time zone {name}. {hint}");
        return null;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")]
    private static partial Regex ZoneName();
}
