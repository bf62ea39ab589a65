using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>An MCP server as it is reached. Its secrets are kept out of <see cref="object.ToString"/>.</summary>
public sealed record McpTarget
{
    private const string None = "nowhere";

    public McpTransport Transport { get; init; }

    /// <summary>Null for a program.</summary>
    public Uri? Url { get; init; }

    /// <summary>Sent as <c>Authorization: Bearer</c>, to this address's origin only.</summary>
    public string? Token { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>How somebody signs in to it; null where a key does.</summary>
    internal McpOAuth? OAuth { get; init; }

    /// <summary>Null for an address.</summary>
    public StdioCommand? Command { get; init; }

    /// <summary>What is called, in a few words and without what is secret.</summary>
    public string Place => Url?.Authority ?? Command?.Program ?? None;

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Transport)} = {Transport}, {nameof(Place)} = {Place}");
        return true;
    }
}
