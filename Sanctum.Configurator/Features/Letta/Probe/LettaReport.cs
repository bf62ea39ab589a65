using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>What a connection test found. Holds no secret: it may be shown, stored and logged.</summary>
/// <param name="HttpStatus">Of the answer that decided; null when none came.</param>
/// <param name="LatencyMs">Of the whole test.</param>
/// <param name="Message">What happened, and to what, in one sentence.</param>
/// <param name="Hint">What to do next, naming the field to change.</param>
public sealed record LettaReport(
    [property: JsonPropertyName("verdict")] LettaVerdict Verdict,
    [property: JsonPropertyName("http_status")] int? HttpStatus,
    [property: JsonPropertyName("http_phrase")] string? HttpPhrase,
    [property: JsonPropertyName("latency_ms")] int LatencyMs,
    [property: JsonPropertyName("server_version")] string? ServerVersion,
    [property: JsonPropertyName("agents")] int? Agents,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("hint")] string Hint,
    [property: JsonPropertyName("steps")] IReadOnlyList<LettaStep> Steps
)
{
    /// <summary>Which of Letta's servers answered; null where the test did not come that far.</summary>
    [JsonPropertyName("kind")]
    public LettaKind? Kind { get; init; }

    /// <summary>False when Letta no longer mends this version; null when the version is not known.</summary>
    [JsonIgnore]
    public bool? IsVersionSupported { get; init; }

    /// <summary>Nobody was asked: the server is left alone for a moment. The rest tells of the time before.</summary>
    [JsonIgnore]
    public bool IsPaused { get; init; }

    /// <summary>Connected, and yet there is something to see to: an open server, or a retired version.</summary>
    [JsonIgnore]
    public bool HasWarning => Verdict.IsConnected() && Steps.Any(step => step.IsWarning);
}
