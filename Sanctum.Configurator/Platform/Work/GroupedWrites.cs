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
/// Lets small writers share one wait for the disk: what comes in while a group is written waits, and goes into the next one together. A
/// group that can't be kept is taken apart, so that none keeps another out: each is then a group by itself.
/// </summary>
/// <param name="most">Of them in one group.</param>
/// <param name="commit">
/// Keeps a group, and settles each in it. To be gone through once: it takes in whoever waits by then, those too that come meanwhile.
/// </param>
/// <param name="onParted">Told why a group of so many was taken apart.</param>
public sealed class GroupedWrites<T>(int most, Func<IEnumerable<T>, Task> commit, Action<Exception, int>? onParted = null)
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
            while (!_waiting.IsEmpty)
            {
                await WriteGroupAsync();
            }

            Interlocked.Exchange(ref _isWriting, 0); // A plain write might be seen only after the look for more.
        } while (!_waiting.IsEmpty && Interlocked.Exchange(ref _isWriting, 1) == 0);
    }

    private async Task WriteGroupAsync()
    {
        var group = new List<T>();
        try
        {
            await commit(TakeInto(group));
        }
        catch (Exception e)
        {
            if (group.Count > 1)
            {
                onParted?.Invoke(e, group.Count);
                foreach (var one in group.Where(one => !one.Settled.IsCompleted))
                {
                    await WriteAloneAsync(one);
                }
            }
            else if (group is [var only] || _waiting.TryDequeue(out only)) // It may have failed before it took in anybody.
            {
                only.Fail(e);
            }
        }
    }

    private async Task WriteAloneAsync(T one)
    {
        try
        {
            await commit([one]);
        }
        catch (Exception e)
        {
            one.Fail(e);
        }
    }

    private IEnumerable<T> TakeInto(List<T> group)
    {
        while (group.Count < most && _waiting.TryDequeue(out var one))
        {
            group.Add(one);
            yield return one;
        }
    }
}
