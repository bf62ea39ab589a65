using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Overview;

/// <summary>
/// Keeps one area of an open page as it is now: reads it when it changes, at once and then once a second at most. The last change is never
/// left out.
/// </summary>
internal sealed class AreaWatch : IDisposable
{
    public static readonly TimeSpan AtMost = TimeSpan.FromSeconds(1);

    private readonly OverviewService _overview;
    private readonly TimeProvider _clock;
    private readonly Action _shown;
    private readonly ITimer _timer;
    private readonly IDisposable? _own;
    private readonly IDisposable _changes;
    private readonly CancellationTokenSource _gone = new();
    private readonly Lock _lock = new();
    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private bool _isDue;
    private bool _isReading;

    /// <param name="shown">Called on any thread when the area was read.</param>
    public AreaWatch(IOverviewArea area, OverviewService overview, ChangeFeed feed, TimeProvider clock, Action shown)
    {
        (Area, _overview, _clock, _shown) = (area, overview, clock, shown);
        _timer = clock.CreateTimer(_ => _ = ReadAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _own = area.Subscribe(Ask);
        _changes = feed.Subscribe(change =>
        {
            if (area.Follows?.Any(change.Tables.Contains) != false)
            {
                Ask();
            }

            return Task.CompletedTask;
        });
        Ask();
    }

    public IOverviewArea Area { get; }

    /// <summary>Null until it was read for the first time.</summary>
    public AreaState? State { get; private set; }

    public void Dispose()
    {
        _own?.Dispose();
        _changes.Dispose();
        lock (_lock)
        {
            // A timer that was due already reads nothing any more.
            _isDue = true;
            _timer.Dispose();
        }

        _gone.Cancel();
        _gone.Dispose();
    }

    /// <summary>Reads again, as soon as it may.</summary>
    public void Ask()
    {
        lock (_lock)
        {
            if (_isDue)
            {
                return;
            }

            _isDue = true;
            if (!_isReading)
            {
                Begin();
            }
        }
    }

    private void Begin()
    {
        if (_last + AtMost - _clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            // SQLite works on its caller's thread, and that of the page or of whoever changed something has others to serve.
            _ = Task.Run(ReadAsync);
        }
    }

    private async Task ReadAsync()
    {
        CancellationToken cancel;
        lock (_lock)
        {
            if (_gone.IsCancellationRequested)
            {
                return;
            }

            cancel = _gone.Token;
            (_isDue, _isReading, _last) = (false, true, _clock.GetUtcNow());
        }

        try
        {
            State = await _overview.ReadAsync(Area, cancel);
            _shown();
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            lock (_lock)
            {
                _isReading = false;
                if (_isDue && !cancel.IsCancellationRequested)
                {
                    Begin();
                }
            }
        }
    }
}
