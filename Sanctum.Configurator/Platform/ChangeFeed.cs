namespace Sanctum.Configurator.Platform;

/// <summary>Rows changed, whoever changed them: this console, another one, or another program.</summary>
/// <param name="Tables">The tables of the rows, each once.</param>
public sealed record RegistryChange(IReadOnlySet<string> Tables);

/// <summary>
/// Tells live pages and caches what changed. What is published follows the change history, so it is of
/// every writer alike.
/// </summary>
public sealed partial class ChangeFeed(ILogger<ChangeFeed> log)
{
    private readonly Lock _lock = new();
    private readonly List<Func<RegistryChange, Task>> _listeners = [];

    /// <summary>
    /// Calls the listener for each change until the subscription is disposed. One that fails is logged and keeps nobody else waiting.
    /// </summary>
    public IDisposable Subscribe(Func<RegistryChange, Task> listener)
    {
        lock (_lock)
        {
            _listeners.Add(listener);
        }

        return new Subscription(this, listener);
    }

    internal async Task PublishAsync(RegistryChange change)
    {
        Func<RegistryChange, Task>[] listeners;
        lock (_lock)
        {
            listeners = [.. _listeners];
        }

        await Task.WhenAll(listeners.Select(listener => TellAsync(listener, change)));
    }

    private async Task TellAsync(Func<RegistryChange, Task> listener, RegistryChange change)
    {
        try
        {
            await listener(change);
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(LogLevel.Error, "A page or cache could not process a change; it may show old values until the next one")]
    private partial void LogFailed(Exception exception);

    private sealed class Subscription(ChangeFeed feed, Func<RegistryChange, Task> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (feed._lock)
            {
                feed._listeners.Remove(listener);
            }
        }
    }
}
