using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>
/// Measurements over time, drawn on the server: a line, and under it a band that is broken where a measurement failed.
/// </summary>
public sealed partial class TimeChart
{
    private const int W = 600;
    private const int H = 120;
    private const int Band = 16;

    private ChartBox _box = new([], W, H);

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>In order of time.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ChartPoint> Points { get; set; } = [];

    [Parameter]
    public string Unit { get; set; } = "ms";

    /// <summary>How many of the newest measurements the table says.</summary>
    [Parameter]
    public int TableRows { get; set; } = 50;

    /// <summary>What the points come to, where that is known better than from the points.</summary>
    [Parameter]
    public string? Figures { get; set; }

    private string Summary
    {
        get
        {
            if (Figures is not null)
            {
                return Figures;
            }

            var values = Points.Where(point => point.Value is not null).Select(point => point.Value!.Value).ToList();
            var up = 100.0 * values.Count / Points.Count(point => !point.IsGap);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{up:0.#} % available, average {(values.Count == 0 ? 0 : values.Average()):0} {Unit}, highest {(values.Count == 0 ? 0 : values.Max()):0} {Unit}"
            );
        }
    }

    protected override void OnParametersSet() => _box = new(Points, W, H);

    private string Words(ChartPoint point) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{point.At.ToUniversalTime():yyyy-MM-dd HH:mm} UTC: {(point.Value is null ? Amount(point) : $"{Amount(point)} {Unit}")}{(point.Note is null ? "" : ", " + point.Note)}"
        );

    private static string Amount(ChartPoint point) =>
        point.Value is { } value ? ChartBox.N(value)
        : point.IsGap ? "not measured"
        : "failed";

    private static string Css(ChartPoint point) =>
        point.IsGap ? "chart-slot chart-slot-gap"
        : point.HasFailed ? "chart-slot chart-slot-bad"
        : "chart-slot";

    private IEnumerable<(ChartPoint Point, double X, double Width)> Slots()
    {
        for (var at = 0; at < Points.Count; at++)
        {
            var x = _box.X(Points[at]);
            var left = at == 0 ? 0 : (x + _box.X(Points[at - 1])) / 2;
            var right = at == Points.Count - 1 ? W : (x + _box.X(Points[at + 1])) / 2;
            yield return (Points[at], left, right - left);
        }
    }
}
