using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>How it ended that a server was called. Written in snake_case wherever it leaves the program.</summary>
[JsonConverter(typeof(SnakeCaseVerdict))]
public enum McpVerdict
{
    Connected,

    /// <summary>Connected, and it offers no tool.</summary>
    NoTools,
    NameNotFound,
    Refused,
    Unreachable,
    Timeout,
    TlsUntrusted,
    TlsFailed,

    /// <summary>The outbound guard does not let the console call there.</summary>
    Blocked,

    /// <summary>The address, a header or the token can't be sent.</summary>
    Unsendable,
    Redirect,
    NotFound,

    /// <summary>Something else than an MCP server answers there.</summary>
    NotMcp,
    Unauthorized,

    /// <summary>As <see cref="Unauthorized"/>, and the server names who signs in.</summary>
    SignInNeeded,

    /// <summary>The token is good and its scope too small.</summary>
    ScopeNeeded,
    Forbidden,
    RateLimited,
    ServerError,

    /// <summary>It speaks MCP and refuses.</summary>
    ProtocolError,
    VersionUnsupported,

    /// <summary>The connection was closed in the middle.</summary>
    Cut,

    /// <summary>The operator's list does not name the command.</summary>
    CommandNotAllowed,
    CommandNotFound,

    /// <summary>The program ended by itself.</summary>
    Crashed,
    TooManyProcesses,
}

public static class McpVerdicts
{
    /// <summary>The verdict as it is stored and sent.</summary>
    public static string Text(this McpVerdict verdict) => JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.ToString());

    public static McpVerdict? Find(string? text) =>
        text is not null && Enum.GetValues<McpVerdict>().Where(v => v.Text() == text).ToArray() is [var found] ? found : null;

    /// <summary>Whether the console can work with the server.</summary>
    public static bool IsConnected(this McpVerdict verdict) => verdict is McpVerdict.Connected or McpVerdict.NoTools;

    public static string Title(this McpVerdict verdict) =>
        verdict switch
        {
            McpVerdict.Connected => "Connected",
            McpVerdict.NoTools => "Connected, no tools",
            McpVerdict.NameNotFound => "Name not found",
            McpVerdict.Refused => "Refused",
            McpVerdict.Unreachable => "Unreachable",
            McpVerdict.Timeout => "Timed out",
            McpVerdict.TlsUntrusted => "Certificate not trusted",
            McpVerdict.TlsFailed => "TLS failed",
            McpVerdict.Blocked => "Blocked",
            McpVerdict.Unsendable => "Can't be sent",
            McpVerdict.Redirect => "Redirected",
            McpVerdict.NotFound => "Not found",
            McpVerdict.NotMcp => "Not an MCP server",
            McpVerdict.Unauthorized => "Key not accepted",
            McpVerdict.SignInNeeded => "Sign-in needed",
            McpVerdict.ScopeNeeded => "More rights needed",
            McpVerdict.Forbidden => "Forbidden",
            McpVerdict.RateLimited => "Rate limited",
            McpVerdict.ServerError => "Server error",
            McpVerdict.ProtocolError => "Refused by the server",
            McpVerdict.VersionUnsupported => "Version not supported",
            McpVerdict.Cut => "Connection closed",
            McpVerdict.CommandNotAllowed => "Command not allowed",
            McpVerdict.CommandNotFound => "Program not found",
            McpVerdict.Crashed => "Program ended",
            McpVerdict.TooManyProcesses => "Too many programs",
            _ => verdict.Text(),
        };
}

internal sealed class SnakeCaseVerdict() : JsonStringEnumConverter<McpVerdict>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
