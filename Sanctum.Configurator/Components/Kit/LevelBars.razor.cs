using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>How often something of each level happened in a span of time, and the address that shows just that span.</summary>
public sealed record LevelBar(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<long> Counts, string Url)
{
    public long Total => Counts.Sum();
}

/// <summary>Something else that happened then.</summary>
public sealed record TimeMark(DateTimeOffset At, string Text, string Url);

/// <summary>
/// What happened over time, by level, with what else happened then. A bar, or a stretch that is dragged over, leads to its span.
/// </summary>
public sealed partial class LevelBars
{
    private const double W = 600;
    private const double H = 72;

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>The levels' names, the mildest first, as the counts are.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<string> Levels { get; set; } = [];

    /// <summary>In order of time, at least one, all spans alike.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<LevelBar> Bars { get; set; } = [];

    [Parameter]
    public IReadOnlyList<TimeMark> Marks { get; set; } = [];

    /// <summary>More is being counted.</summary>
    [Parameter]
    public bool Busy { get; set; }

    private double Slot => W / Bars.Count;

    private double XOf(DateTimeOffset at) => Math.Clamp((at - Bars[0].From) / (Bars[^1].To - Bars[0].From), 0, 1) * W;

    private string Words(LevelBar bar) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{bar.From.ToUniversalTime():yyyy-MM-dd HH:mm} to {bar.To.ToUniversalTime():yyyy-MM-dd HH:mm} UTC: {string.Join(", ", bar.Counts.Select((count, at) => (count, at)).Where(part => part.count > 0).Select(part => $"{part.count} {Levels[part.at]}"))}"
        );

    /// <summary>The worst stands at the bottom, and one that is there at all can be seen.</summary>
    private IEnumerable<(LevelBar Bar, double X, IReadOnlyList<(int Level, double Y, double Height)> Parts)> Drawn()
    {
        var most = Math.Max(1, Bars.Max(bar => bar.Total));
        return Bars.Select((bar, at) => (bar, at * Slot, Parts(bar, most)));
    }

    private static IReadOnlyList<(int Level, double Y, double Height)> Parts(LevelBar bar, long most)
    {
        var (parts, y) = (new List<(int, double, double)>(), H);
        for (var level = bar.Counts.Count - 1; level >= 0; level--)
        {
            if (bar.Counts[level] > 0)
            {
                var height = Math.Min(y, Math.Max(2, (double)bar.Counts[level] / most * (H - 10)));
                y -= height;
                parts.Add((level, y, height));
            }
        }

        return parts;
    }
}
