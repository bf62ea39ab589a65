using System.Text.RegularExpressions;
using Cronos;

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

    private readonly IReadOnlyList<CronExpression> _times;

    private CronSchedule(string expression, CronFields fields, TimeZoneInfo zone) =>
        (Expression, Fields, _times, Zone) = (expression, fields, [.. fields.Expressions.Select(text => CronExpression.Parse(text))], zone);

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

        return new(expression, fields, zone);
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
    /// The next time that matches on a clock that is never changed. The library is asked no more than that: what happens where a clock is
    /// changed is said above.
    /// </summary>
    private DateTime? NextOnClock(DateTime from)
    {
        var clock = DateTime.SpecifyKind(from, DateTimeKind.Utc);
        return _times.Min(times => times.GetNextOccurrence(clock, inclusive: true)) is { } next
            ? DateTime.SpecifyKind(next, DateTimeKind.Unspecified)
            : null;
    }

    private static TimeZoneInfo? FindZone(string name, out CronFault? fault)
    {
        fault = null;
        if (ZoneName().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            return zone;
        }

        var all = TimeZoneInfo.GetSystemTimeZones().Select(known => known.Id).ToList();
        var near =
            all.FirstOrDefault(known => name.Length > 3 && known.EndsWith("/" + name.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase))
            ?? NearestName.Find(name, all);
        var hint = near is null ? "Use an IANA name such as UTC or Europe/Berlin." : $"Did you mean {near}?";
        fault = new(
            0,
            name.Length,
            CronFault.TimeZone,
            name.Length == 0 ? $"The time zone is missing. {hint}" : $"Unknown time zone {name}. {hint}"
        );
        return null;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")]
    private static partial Regex ZoneName();
}
