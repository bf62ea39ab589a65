namespace Sanctum.Configurator.Platform.Cron;

/// <summary>Why a text is no schedule, and which part of it to mend.</summary>
/// <param name="Start">The first wrong character, counted from 0; the end of the text where something is missing.</param>
/// <param name="Length">How many characters are wrong; 0 where something is missing.</param>
/// <param name="Field">Which field is wrong, such as <c>day of month</c>; <see cref="TimeZone"/>; or null for the expression as a
/// whole.</param>
/// <param name="Message">What is wrong, what is allowed there, and an example.</param>
public sealed record CronFault(int Start, int Length, string? Field, string Message)
{
    /// <summary>The field of a fault in the time zone: its place is one in the zone's name.</summary>
    public const string TimeZone = "time zone";
}
