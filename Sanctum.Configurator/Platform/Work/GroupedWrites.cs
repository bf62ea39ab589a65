using System.Collections.Concurrent;

namespace Sanctum.Configurator.Platform.Work;

/// <summary>Something that waits to be written.</summary>
public interface IWaiting
{
    /// <summary>Ends when it is durable, or was refused.</summary>
    Task Settled { get; }

    void Fail(Exception problem);
}

/// <summary>
/// Lets small writers share one wait for the disk: what comes in while a group is written waits, and goes into the next one together.
/// </summary>
/// <param name="most">Of them in one group.</param>
/// <param name="write">Settles each of a group, one way or another.</param>
public sealed class GroupedWrites<T>(int most, Func<IReadOnlyList<T>, Task> write)
    where T : IWaiting
{
    private readonly ConcurrentQueue<T> _waiting = new();
    private int _isWriting;

    /// <summary>Returns when it is settled.</summary>
    /// <param name="cancel">Nobody waits for it any more; it may be written all the same.</param>
    public Task WriteAsync(T own, CancellationToken cancel)
    {
        _waiting.Enqueue(own);
        if (Interlocked.Exchange(ref _isWriting, 1) == 0)
        {
            // It writes for others, too, and is no part of what this caller does.
            using (ExecutionContext.SuppressFlow())
            {
                _ = Task.Run(WriteAllAsync, CancellationToken.None);
            }
        }

        return own.Settled.WaitAsync(cancel);
    }

    private async Task WriteAllAsync()
    {
        do
        {
            while (Next() is { Count: > 0 } group)
            {
                await WriteAsync(group);
            }

            Interlocked.Exchange(ref _isWriting, 0); // A plain write might be seen only after the look for more.
        } while (!_waiting.IsEmpty && Interlocked.Exchange(ref _isWriting, 1) == 0);
    }

    private async Task WriteAsync(List<T> group)
    {
        try
        {
            await write(group);
        }
        catch (Exception e)
        {
            group.ForEach(one => one.Fail(e));
        }
    }

    private List<T> Next()
    {
        var next = new List<T>();
        while (next.Count < most && _waiting.TryDequeue(out var one))
        {
            next.Add(one);
        }

        return next;
    }
}
