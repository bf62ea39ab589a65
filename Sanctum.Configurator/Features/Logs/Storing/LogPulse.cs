namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>Tells live pages, the index and alerts that lines may have come in, by whomever.</summary>
public sealed partial class LogPulse(ILogger<LogPulse> log)
{
    private readonly Lock _lock = new();
    private readonly List<Action> _listeners = [];
    private int _isTelling;

    /// <summary>Calls the listener, which must return at once, until the subscription is disposed.</summary>
    public IDisposable Subscribe(Action listener)
    {
        lock (_lock)
        {
            _listeners.Add(listener);
        }

        return new Subscription(this, listener);
    }

    /// <summary>Returns at once. What is told while the listeners are being called is told once more, together.</summary>
    public void Tell()
    {
        if (Interlocked.Increment(ref _isTelling) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static pulse => pulse.Call(), this, preferLocal: false);
        }
    }

    private void Call()
    {
        int told;
        do
        {
            told = Volatile.Read(ref _isTelling);
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
        } while (Interlocked.Add(ref _isTelling, -told) > 0);
    }

    [LoggerMessage(LogLevel.Error, "A follower of the logs failed; it may show old lines until new ones arrive")]
    private partial void LogFailed(Exception exception);

    private sealed class Subscription(LogPulse pulse, Action listener) : IDisposable
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
