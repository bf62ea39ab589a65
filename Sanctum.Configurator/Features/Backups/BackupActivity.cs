namespace Sanctum.Configurator.Features.Backups;

/// <summary>What is being done with backups now.</summary>
/// <param name="BackupId">The backup it is done with.</param>
/// <param name="What">A few words for the operator, such as "Copying the registry".</param>
/// <param name="Done">From 0 to 1; null where nobody knows.</param>
public sealed record BackupProgress(int BackupId, string What, double? Done, DateTimeOffset StartedAt);

/// <summary>
/// The one thing at a time that this console does with backups. It goes on when the page that began it is closed; whoever looks sees how
/// far it is, and may stop it.
/// </summary>
public sealed class BackupActivity
{
    private readonly Lock _lock = new();
    private readonly List<Action> _listeners = [];
    private CancellationTokenSource? _stop;

    /// <summary>Null while nothing is being done.</summary>
    public BackupProgress? Current { get; private set; }

    /// <summary>Calls the listener after each change, on any thread, until the subscription is disposed. It must return quickly and not throw.</summary>
    public IDisposable Subscribe(Action listener)
    {
        lock (_lock)
        {
            _listeners.Add(listener);
        }

        return new Subscription(this, listener);
    }

    /// <summary>Stops what is being done, as soon as it can be stopped.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stop?.Cancel();
        }
    }

    /// <summary>Takes the turn; null where something else is being done.</summary>
    /// <param name="cancel">Stops it from outside, as <see cref="Stop"/> does from a page.</param>
    internal Turn? TryBegin(int backupId, string what, DateTimeOffset now, CancellationToken cancel)
    {
        CancellationToken stop;
        lock (_lock)
        {
            if (_stop is not null)
            {
                return null;
            }

            _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            stop = _stop.Token;
        }

        Show(new(backupId, what, null, now));
        return new(this, stop);
    }

    private void Show(BackupProgress? progress)
    {
        Action[] listeners;
        lock (_lock)
        {
            Current = progress;
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            listener();
        }
    }

    private void End()
    {
        Show(null);
        lock (_lock)
        {
            _stop?.Dispose();
            _stop = null;
        }
    }

    /// <summary>The turn of one act. Disposing it lets the next one begin.</summary>
    internal sealed class Turn(BackupActivity activity, CancellationToken cancel) : IDisposable
    {
        public CancellationToken Cancel => cancel;

        public int BackupId
        {
            get => activity.Current!.BackupId;
            set => activity.Show(activity.Current! with { BackupId = value });
        }

        /// <summary>Says what is done, and how far it is. Steps of less than a hundredth are kept back.</summary>
        public void Say(string what, double? done = null)
        {
            var current = activity.Current!;
            if (current.What != what || done is null != current.Done is null || Math.Abs((done - current.Done) ?? 0) >= 0.01)
            {
                activity.Show(current with { What = what, Done = done });
            }
        }

        public void Dispose() => activity.End();
    }

    private sealed class Subscription(BackupActivity activity, Action listener) : IDisposable
    {
        public void Dispose()
        {
            lock (activity._lock)
            {
                activity._listeners.Remove(listener);
            }
        }
    }
}
