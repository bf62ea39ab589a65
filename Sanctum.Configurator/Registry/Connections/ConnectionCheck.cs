namespace Sanctum.Configurator.Registry.Connections;

/// <summary>One test of the connection to the Letta server.</summary>
public sealed class ConnectionCheck
{
    public long Id { get; private set; }
    public DateTimeOffset CheckedAt { get; init; }

    /// <summary>"monitor" where nobody asked, else the actor.</summary>
    public required string CheckedBy { get; init; }

    /// <summary>The address that was tested.</summary>
    public required string Address { get; init; }

    /// <summary>The settings in force were tested; else values that somebody typed, which say nothing of the server in use.</summary>
    public bool IsOfSaved { get; init; }

    /// <summary>The verdict's word, such as "connected" or "tls_expired".</summary>
    public required string Verdict { get; init; }

    /// <summary>Whether the server answered as it should.</summary>
    public bool IsUp { get; init; }
    public int? HttpStatus { get; init; }
    public double LatencyMs { get; init; }
    public string? ServerVersion { get; init; }
    public int? Agents { get; init; }
    public string? Message { get; init; }

    /// <summary>What to do next.</summary>
    public string? Hint { get; init; }

    /// <summary>JSON: the steps with their milliseconds.</summary>
    public string? Steps { get; init; }
}
