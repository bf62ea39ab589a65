using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>How often something happened in a span of time, and the address that shows just that span.</summary>
public sealed record TimeBar(DateTimeOffset From, DateTimeOffset To, int Count, string Url);

/// <summary>How often something happened over time, drawn on the server. Each bar leads to its span.</summary>
public sealed partial class TimeBars
{
    private const double W = 600;
    private const double H = 64;

    /// <summary>What is counted, such as "Changes".</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>In order of time, at least one, all spans alike.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<TimeBar> Bars { get; set; } = [];

    private double Slot => W / Bars.Count;

    private string Summary =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Bars.Sum(bar => bar.Count)} in all, at most {Bars.Max(bar => bar.Count)} in {Span(Bars[0].To - Bars[0].From)}"
        );

    private static string Span(TimeSpan span) =>
        span switch
        {
            { TotalDays: >= 1 } => Count(span.TotalDays, "day"),
            { TotalHours: >= 1 } => Count(span.TotalHours, "hour"),
            _ => Count(span.TotalMinutes, "minute"),
        };

    private static string Count(double amount, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{amount:0} {unit}{(amount > 1 ? "s" : "")}");

    private static string Words(TimeBar bar) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{bar.From.ToUniversalTime():yyyy-MM-dd HH:mm} to {bar.To.ToUniversalTime():yyyy-MM-dd HH:mm} UTC: {bar.Count}"
        );

    /// <summary>One that is there at all can be seen.</summary>
    private IEnumerable<(TimeBar Bar, double X, double Height)> Drawn()
    {
        var most = Math.Max(1, Bars.Max(bar => bar.Count));
        return Bars.Select((bar, at) => (bar, at * Slot, bar.Count == 0 ? 0 : Math.Max(2, (double)bar.Count / most * H)));
    }
}
