namespace Sanctum.Configurator.Features.Conversations;

/// <summary>Draws at once where nothing was drawn for a moment, and otherwise when the moment is over: words come faster than one reads.</summary>
internal sealed class DrawPace : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(60);

    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly Action _draw;
    private readonly ITimer _timer;
    private long? _drawn;
    private bool _isDue;

    /// <param name="draw">Called on any thread.</param>
    public DrawPace(TimeProvider clock, Action draw)
    {
        (_clock, _draw) = (clock, draw);
        _timer = clock.CreateTimer(
            _ =>
            {
                lock (_lock)
                {
                    (_isDue, _drawn) = (false, _clock.GetTimestamp());
                }

                draw();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>There is something else to draw.</summary>
    public void Ask()
    {
        lock (_lock)
        {
            if (_isDue)
            {
                return;
            }

            if (_drawn is { } drawn && Moment - _clock.GetElapsedTime(drawn) is var wait && wait > TimeSpan.Zero)
            {
                _isDue = true;
                _timer.Change(wait, Timeout.InfiniteTimeSpan);
                return;
            }

            _drawn = _clock.GetTimestamp();
        }

        _draw();
    }
}
