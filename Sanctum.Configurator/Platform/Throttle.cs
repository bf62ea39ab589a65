namespace Sanctum.Configurator.Platform;

/// <summary>
/// Does something when it is asked to: at once, then once in a span of time at most, and never twice at the same time. The last time it was
/// asked is never left out.
/// </summary>
public sealed class Throttle : IDisposable
{
    private readonly Func<CancellationToken, Task> _act;
    private readonly TimeSpan _atMost;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _gone = new();
    private readonly Lock _lock = new();
    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private bool _isDue;
    private bool _isActing;

    /// <param name="atMost">Once in this time.</param>
    /// <param name="act">Called on any thread; it deals with what goes wrong.</param>
    public Throttle(TimeSpan atMost, TimeProvider clock, Func<CancellationToken, Task> act)
    {
        (_atMost, _clock, _act) = (atMost, clock, act);
        _timer = clock.CreateTimer(_ => _ = ActAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Ask()
    {
        lock (_lock)
        {
            if (_isDue)
            {
                return;
            }

            _isDue = true;
            if (!_isActing)
            {
                Begin();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            // A timer that was due already does nothing any more.
            _isDue = true;
            _timer.Dispose();
        }

        _gone.Cancel();
        _gone.Dispose();
    }

    private void Begin()
    {
        if (_last + _atMost - _clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            // SQLite works on its caller's thread, and that of the page or of whoever changed something has others to serve.
            _ = Task.Run(ActAsync);
        }
    }

    private async Task ActAsync()
    {
        CancellationToken cancel;
        lock (_lock)
        {
            if (_gone.IsCancellationRequested)
            {
                return;
            }

            cancel = _gone.Token;
            (_isDue, _isActing, _last) = (false, true, _clock.GetUtcNow());
        }

        try
        {
            await _act(cancel);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // Nobody asks any more.
        }
        finally
        {
            lock (_lock)
            {
                _isActing = false;
                if (_isDue && !cancel.IsCancellationRequested)
                {
                    Begin();
                }
            }
        }
    }
}
