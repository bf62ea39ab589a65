namespace Sanctum.Configurator.Components.Kit;

/// <summary>One measurement; without a value it failed, unless it is a gap.</summary>
public sealed record ChartPoint(DateTimeOffset At, double? Value, string? Note = null)
{
    /// <summary>Nobody measured: neither good nor bad.</summary>
    public bool IsGap { get; init; }

    /// <summary>Also where a value stands for several measurements of which some failed.</summary>
    public bool HasFailed
    {
        get => field || (Value is null && !IsGap);
        init;
    }
}

/// <summary>Points laid into a box, x by time and y by value from zero.</summary>
internal sealed class ChartBox(IReadOnlyList<ChartPoint> points, double width, double height)
{
    private readonly long _first = points.Count == 0 ? 0 : points[0].At.UtcTicks;
    private readonly double _span = points.Count < 2 ? 1 : Math.Max(1, points[^1].At.UtcTicks - points[0].At.UtcTicks);

    public double Top { get; } = NiceTop(points.Max(point => point.Value) ?? 1);

    public double X(ChartPoint point) => points.Count < 2 ? width / 2 : (point.At.UtcTicks - _first) / _span * width;

    public double Y(double value) => height - (value / Top * height);

    /// <summary>The line, broken where a measurement failed; closed to the ground for an area.</summary>
    public string Path(bool area)
    {
        var path = new StringBuilder();
        ChartPoint? last = null;
        foreach (var point in points)
        {
            if (point.Value is not { } value)
            {
                Close();
                last = null;
                continue;
            }

            if (last is null)
            {
                path.Append(area ? $"M{N(X(point))} {N(height)}L{N(X(point))} {N(Y(value))}" : $"M{N(X(point))} {N(Y(value))}");
            }
            else
            {
                path.Append(CultureInfo.InvariantCulture, $"L{N(X(point))} {N(Y(value))}");
            }

            last = point;
        }

        Close();
        return path.ToString();

        void Close()
        {
            if (area && last is not null)
            {
                path.Append(CultureInfo.InvariantCulture, $"L{N(X(last))} {N(height)}Z");
            }
        }
    }

    public static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static double NiceTop(double highest)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(highest, 1e-6))));
        return new[] { 1, 2, 2.5, 5, 10 }.Select(step => step * power).First(top => top >= highest * 0.999);
    }
}
