namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>What this process has said in one conversation, for those who come later: the server does not tell who said what.</summary>
internal sealed class AppServerTalk
{
    private const int MostDeciders = 100;

    private readonly Lock _lock = new();
    private readonly List<AppServerTurn> _turns = [];
    private readonly Dictionary<string, string> _senders = [];
    private readonly Dictionary<string, string> _deciders = [];

    /// <summary>The turn in which the agent is answering now; null where this process hears none.</summary>
    public AppServerTurn? UnderWay
    {
        get
        {
            lock (_lock)
            {
                return _turns.FirstOrDefault(turn => turn.IsUnderWay);
            }
        }
    }

    public void Begin(AppServerTurn turn)
    {
        lock (_lock)
        {
            _turns.Add(turn);
        }
    }

    /// <param name="own">What its message was sent with.</param>
    public void End(AppServerTurn turn, string? own)
    {
        lock (_lock)
        {
            _turns.Remove(turn);
        }

        Forget(own);
    }

    /// <summary>Tokens in the agent's context after the last turn; null where none was heard.</summary>
    public int? ContextTokens { get; set; }

    /// <summary>What the last message was sent with.</summary>
    public string? LastOwn { get; private set; }

    public void Send(string own, string by)
    {
        lock (_lock)
        {
            LastOwn = own;
            _senders[own] = by;
        }
    }

    public void Forget(string? own)
    {
        lock (_lock)
        {
            _senders.Remove(own ?? "");
        }
    }

    /// <summary>Null where another console or program sent it.</summary>
    public string? SenderOf(string? own)
    {
        lock (_lock)
        {
            return _senders.GetValueOrDefault(own ?? "");
        }
    }

    public void Decide(string request, string by)
    {
        lock (_lock)
        {
            if (_deciders.Count >= MostDeciders)
            {
                _deciders.Clear();
            }

            _deciders.TryAdd(request, by);
        }
    }

    /// <summary>Somebody else was faster.</summary>
    public void Undecide(string request, string by)
    {
        lock (_lock)
        {
            if (_deciders.GetValueOrDefault(request) == by)
            {
                _deciders.Remove(request);
            }
        }
    }

    /// <summary>Null where another console or program decided.</summary>
    public string? DeciderOf(string request)
    {
        lock (_lock)
        {
            return _deciders.GetValueOrDefault(request);
        }
    }
}
