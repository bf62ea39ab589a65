using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>What hints say otherwise of one kind of server than of the other, while it is not known which one it is.</summary>
internal static class KindHints
{
    /// <summary>The end of a sentence about the port.</summary>
    public static string PortOf(LettaKind? kind) =>
        kind switch
        {
            LettaKind.V1 => "Letta's own default is 8283",
            LettaKind.AppServer => "an App Server has the one that was given to --listen",
            _ => "Letta V1's own default is 8283, an App Server has the one that was given to --listen",
        };

    /// <summary>What a proxy must let pass.</summary>
    public static string PathsOf(LettaKind? kind) =>
        kind switch
        {
            LettaKind.V1 => "/v1",
            LettaKind.AppServer => "/ws, /healthz and /app-server-info",
            _ => "/v1 (or /ws, /healthz and /app-server-info for an App Server)",
        };

    /// <summary>Where the token is found.</summary>
    public static string TokenOf(LettaKind? kind) =>
        kind switch
        {
            LettaKind.V1 => "the server's LETTA_SERVER_PASSWORD",
            LettaKind.AppServer => "the token of the server's --ws-token-file",
            _ => "the server's LETTA_SERVER_PASSWORD (or the token of its --ws-token-file if it is an App Server)",
        };
}
