using System.Text.Json.Serialization;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.McpServers.Client;

namespace Sanctum.Configurator.Features.McpServers.Probe;

/// <summary>One step of a test, or one attempt of the negotiation.</summary>
/// <param name="Ok">Null while it is under way.</param>
public sealed record McpStep(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("ok")] bool? Ok,
    [property: JsonPropertyName("ms")] double Ms,
    [property: JsonPropertyName("detail")] string Detail
)
{
    public const string Tools = "Tools";
    public const string Nearby = "Other addresses";

    /// <summary>It went well and yet tells of something to see to; or it went wrong, and the next attempt may go well.</summary>
    [JsonPropertyName("warning")]
    public bool IsWarning { get; init; }

    public static McpStep Of(McpAttempt attempt) =>
        new($"{attempt.Request} ({McpTransports.TitleOf(attempt.Transport)})", attempt.Ok, attempt.Ms, attempt.Answer)
        {
            IsWarning = !attempt.Ok,
        };

    public Step Shown =>
        new(
            Name,
            (Ok, IsWarning) switch
            {
                (null, _) => Tone.Busy,
                (true, false) => Tone.Good,
                (_, true) => Tone.Warning,
                _ => Tone.Bad,
            },
            Detail,
            Ok is null ? null : TimeSpan.FromMilliseconds(Ms)
        );
}
