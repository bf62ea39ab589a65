using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>One step of a connection test.</summary>
/// <param name="Name">One of <see cref="LettaSteps.All"/>.</param>
/// <param name="Ok">Null while the step is under way; a report holds ended steps only.</param>
public sealed record LettaStep(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("ok")] bool? Ok,
    [property: JsonPropertyName("ms")] double Ms,
    [property: JsonPropertyName("detail")] string Detail
)
{
    /// <summary>The step went well and yet tells of something the operator should see to.</summary>
    [JsonIgnore]
    public bool IsWarning { get; init; }
}

internal static class LettaSteps
{
    public const string NameResolution = "Name resolution";
    public const string Tcp = "TCP";
    public const string Tls = "TLS";
    public const string Http = "HTTP";
    public const string Shape = "API shape";
    public const string Version = "Version";
    public const string Authentication = "Authentication";
    public const string WebSocket = "WebSocket";
    public const string Agents = "Agents";

    /// <summary>
    /// In the order they are shown. TLS is left out for http addresses, WebSocket for Letta V1, and a test stops at the step that fails. An
    /// App Server says its version to who has the token only, so that Authentication comes before Version there. The token is used from
    /// Authentication on, when the server has shown that it is Letta; in the HTTP step only where V1's health address itself answers 401.
    /// </summary>
    public static IReadOnlyList<string> All { get; } = [NameResolution, Tcp, Tls, Http, Shape, Version, Authentication, WebSocket, Agents];
}
