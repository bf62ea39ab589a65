namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>The guard does not let the console call this place.</summary>
public sealed class OutboundRefusedException(string place, string reason) : Exception($"Requests to {place} are blocked: {reason}.")
{
    public string Place { get; } = place;

    /// <summary>The end of a sentence that begins "…is not called:".</summary>
    public string Reason { get; } = reason;
}
