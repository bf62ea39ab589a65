using Sanctum.Configurator.Registry.Connections;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>A span of time up to now that is charted.</summary>
/// <param name="Name">As the URL says it.</param>
/// <param name="Slot">The time that one point sums up.</param>
/// <param name="Period">The sums that the points are made of.</param>
public sealed record LettaRange(string Name, string Title, TimeSpan Slot, int Count, RollupPeriod Period)
{
    public static readonly IReadOnlyList<LettaRange> All =
    [
        new("1h", "1 hour", TimeSpan.FromMinutes(1), 60, RollupPeriod.Minute),
        new("24h", "24 hours", TimeSpan.FromMinutes(15), 96, RollupPeriod.Minute),
        new("30d", "30 days", TimeSpan.FromHours(6), 120, RollupPeriod.Hour),
    ];

    public static LettaRange? Find(string? name) => All.FirstOrDefault(range => range.Name == name);
}

/// <summary>The checks of one slot of time. Without any it is a gap: nobody measured.</summary>
/// <param name="LatencyAvg">Of the checks that connected, in milliseconds.</param>
public sealed record LettaPoint(DateTimeOffset At, int Checks, int Failures, double? LatencyAvg, double? LatencyMax);

/// <summary>The points of a range in order of time, and what they come to.</summary>
public sealed record LettaSeries(string Range, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<LettaPoint> Points)
{
    public int Checks => Points.Sum(p => p.Checks);

    public int Failures => Points.Sum(p => p.Failures);

    /// <summary>The share of checks that connected, in percent; null where none was made.</summary>
    public double? Availability => Checks == 0 ? null : Math.Round(100.0 * (Checks - Failures) / Checks, 2);

    public double? LatencyAvg =>
        Checks == Failures ? null : Math.Round(Points.Sum(p => (p.LatencyAvg ?? 0) * (p.Checks - p.Failures)) / (Checks - Failures), 1);

    public double? LatencyMax => Points.Max(p => p.LatencyMax);
}
