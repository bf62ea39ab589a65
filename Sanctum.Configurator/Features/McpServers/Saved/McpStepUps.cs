using System.Collections.Concurrent;
using Sanctum.Configurator.Features.McpServers.Client;

namespace Sanctum.Configurator.Features.McpServers.Saved;

/// <summary>What each saved server has asked for beyond the rights of its sign-in.</summary>
public sealed class McpStepUps
{
    private readonly ConcurrentDictionary<int, McpStepUp> _servers = new();

    public McpStepUp Of(int serverId) => _servers.GetOrAdd(serverId, _ => new());
}
