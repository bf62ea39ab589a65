using System.Collections.Concurrent;
using System.Security.Claims;

namespace Sanctum.Configurator.Features.Account;

/// <summary>The circuits of this console that are open, by session, and when a person last did something in them.</summary>
public sealed class LiveSessions(TimeProvider clock)
{
    private readonly ConcurrentDictionary<LiveCircuit, bool> _circuits = new();
    private readonly ConcurrentDictionary<int, DateTimeOffset> _seen = new();

    internal IReadOnlyCollection<LiveCircuit> Circuits => [.. _circuits.Keys];

    internal IDisposable Enter(LiveCircuit circuit)
    {
        _circuits[circuit] = true;
        return new Stay(this, circuit);
    }

    /// <summary>
    /// This session is about to go on under another stamp of its user's. Said before that is written, so that nobody looks in between.
    /// Pages that another console serves end, and come back by the new cookie.
    /// </summary>
    internal void Expect(int sessionId, string stamp)
    {
        foreach (var circuit in _circuits.Keys.Where(c => c.SessionId == sessionId))
        {
            circuit.Expect(stamp);
        }
    }

    /// <summary>A person did something in this session just now.</summary>
    internal void See(int sessionId) => _seen[sessionId] = clock.GetUtcNow();

    /// <summary>What people did since the last call.</summary>
    internal IReadOnlyList<(int SessionId, DateTimeOffset At)> TakeSeen()
    {
        var taken = new List<(int, DateTimeOffset)>();
        foreach (var id in _seen.Keys)
        {
            if (_seen.TryRemove(id, out var at))
            {
                taken.Add((id, at));
            }
        }

        return taken;
    }

    private sealed class Stay(LiveSessions live, LiveCircuit circuit) : IDisposable
    {
        public void Dispose() => live._circuits.TryRemove(circuit, out _);
    }
}

/// <summary>One open circuit: what it believes of its user, and how it is told otherwise.</summary>
internal sealed class LiveCircuit(int sessionId, string stamp, int userVersion, Func<ClaimsPrincipal, Task> refresh, Func<Task> end)
{
    private volatile string? _expected;

    public int SessionId => sessionId;

    /// <summary>This stamp holds as well from now on.</summary>
    public void Expect(string next) => _expected = next;

    /// <summary>Compares the session as it is now with what the circuit believes, and tells the circuit where they differ.</summary>
    public async Task CompareAsync(LiveSession? session)
    {
        if (session is null || ((session.Stamp ?? "") is var now && now != stamp && now != _expected))
        {
            await end();
        }
        else if (session.Version != userVersion)
        {
            userVersion = session.Version;
            await refresh(session.ToPrincipal());
        }
    }
}
