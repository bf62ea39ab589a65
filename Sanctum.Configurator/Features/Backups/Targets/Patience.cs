using System.Collections.Concurrent;
using Sanctum.Configurator.Features.Backups.Archive;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>
/// Gives up on a place where nothing moves any more. What hangs inside the system, as a dead network share does, is left behind; until
/// that has ended, nothing more is begun there.
/// </summary>
public sealed class Patience(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Task> _hanging = new();

    /// <param name="place">What hangs, for the sentence, and so that it is known again.</param>
    /// <param name="act">Is given what to call at each step that moved something.</param>
    /// <exception cref="BackupFailedException">Nothing moved for too long.</exception>
    public async Task RunAsync(
        string place,
        TimeSpan patience,
        Func<IProgress<long>, CancellationToken, Task> act,
        CancellationToken cancel
    )
    {
        if (_hanging.TryGetValue(place, out var before) && !before.IsCompleted)
        {
            throw new BackupFailedException($"{place} still doesn't respond. Check it; mount a network share again.");
        }

        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var timer = clock.CreateTimer(_ => TryCancel(given), null, patience, Timeout.InfiniteTimeSpan);
        var running = Task.Run(
            () => act(new DirectProgress<long>(_ => timer.Change(patience, Timeout.InfiniteTimeSpan)), given.Token),
            CancellationToken.None
        );
        try
        {
            await running.WaitAsync(given.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested && given.IsCancellationRequested)
        {
            throw new BackupFailedException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{place} did not respond for {patience.TotalSeconds:0} seconds. Check it and the network connection."
                ),
                e
            );
        }
        finally
        {
            _hanging[place] = running;
        }
    }

    private static void TryCancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It came to its end at this moment.
        }
    }
}
