namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>
/// The agents for which something may be begun now, as far as this console has written it itself, so that not all of them are asked each
/// time. Who came first is asked first. It is only a hint: what others write, or what it misses, is found when all are asked, at the latest
/// after two seconds.
/// </summary>
internal sealed class QueueHints(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<int, bool> _agents = [];
    private readonly HashSet<int> _commanded = [];
    private Action? _heard;
    private bool _isAll = true;
    private DateTimeOffset _asked = DateTimeOffset.MinValue;
    private bool _isNextKnown;
    private DateTimeOffset? _next;

    /// <summary>Hears of what is added, until it is disposed. While nobody does, all agents are asked each time.</summary>
    public IDisposable Follow(Action heard)
    {
        lock (_lock)
        {
            _heard += heard;
            _isAll = true;
        }

        return new Following(this, heard);
    }

    /// <param name="commanded">Those of them for which a command has come.</param>
    /// <param name="due">When there is something to begin for which it is too early now.</param>
    public void Add(IEnumerable<int> agents, IEnumerable<int> commanded, DateTimeOffset? due)
    {
        Action? heard;
        lock (_lock)
        {
            _commanded.UnionWith(commanded);
            AddLast(agents);
            _next = due is null || _next < due ? _next : due;
            heard = _heard;
        }

        heard?.Invoke();
    }

    /// <summary>The agents whose turns have ended may begin others.</summary>
    public void AddEnds(IReadOnlyList<(ClaimedTurn Claimed, TurnEnd End)> ends) =>
        Add(ends.Select(end => end.Claimed.Lead.AgentId).OfType<int>(), [], ends.Min(end => end.End.NotBefore));

    /// <summary>Something may be begun for any of them.</summary>
    public void AddAll()
    {
        lock (_lock)
        {
            _isAll = true;
        }
    }

    /// <summary>Whether all are to be asked now; what was added before counts no more then.</summary>
    public bool IsAll()
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (_heard is not null && !_isAll && now - _asked < QueueEngine.Look && !(_next <= now))
            {
                return false;
            }

            (_isAll, _asked, _isNextKnown, _next) = (false, now, false, null);
            _commanded.Clear();
            _agents.Clear();
            return true;
        }
    }

    /// <summary>The next agents to ask, which are forgotten by that: all with a command, and of the others so many.</summary>
    public List<int> Take(int most)
    {
        lock (_lock)
        {
            int[] next = [.. _agents.Keys.Take(most)];
            List<int> taken = [.. _commanded.Union(next)];
            _commanded.Clear();
            if (next.Length == _agents.Count)
            {
                _agents.Clear();
            }

            foreach (var agent in next)
            {
                _agents.Remove(agent);
            }

            return taken;
        }
    }

    /// <summary>They are asked once more, before all others, and do not wake anybody for it.</summary>
    public void PutBack(IEnumerable<int> agents, IEnumerable<int> commanded)
    {
        lock (_lock)
        {
            _commanded.UnionWith(commanded);
            int[] others = [.. _agents.Keys];
            _agents.Clear();
            AddLast(agents);
            AddLast(others);
        }
    }

    private void AddLast(IEnumerable<int> agents)
    {
        foreach (var agent in agents)
        {
            _agents.TryAdd(agent, true);
        }
    }

    /// <summary>When something is due next: read from the table once after all were asked, and followed from then on.</summary>
    public async Task<DateTimeOffset?> NextAsync(Func<Task<DateTimeOffset?>> read)
    {
        lock (_lock)
        {
            if (_heard is not null && _isNextKnown)
            {
                return _next;
            }
        }

        var next = await read();
        lock (_lock)
        {
            (_isNextKnown, _next) = (true, _next is null || next < _next ? next : _next);
            return _next;
        }
    }

    private sealed class Following(QueueHints hints, Action heard) : IDisposable
    {
        public void Dispose()
        {
            lock (hints._lock)
            {
                hints._heard -= heard;
            }
        }
    }
}
