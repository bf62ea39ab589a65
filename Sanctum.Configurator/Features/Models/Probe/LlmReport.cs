using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Life;

namespace Sanctum.Configurator.Features.Models.Probe;

/// <summary>How a step of a test ended.</summary>
public enum LlmStepEnd
{
    [JsonStringEnumMemberName("passed")]
    Passed,

    [JsonStringEnumMemberName("warning")]
    Warning,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It was not asked for, or an earlier step failed.</summary>
    [JsonStringEnumMemberName("skipped")]
    Skipped,
}

/// <summary>A step of a test.</summary>
public sealed record LlmStep(
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("end")] LlmStepEnd End,
    [property: JsonPropertyName("detail")] string? Detail,
    [property: JsonPropertyName("ms")] double Ms
);

/// <summary>What a test of a model found. Holds no key: it may be shown, stored and logged.</summary>
/// <param name="Models">The provider's list; null where it has none.</param>
/// <param name="FirstTokenMs">Until the first piece of the answer.</param>
public sealed record LlmReport(
    [property: JsonPropertyName("verdict")] LlmVerdict Verdict,
    [property: JsonPropertyName("is_up")] bool IsUp,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("hint")] string? Hint,
    [property: JsonPropertyName("latency_ms")] double LatencyMs,
    [property: JsonPropertyName("first_token_ms")] double? FirstTokenMs,
    [property: JsonPropertyName("dimension")] int? Dimension,
    [property: JsonPropertyName("steps")] IReadOnlyList<LlmStep> Steps,
    [property: JsonPropertyName("models")] IReadOnlyList<string>? Models
)
{
    /// <summary>When the model ends; null where nobody says that it does.</summary>
    [JsonPropertyName("end")]
    public ModelEnd? End { get; init; }
}
