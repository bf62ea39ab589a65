namespace Sanctum.Configurator.Registry.Connections;

/// <summary>The monitor's checks of one minute, hour or day, summed up.</summary>
public sealed class ConnectionRollup
{
    public long Id { get; private set; }
    public RollupPeriod Period { get; init; }
    public DateTimeOffset StartsAt { get; init; }
    public int Checks { get; set; }
    public int Failures { get; set; }

    /// <summary>Of the checks that succeeded, in milliseconds.</summary>
    public double LatencySum { get; set; }
    public double? LatencyMin { get; set; }
    public double? LatencyMax { get; set; }
}
