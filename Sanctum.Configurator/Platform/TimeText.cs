using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// Reads times as programs write them: ISO 8601 in its extended and basic form, and numbers since 1970. What could be read in two ways,
/// such as "10:30" or "11/12/2026", is not read at all.
/// </summary>
public static partial class TimeText
{
    /// <summary>What is said where a time can't be read.</summary>
    public const string Rule =
        "Use an ISO 8601 time such as 2026-11-21T09:30:00.123Z or 20261121T093000Z, or the number of seconds, milliseconds, microseconds or nanoseconds since 1970.";

    /// <summary>Stands for a stored time that can't be read.</summary>
    public static readonly DateTimeOffset Unreadable = DateTimeOffset.UnixEpoch;

    private const int TicksDigits = 7;

    /// <summary>
    /// A thousandth of the next unit, so that the number says by itself which it is: seconds up to the year 5138 are less than milliseconds
    /// of 1973.
    /// </summary>
    private static readonly (decimal From, long TicksOfOne, long OfOneTick)[] Units =
    [
        (100_000_000, TimeSpan.TicksPerSecond, 1),
        (100_000_000_000, TimeSpan.TicksPerMillisecond, 1),
        (100_000_000_000_000, TimeSpan.TicksPerMicrosecond, 1),
        (100_000_000_000_000_000, 1, 100),
    ];

    /// <summary>A time in either way; null where it is none.</summary>
    public static DateTimeOffset? Find(string? text) =>
        Iso(text)
        ?? (
            Digits().IsMatch(text ?? "")
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                ? SinceEpoch(number)
                : null
        );

    /// <summary>A number since 1970, whose size says of which unit it is; null where that is not certain.</summary>
    public static DateTimeOffset? SinceEpoch(decimal number)
    {
        var (_, ticks, parts) = Units.LastOrDefault(unit => number >= unit.From);
        if (ticks == 0)
        {
            return null;
        }

        var sum = (number * ticks / parts) + DateTimeOffset.UnixEpoch.Ticks;
        return sum <= DateTimeOffset.MaxValue.Ticks ? new(decimal.ToInt64(sum), TimeSpan.Zero) : null;
    }

    /// <summary>A time by ISO 8601; without a zone it is UTC. A leap second is the first moment after it.</summary>
    public static DateTimeOffset? Iso(string? text)
    {
        var match = Extended().Match(text ?? "");
        match = match.Success ? match : Basic().Match(text ?? "");
        if (!match.Success)
        {
            return null;
        }

        int Part(string name) => match.Groups[name] is { Success: true } part ? int.Parse(part.ValueSpan, CultureInfo.InvariantCulture) : 0;
        var (hour, minute, second) = (Part("hour"), Part("minute"), Part("second"));
        var offset = ((Part("zh") * 60) + Part("zm")) * (match.Groups["sign"].Value == "-" ? -1 : 1);
        if (
            !DateOnly.TryParseExact(
                $"{match.Groups["year"].Value}{match.Groups["month"].Value}{match.Groups["day"].Value}",
                "yyyyMMdd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
            || hour > 23
            || minute > 59
            || second > 60
            || Part("zm") > 59
            || Math.Abs(offset) > 14 * 60
        )
        {
            return null;
        }

        var ticks =
            day.ToDateTime(TimeOnly.MinValue).Ticks + (((((hour * 60) + minute - offset) * 60L) + second) * TimeSpan.TicksPerSecond);
        ticks +=
            second == 60
                ? 0
                : long.Parse(match.Groups["part"].Value.PadRight(TicksDigits, '0')[..TicksDigits], CultureInfo.InvariantCulture);

        // A leap second ends a day of UTC.
        return ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks || (second == 60 && ticks % TimeSpan.TicksPerDay != 0)
            ? null
            : new(ticks, TimeSpan.Zero);
    }

    private const string Zone = "(?<zone>[Zz]|(?<sign>[+-])(?<zh>[0-9]{2})(:?(?<zm>[0-9]{2}))?)";

    [GeneratedRegex(
        @"^\s*(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})([Tt ](?<hour>[0-9]{2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2})([.,](?<part>[0-9]{1,18}))?)?( ?"
            + Zone
            + @")?)?\s*\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Extended();

    [GeneratedRegex(
        @"^\s*(?<year>[0-9]{4})(?<month>[0-9]{2})(?<day>[0-9]{2})[Tt](?<hour>[0-9]{2})(?<minute>[0-9]{2})((?<second>[0-9]{2})([.,](?<part>[0-9]{1,18}))?)?"
            + Zone
            + @"?\s*\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Basic();

    [GeneratedRegex(@"^[0-9]{9,19}(\.[0-9]{1,9})?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Digits();
}

/// <summary>A time in an address, read by <see cref="TimeText"/> and by nothing laxer.</summary>
public readonly record struct GivenTime(DateTimeOffset Value)
{
    /// <summary>What minimal APIs read a parameter by.</summary>
    public static bool TryParse(string? text, out GivenTime time)
    {
        // In an address, the plus sign of a zone is a blank unless it is written as %2B.
        var found = TimeText.Find(text) ?? TimeText.Find(text is { Length: > 6 } && text[^6] == ' ' ? $"{text[..^6]}+{text[^5..]}" : null);
        time = new(found ?? default);
        return found is not null;
    }
}
