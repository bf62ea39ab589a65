namespace Sanctum.Configurator.Platform;

/// <summary>
/// Tells whoever subscribed here what has just happened. It is told of this process's own doing at once; who writes elsewhere is noticed by
/// whoever looks there, and told by the same signal.
/// </summary>
/// <typeparam name="T">Equal values that wait to be told are told once.</typeparam>
public sealed partial class Signal<T>(ILogger<Signal<T>> log)
    where T : notnull
{
    private readonly Lock _lock = new();
    private readonly List<Func<T, Task>> _subscribers = [];
    private readonly OrderedDictionary<T, bool> _waiting = [];
    private Task _round = Task.CompletedTask;

    /// <summary>
    /// Calls the subscriber with each value until the subscription is disposed. One that fails is logged and keeps nobody else waiting.
    /// </summary>
    public IDisposable Subscribe(Func<T, Task> subscriber)
    {
        lock (_lock)
        {
            _subscribers.Add(subscriber);
        }

        return new Subscription(this, subscriber);
    }

    /// <param name="subscriber">Returns at once.</param>
    public IDisposable Subscribe(Action<T> subscriber) =>
        Subscribe(value =>
        {
            subscriber(value);
            return Task.CompletedTask;
        });

    /// <summary>Returns at once. Subscribers are called on another thread, with one value after the other.</summary>
    public void Publish(T value) => _ = PublishAsync(value);

    /// <summary>As <see cref="Publish"/>, and ends when all subscribers were told of this and of what was published before.</summary>
    public Task PublishAsync(T value)
    {
        lock (_lock)
        {
            _waiting.TryAdd(value, true);
            return _round.IsCompleted ? _round = Task.Run(TellAsync) : _round;
        }
    }

    /// <summary>Until all that was published is told.</summary>
    public Task ToldAsync()
    {
        lock (_lock)
        {
            return _round;
        }
    }

    private async Task TellAsync()
    {
        while (Next() is var (value, subscribers))
        {
            await Task.WhenAll(subscribers.Select(subscriber => TellAsync(subscriber, value)));
        }
    }

    /// <summary>Null where nothing waits any more, so that the next value begins another round.</summary>
    private (T Value, Func<T, Task>[] Subscribers)? Next()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _round = Task.CompletedTask;
                return null;
            }

            var value = _waiting.GetAt(0).Key;
            _waiting.RemoveAt(0);
            return (value, [.. _subscribers]);
        }
    }

    private async Task TellAsync(Func<T, Task> subscriber, T value)
    {
        try
        {
            await subscriber(value);
        }
        catch (Exception e)
        {
            LogFailed(e, typeof(T).Name);
        }
    }

    [LoggerMessage(LogLevel.Error, "A subscriber of {Signal} failed; what it shows may be old until the next one")]
    private partial void LogFailed(Exception exception, string signal);

    private sealed class Subscription(Signal<T> signal, Func<T, Task> subscriber) : IDisposable
    {
        public void Dispose()
        {
            lock (signal._lock)
            {
                signal._subscribers.Remove(subscriber);
            }
        }
    }
}
