using System.Collections.Concurrent;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>
/// Keeps the one connection over which the console talks to its App Server, as long as the process lives: the server cancels the turns of
/// a connection that closes.
/// </summary>
public sealed class AppServerLinks(OutboundHttp outbound) : IDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private AppServerLine? _line;

    /// <summary>The connection that is open, or a new one where it is lost, or leads elsewhere.</summary>
    /// <exception cref="LettaCallException">It could not be opened.</exception>
    internal async Task<AppServerLine> OpenAsync(LettaPlace server, CancellationToken cancel)
    {
        await _opening.WaitAsync(cancel);
        try
        {
            if (_line is { } line && line.IsAt(server) && line.Link.IsOpen)
            {
                return line;
            }

            var next = new AppServerLine(server, await AppServerLink.ConnectAsync(outbound, server, cancel));
            if (_line is { } last && last.IsAt(server))
            {
                next = next with { Skills = last.Skills, Outcomes = last.Outcomes };
            }

            _line?.Link.Dispose();
            return _line = next;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>What was heard of this server, over whichever connection.</summary>
    internal AppServerOutcomes? OutcomesOf(LettaPlace server) => _line is { } line && line.IsAt(server) ? line.Outcomes : null;

    public void Dispose()
    {
        _line?.Link.Dispose();
        _opening.Dispose();
    }
}

/// <summary>An open connection, and what is said on it.</summary>
internal sealed record AppServerLine(LettaPlace Place, AppServerLink Link)
{
    private readonly ConcurrentDictionary<AppServerScope, AppServerTalk> _talks = new();
    private readonly ConcurrentDictionary<string, Lane> _lanes = new();

    /// <summary>How long a call may take is no reason to cut off the turns that are under way.</summary>
    public bool IsAt(LettaPlace server) => Place with { Patience = server.Patience } == server;

    /// <summary>By agent: what was told of its skills when it answered last.</summary>
    public ConcurrentDictionary<string, IReadOnlyList<AgentSkillEntry>> Skills { get; init; } = new();

    public AppServerOutcomes Outcomes { get; init; } = new();

    /// <summary>The one way on which something is said to an agent in the console's conversation.</summary>
    public Lane LaneTo(string agent) => _lanes.GetOrAdd(agent, static _ => new());

    public AppServerTalk TalkIn(AppServerScope scope) => _talks.GetOrAdd(scope, static _ => new());
}
