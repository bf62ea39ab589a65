using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>How a connection test ended. Written in snake_case wherever it leaves the program.</summary>
[JsonConverter(typeof(SnakeCaseVerdict))]
public enum LettaVerdict
{
    Connected,

    /// <summary>Connected, but the server asks nobody for a token.</summary>
    OpenServer,
    NameNotFound,
    Refused,
    Unreachable,
    Timeout,
    TlsUntrusted,
    TlsExpired,
    TlsNameMismatch,

    /// <summary>http:// was typed for a port that speaks TLS.</summary>
    TlsExpected,

    /// <summary>https:// was typed for a port that speaks plain HTTP.</summary>
    TlsUnexpected,

    /// <summary>Both sides speak TLS and cannot agree on how.</summary>
    TlsFailed,
    Redirect,
    NotFound,
    NotJson,
    Unauthorized,
    Forbidden,
    RateLimited,
    ServerError,
    NotLetta,

    /// <summary>How consoles that spoke to V1 only ended the test of an App Server; kept so that old checks can be read.</summary>
    AppServer,

    /// <summary>The other kind of Letta server answers than the one that was chosen.</summary>
    WrongKind,

    /// <summary>An App Server that is too old, or speaks another protocol than the console.</summary>
    VersionUnsupported,

    /// <summary>Something answers in place of the App Server's WebSocket, mostly a proxy that does not pass it.</summary>
    WebsocketRefused,

    /// <summary>The App Server's WebSocket is open, and nothing comes over it.</summary>
    NotReady,

    /// <summary>The outbound guard does not let the console call there.</summary>
    Blocked,
}

public static class LettaVerdicts
{
    /// <summary>The verdict as it is stored and sent, such as <c>tls_name_mismatch</c>.</summary>
    public static string Text(this LettaVerdict verdict) => JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.ToString());

    /// <summary>Whether the console can work with the server.</summary>
    public static bool IsConnected(this LettaVerdict verdict) => verdict is LettaVerdict.Connected or LettaVerdict.OpenServer;

    /// <summary>Whether the same test may well end otherwise in a moment, with nothing changed.</summary>
    public static bool IsTransient(this LettaVerdict verdict) =>
        verdict
            is LettaVerdict.Timeout
                or LettaVerdict.Refused
                or LettaVerdict.Unreachable
                or LettaVerdict.ServerError
                or LettaVerdict.RateLimited
                or LettaVerdict.NotReady;
}

internal sealed class SnakeCaseVerdict()
    : JsonStringEnumConverter<LettaVerdict>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
