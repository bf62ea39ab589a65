using StackExchange.Redis;

namespace Sanctum.Configurator.Features.Conversations.ShortTerm;

/// <summary>
/// The connection to the Redis server of <c>REDIS_URL</c>. Where it is gone the database answers instead, and this says so.
/// </summary>
internal sealed partial class RedisConnection(ConfigurationOptions options, Signal<RedisMoved> moved, ILogger<RedisConnection> log)
    : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<IConnectionMultiplexer>? _connecting;
    private volatile bool _isGone;

    /// <summary>Host and port, without what is secret.</summary>
    public string Address => string.Join(", ", options.EndPoints.Select(EndPointCollection.ToString));

    /// <summary>It was tried, and does not answer.</summary>
    public bool IsGone => _isGone;

    public Task<IConnectionMultiplexer> GetAsync()
    {
        lock (_lock)
        {
            return _connecting is { IsFaulted: false } ? _connecting : _connecting = ConnectAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connecting is { IsCompletedSuccessfully: true } connected)
        {
            await (await connected).DisposeAsync();
        }
    }

    private async Task<IConnectionMultiplexer> ConnectAsync()
    {
        var redis = await ConnectionMultiplexer.ConnectAsync(options);
        redis.ConnectionFailed += (_, _) => Tell(!redis.IsConnected);
        redis.ConnectionRestored += (_, _) => Tell(!redis.IsConnected);
        Tell(!redis.IsConnected);
        return redis;
    }

    private void Tell(bool isGone)
    {
        lock (_lock)
        {
            if (_isGone == isGone)
            {
                return;
            }

            _isGone = isGone;
        }

        if (isGone)
        {
            LogGone(Address);
        }
        else
        {
            LogBack(Address);
        }

        moved.Publish(new());
    }

    [LoggerMessage(LogLevel.Warning, "Redis at {Address} can't be reached. The last messages of conversations are read from the database")]
    private partial void LogGone(string address);

    [LoggerMessage(LogLevel.Information, "Redis at {Address} is reachable again")]
    private partial void LogBack(string address);
}

/// <summary>The Redis server went, or came back.</summary>
internal sealed record RedisMoved;
