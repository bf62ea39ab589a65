using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Sanctum.Configurator.Features.Overview;

namespace Sanctum.Configurator.Features.Conversations.ShortTerm;

/// <summary>Where the last messages of conversations are kept: in memory, and in Redis too where <c>REDIS_URL</c> names one.</summary>
internal static class ShortTermCache
{
    private const int MostBytes = 4_000_000;

    /// <summary>A conversation in which nothing was said for so long is read from the database again.</summary>
    private static readonly TimeSpan Session = TimeSpan.FromMinutes(30);

    /// <param name="redisUrl">Null or empty for none.</param>
    /// <exception cref="Platform.StartRefusedException">It is no address of a Redis server.</exception>
    public static IServiceCollection AddShortTermCache(this IServiceCollection services, string? redisUrl)
    {
        services.AddHybridCache(cache =>
        {
            cache.MaximumPayloadBytes = MostBytes;
            cache.DefaultEntryOptions = new() { Expiration = Session, LocalCacheExpiration = Session };
        });
        if (!string.IsNullOrWhiteSpace(redisUrl))
        {
            var options = RedisAddress.Read(redisUrl);
            services
                .AddSingleton(provider => ActivatorUtilities.CreateInstance<RedisConnection>(provider, options))
                .AddSingleton<IDistributedCache>(provider => new RedisCache(
                    new RedisCacheOptions
                    {
                        InstanceName = "sanctum:",
                        ConnectionMultiplexerFactory = provider.GetRequiredService<RedisConnection>().GetAsync,
                    }
                ))
                .AddScoped<IOverviewArea, RedisArea>();
        }

        return services;
    }
}
