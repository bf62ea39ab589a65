using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>A moment. The server writes it in words or UTC; the script puts it into the reader's own time zone.</summary>
public sealed partial class When
{
    [Parameter, EditorRequired]
    public DateTimeOffset? Value { get; set; }

    /// <summary>
    /// <c>relative</c>, <c>next</c> (what is reached is "now"), <c>full</c>, <c>short</c>, <c>date</c>, <c>time</c>, <c>countdown</c>, or
    /// <c>lines</c> to the millisecond.
    /// </summary>
    [Parameter]
    public string Format { get; set; } = "relative";

    [Parameter]
    public string None { get; set; } = "never";

    [Inject]
    public required TimeProvider Clock { get; init; }

    /// <summary>What is further ahead is to come; nearer, it is the reader's clock that is behind.</summary>
    private static readonly TimeSpan AMoment = TimeSpan.FromSeconds(5);

    internal static string Relative(TimeSpan ago)
    {
        var (past, span) = ago >= TimeSpan.Zero ? (true, ago) : (false, -ago);
        var words = span switch
        {
            { TotalSeconds: < 45 } => null,
            { TotalMinutes: < 60 } => Count(Math.Max(1, span.TotalMinutes), "minute"),
            { TotalHours: < 24 } => Count(span.TotalHours, "hour"),
            { TotalDays: < 30 } => Count(span.TotalDays, "day"),
            { TotalDays: < 365 } => Count(span.TotalDays / 30, "month"),
            _ => Count(span.TotalDays / 365, "year"),
        };
        return words is null ? (ago < -AMoment ? "in a moment" : "just now")
            : past ? $"{words} ago"
            : $"in {words}";
    }

    /// <summary>As the script counts it down.</summary>
    internal static string Until(TimeSpan left) =>
        left <= TimeSpan.Zero ? "now"
        : left.TotalSeconds < 90 ? string.Create(CultureInfo.InvariantCulture, $"in {Math.Ceiling(left.TotalSeconds)} s")
        : string.Create(CultureInfo.InvariantCulture, $"in {Math.Ceiling(left.TotalMinutes)} min");

    private static string Count(double amount, string unit)
    {
        var whole = (int)amount;
        return string.Create(CultureInfo.InvariantCulture, $"{whole} {unit}{(whole == 1 ? "" : "s")}");
    }

    private static string Absolute(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private string Words(DateTimeOffset at) =>
        Format switch
        {
            "next" when at <= Clock.GetUtcNow() => "now",
            "relative" or "next" => Relative(Clock.GetUtcNow() - at),
            "countdown" => Until(at - Clock.GetUtcNow()),
            "short" => at.ToUniversalTime().ToString($"MMM d{(IsOfThisYear(at) ? "" : ", yyyy")}, HH:mm", CultureInfo.InvariantCulture),
            "date" => at.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "lines" => at.ToUniversalTime()
                .ToString($"{(IsOfThisYear(at) ? "" : "yyyy-")}MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
            "time" => at.ToUniversalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture),
            _ => Absolute(at),
        };

    /// <summary>A day without its year is this year's.</summary>
    private bool IsOfThisYear(DateTimeOffset at) => at.UtcDateTime.Year == Clock.GetUtcNow().Year;
}
