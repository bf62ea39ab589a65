using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>
/// Lets a page read again when something about jobs or runs has changed: at once, then once a second at most. The last change is never left
/// out.
/// </summary>
internal sealed class PulseWatch : IDisposable
{
    public static readonly TimeSpan AtMost = TimeSpan.FromSeconds(1);

    private readonly IDisposable _pulse;
    private readonly IDisposable _changes;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private bool _isDue;

    /// <param name="read">Returns at once.</param>
    public PulseWatch(JobPulse pulse, ChangeFeed feed, TimeProvider clock, Action read)
    {
        _clock = clock;
        _timer = clock.CreateTimer(_ => Read(read), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _pulse = pulse.Subscribe(Ask);
        _changes = feed.Subscribe(change =>
        {
            if (change.Tables.Contains("scheduled_jobs"))
            {
                Ask();
            }

            return Task.CompletedTask;
        });
    }

    public void Dispose()
    {
        _pulse.Dispose();
        _changes.Dispose();
        _timer.Dispose();
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

            var wait = _last + AtMost - _clock.GetUtcNow();
            _isDue = true;
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void Read(Action read)
    {
        lock (_lock)
        {
            (_isDue, _last) = (false, _clock.GetUtcNow());
        }

        read();
    }
}
