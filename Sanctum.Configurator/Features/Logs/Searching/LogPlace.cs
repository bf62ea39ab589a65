using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>A place among the lines, which are in order of time, and of id where the time is the same.</summary>
public readonly record struct LogPlace(DateTimeOffset Timestamp, long Id) : IComparable<LogPlace>
{
    public static LogPlace Of(LogRow row) => new(row.Timestamp, row.Id);

    /// <summary>Before every line of this moment.</summary>
    public static LogPlace At(DateTimeOffset time) => new(time, 0);

    public int CompareTo(LogPlace other) => Timestamp == other.Timestamp ? Id.CompareTo(other.Id) : Timestamp.CompareTo(other.Timestamp);

    public static bool operator <(LogPlace left, LogPlace right) => left.CompareTo(right) < 0;

    public static bool operator >(LogPlace left, LogPlace right) => left.CompareTo(right) > 0;

    public static bool operator <=(LogPlace left, LogPlace right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LogPlace left, LogPlace right) => left.CompareTo(right) >= 0;

    /// <summary>For an address: microseconds since 1970, which is how exactly PostgreSQL knows a time, and the id.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Timestamp - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}-{Id}");

    /// <summary>Null where it is none.</summary>
    public static LogPlace? Parse(string? text)
    {
        var parts = text?.Split('-') ?? [];
        return
            parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && time <= (LogTimes.Latest - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new(DateTimeOffset.UnixEpoch.AddTicks(time * TimeSpan.TicksPerMicrosecond), id)
            : null;
    }
}

/// <summary>Some lines, in the order in which they were asked for.</summary>
/// <param name="HasMore">There are more in this direction, or there may be: see <paramref name="SearchedTo"/>.</param>
/// <param name="SearchedTo">Up to where the search came in its time; null where it came as far as it had to.</param>
public sealed record LogPage(IReadOnlyList<LogRow> Items, bool HasMore, LogPlace? SearchedTo = null);
