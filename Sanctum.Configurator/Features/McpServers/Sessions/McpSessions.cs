using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Features.McpServers.Processes;

namespace Sanctum.Configurator.Features.McpServers.Sessions;

/// <summary>
/// Keeps sessions with servers open between calls, and closes those that nobody uses. One that broke is opened anew at the next call; a
/// server that can't be reached is left alone for a moment, which grows, and is never given up.
/// </summary>
public sealed class McpSessions(McpConnector connector, IOptions<McpServerOptions> options, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<McpSessionKey, ServerSession> _sessions = new();

    /// <summary>Those that are open.</summary>
    public int Count => _sessions.Values.Count(session => session.IsOpen);

    /// <summary>The session with a server, open or not.</summary>
    internal ServerSession Of(McpSessionKey key, McpTarget target) =>
        _sessions.GetOrAdd(key, _ => new ServerSession(connector, target, options.Value.Patience, clock));

    /// <summary>A session for one call, in which a person is asked what the server wants to know. Whoever opens it ends it.</summary>
    internal ServerSession New(McpTarget target, Func<ElicitRequestParams, CancellationToken, ValueTask<ElicitResult>> elicit) =>
        new(connector, target, options.Value.Patience, clock, elicit);

    /// <summary>Ends the sessions with a server: it was changed, deleted or disabled.</summary>
    internal Task EndAsync(int serverId) => EndAsync(pair => pair.Key.ServerId == serverId);

    /// <summary>Ends what nobody has used for a while, and what was opened for an earlier version of a server.</summary>
    internal Task EndIdleAsync(IReadOnlyDictionary<int, int> versions) =>
        EndAsync(pair =>
            pair.Value.LastUsed + Idle <= clock.GetUtcNow()
            || !versions.TryGetValue(pair.Key.ServerId, out var version)
            || version != pair.Key.Version
        );

    /// <summary>Lets the next call try at once.</summary>
    internal void Forgive(int serverId)
    {
        foreach (var (key, session) in _sessions)
        {
            if (key.ServerId == serverId)
            {
                session.Forgive();
            }
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync(_ => true);

    private Task EndAsync(Func<KeyValuePair<McpSessionKey, ServerSession>, bool> isMeant) =>
        Task.WhenAll(
            _sessions
                .Where(isMeant)
                .ToList()
                .Select(pair => _sessions.TryRemove(pair) ? pair.Value.DisposeAsync().AsTask() : Task.CompletedTask)
        );
}

/// <summary>Whose session with which server. Another version of the row is another session.</summary>
/// <param name="UserId">Null where the server's own key is used.</param>
internal readonly record struct McpSessionKey(int ServerId, int Version, int? UserId);

/// <summary>A server's tools as they are now.</summary>
internal sealed record SessionTools(IReadOnlyList<ToolDefinition> Definitions, DateTimeOffset ReadAt);
