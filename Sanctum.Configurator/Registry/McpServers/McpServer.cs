using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Registry.McpServers;

/// <summary>A server of tools that speaks the Model Context Protocol.</summary>
public sealed class McpServer : IVersioned
{
    public const int NameLength = 100;
    public const int UrlLength = 500;

    public int Id { get; private set; }

    /// <summary>Whose it is; null for everybody's.</summary>
    public int? UserId { get; init; }

    /// <summary>Unique among those of one owner.</summary>
    public required string Name { get; set; }

    /// <summary>Where it answers; empty for a command.</summary>
    public string Url { get; set; } = "";

    /// <summary>Sealed.</summary>
    public string? ApiKey { get; set; }
    public bool IsEnabled { get; set; } = true;
    public string? Description { get; set; }
    public McpTransport Transport { get; set; }
    public McpSignIn SignIn { get; set; }

    /// <summary>The program of a server that is started by the console.</summary>
    public string? Command { get; set; }

    /// <summary>JSON: an array of the command's arguments.</summary>
    public string? Arguments { get; set; }

    /// <summary>JSON, sealed: the variables that the command gets, and no others.</summary>
    public string? Environment { get; set; }

    /// <summary>JSON, sealed: headers that go with each request.</summary>
    public string? Headers { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>How a server is spoken to.</summary>
public enum McpTransport
{
    /// <summary>Found by the test: streamable HTTP, else server-sent events.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    [JsonStringEnumMemberName("streamable_http")]
    StreamableHttp,

    [JsonStringEnumMemberName("sse")]
    Sse,

    [JsonStringEnumMemberName("stdio")]
    Stdio,
}

/// <summary>How the console signs in to a server.</summary>
public enum McpSignIn
{
    /// <summary>With the key, where there is one.</summary>
    [JsonStringEnumMemberName("api_key")]
    ApiKey,

    [JsonStringEnumMemberName("oauth")]
    OAuth,
}
