namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>
/// The times that lines may bear, from the door to the last room: what lies outside, such as a zero or the end of time, stands for a time
/// that was not there. Such a line has the time at which it came, and says so.
/// </summary>
internal static class LogTimes
{
    public static readonly DateTimeOffset Earliest = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>No line bears this time or a later one.</summary>
    public static readonly DateTimeOffset Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public const string Rule = "A line's time must be between 1970 and 2199. Leave it out to use the time of arrival.";

    public static bool Holds(DateTimeOffset time) => time >= Earliest && time < Latest;

    /// <summary>The nearest time within the range, where it is an end of what is searched for.</summary>
    public static DateTimeOffset Clamp(DateTimeOffset time) =>
        time < Earliest ? Earliest
        : time > Latest ? Latest
        : time;
}
