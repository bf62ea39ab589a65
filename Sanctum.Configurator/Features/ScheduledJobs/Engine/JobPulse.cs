using System.Threading.Channels;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>
/// Tells the engine that there may be something to do, and pages that something about runs has changed, here at once and of other consoles
/// with the next look.
/// </summary>
public sealed partial class JobPulse(ILogger<JobPulse> log)
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly Lock _lock = new();
    private readonly List<Action> _listeners = [];

    /// <summary>Somebody added, changed or asked for something.</summary>
    public void Wake()
    {
        WakeEngine();
        Tell();
    }

    /// <summary>There is room for more.</summary>
    internal void WakeEngine() => _wake.Writer.TryWrite(true);

    /// <summary>Calls the listener, which must return at once, until the subscription is disposed.</summary>
    public IDisposable Subscribe(Action listener)
    {
        lock (_lock)
        {
            _listeners.Add(listener);
        }

        return new Subscription(this, listener);
    }

    internal void Tell()
    {
        Action[] listeners;
        lock (_lock)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            try
            {
                listener();
            }
            catch (Exception e)
            {
                LogFailed(e);
            }
        }
    }

    internal ValueTask<bool> WokenAsync(CancellationToken cancel) => _wake.Reader.ReadAsync(cancel);

    [LoggerMessage(LogLevel.Error, "A subscriber of job runs failed; it may show old runs until the next one")]
    private partial void LogFailed(Exception exception);

    private sealed class Subscription(JobPulse pulse, Action listener) : IDisposable
    {
        public void Dispose()
        {
            lock (pulse._lock)
            {
                pulse._listeners.Remove(listener);
            }
        }
    }
}
