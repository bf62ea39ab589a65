using System.Text.Json.Serialization;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Pins;

namespace Sanctum.Configurator.Features.McpServers.Probe;

/// <summary>What a test found. Holds no secret: it may be shown, stored and logged.</summary>
/// <param name="Message">What happened, and to what, in a sentence.</param>
/// <param name="Hint">What to do next; "" where there is nothing to do.</param>
public sealed record McpReport(McpVerdict Verdict, string Message, string Hint, double LatencyMs, IReadOnlyList<McpStep> Steps)
{
    /// <summary>Of the protocol: "2026-07-28" or "initialize"; null where it was not found out.</summary>
    public string? Era { get; init; }

    public string? ProtocolVersion { get; init; }

    /// <summary>The one that worked.</summary>
    public string? Transport { get; init; }

    public string? ServerName { get; init; }

    public string? ServerVersion { get; init; }

    public string? Instructions { get; init; }

    public int? Tools => Definitions?.Count(one => one.Kind == ToolDefinition.Tool);

    /// <summary>Where an MCP server was found instead, which the hint names; with variables for what is secret in it.</summary>
    public string? SuggestedUrl { get; init; }

    /// <summary>What the server said of signing in.</summary>
    [JsonIgnore]
    public string? Challenge { get; init; }

    /// <summary>All that the server says of itself to a model; null where it could not be asked.</summary>
    [JsonIgnore]
    public IReadOnlyList<ToolDefinition>? Definitions { get; init; }

    [JsonIgnore]
    public bool HasWarning => Verdict.IsConnected() && Steps.Any(step => step is { IsWarning: true, Ok: true });

    [JsonIgnore]
    public Tone Tone => McpVerdictLook.ToneOf(Verdict, HasWarning);
}

/// <summary>How verdicts are coloured, alike wherever they are shown.</summary>
internal static class McpVerdictLook
{
    public static Tone ToneOf(McpVerdict verdict, bool hasWarning = false) =>
        verdict switch
        {
            McpVerdict.Connected => hasWarning ? Tone.Warning : Tone.Good,
            McpVerdict.NoTools => Tone.Warning,
            _ => Tone.Bad,
        };
}
