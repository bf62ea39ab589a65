namespace Sanctum.Configurator.Platform;

/// <summary>Lets one at a time through, in the order in which they came.</summary>
public sealed class Lane
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;

    /// <summary>The place in the lane is taken when this is called, not when it is awaited.</summary>
    /// <returns>What lets the next one through when it is disposed.</returns>
    public Task<IDisposable> EnterAsync(CancellationToken cancel)
    {
        var place = new Place();
        Task before;
        lock (_lock)
        {
            (before, _last) = (_last, place.Left);
        }

        return WaitAsync(before, place, cancel);
    }

    private static async Task<IDisposable> WaitAsync(Task before, Place place, CancellationToken cancel)
    {
        try
        {
            await before.WaitAsync(cancel);
            return place;
        }
        catch (OperationCanceledException)
        {
            // Whoever comes next still waits for those before.
            _ = before.ContinueWith(
                _ => place.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
            throw;
        }
    }

    private sealed class Place : IDisposable
    {
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Left => _left.Task;

        public void Dispose() => _left.TrySetResult();
    }
}
