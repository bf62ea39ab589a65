using System.Text.Json;
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

    /// <summary>Letta's successor, which speaks another API.</summary>
    AppServer,

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
                or LettaVerdict.RateLimited;
}

internal sealed class SnakeCaseVerdict()
    : JsonStringEnumConverter<LettaVerdict>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
