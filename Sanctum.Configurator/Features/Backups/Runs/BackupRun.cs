namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>One act with one backup. Who began it waits for its end, and stops it and no other, whatever is done afterwards.</summary>
public sealed class BackupRun
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isOver;

    /// <param name="cancel">Stops it from outside, as <see cref="Stop"/> does.</param>
    internal BackupRun(int backupId, CancellationToken cancel)
    {
        BackupId = backupId;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Cancel = _stop.Token;
    }

    /// <summary>The row of the backup that it is done with; 0 until that is written.</summary>
    public int BackupId { get; internal set; }

    /// <summary>It is over, and how it ended stands on the row.</summary>
    public Task Ended => _ended.Task;

    internal CancellationToken Cancel { get; }

    /// <summary>Stops it as soon as it can be stopped. Does nothing where it is over.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                _stop.Cancel();
            }
        }
    }

    internal void End()
    {
        lock (_lock)
        {
            _isOver = true;
            _stop.Dispose();
        }

        _ended.TrySetResult();
    }
}
