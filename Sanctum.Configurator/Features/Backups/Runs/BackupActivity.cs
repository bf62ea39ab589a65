using Sanctum.Configurator.Features.Backups.Sources;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>What is being done with backups now.</summary>
/// <param name="Run">What is being done, by which it is stopped.</param>
/// <param name="What">A few words for the operator, such as "Copying the registry".</param>
/// <param name="Bytes">How many are done of <paramref name="Total"/>; 0 of 0 where nobody knows.</param>
/// <param name="StartedAt">When this step of it was begun.</param>
/// <param name="Now">When this was said.</param>
public sealed record BackupProgress(BackupRun Run, string What, long Bytes, long Total, DateTimeOffset StartedAt, DateTimeOffset Now)
{
    private static readonly TimeSpan TooEarly = TimeSpan.FromSeconds(1);

    /// <summary>From 0 to 1; null where nobody knows.</summary>
    public double? Done => Total > 0 ? Math.Min(1, (double)Bytes / Total) : null;

    /// <summary>How long this step still takes at the pace it had so far; null where nobody knows yet.</summary>
    public TimeSpan? Left =>
        Now - StartedAt > TooEarly && Bytes > 0 && Bytes < Total ? (Now - StartedAt) * ((double)(Total - Bytes) / Bytes) : null;

    /// <summary>The step, how far it is and how long it still takes, in words.</summary>
    public string Text =>
        $"{What}{(Total > MostCounted ? $", {Sizes.Of(Bytes)} of {Sizes.Of(Total)}" : "")}{(Left is { } left ? $", {InWords(left)} left" : "")}";

    /// <summary>Less than this is agents or a moment's work; its bytes tell nobody anything.</summary>
    private const long MostCounted = 1_000_000;

    private static string InWords(TimeSpan left) =>
        left.TotalSeconds < 60
            ? $"about {Math.Max(1, Math.Round(left.TotalSeconds)):0} s"
            : $"about {Math.Ceiling(left.TotalMinutes):0} min";
}

/// <summary>
/// The one thing at a time that this console does with backups. It goes on when the page that began it is closed; whoever looks sees how
/// far it is, and may stop that run.
/// </summary>
public sealed class BackupActivity(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly List<Action> _listeners = [];

    /// <summary>Null while nothing is being done.</summary>
    public BackupProgress? Current { get; private set; }

    /// <summary>
    /// Calls the listener after each change, on any thread, until the subscription is disposed. It must return quickly and not throw.
    /// </summary>
    public IDisposable Subscribe(Action listener)
    {
        lock (_lock)
        {
            _listeners.Add(listener);
        }

        return new Subscription(this, listener);
    }

    /// <summary>Until nothing is being done.</summary>
    internal async Task WhenIdleAsync(CancellationToken cancel)
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var heard = Subscribe(() =>
        {
            if (Current is null)
            {
                idle.TrySetResult();
            }
        });
        if (Current is not null)
        {
            await idle.Task.WaitAsync(cancel);
        }
    }

    /// <summary>Takes the turn; null where something else is being done.</summary>
    /// <param name="cancel">Stops it from outside, as <see cref="BackupRun.Stop"/> does from a page.</param>
    internal Turn? TryBegin(int backupId, string what, CancellationToken cancel)
    {
        var now = Now;
        BackupRun run;
        lock (_lock)
        {
            if (Current is not null)
            {
                return null;
            }

            run = new(backupId, cancel);
            Current = new(run, what, 0, 0, now, now);
        }

        CallListeners();
        return new(this, run);
    }

    private DateTimeOffset Now => clock.GetUtcNow();

    private void Show(BackupProgress? progress)
    {
        lock (_lock)
        {
            Current = progress;
        }

        CallListeners();
    }

    private void CallListeners()
    {
        Action[] listeners;
        lock (_lock)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            listener();
        }
    }

    /// <summary>The turn of one act. Disposing it lets the next one begin.</summary>
    internal sealed class Turn(BackupActivity activity, BackupRun run) : IProgress<BackupStep>, IDisposable
    {
        public BackupRun Run => run;

        public CancellationToken Cancel => run.Cancel;

        /// <summary>Steps of less than a hundredth are kept back.</summary>
        public void Report(BackupStep value)
        {
            var (what, bytes, total) = value;
            var (current, now) = (activity.Current!, activity.Now);
            if (current.What != what || total != current.Total || (bytes - current.Bytes) * 100 >= total)
            {
                activity.Show(new(run, what, bytes, total, current.What == what ? current.StartedAt : now, now));
            }
        }

        public void Dispose()
        {
            try
            {
                activity.Show(null);
            }
            finally
            {
                run.End();
            }
        }
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
