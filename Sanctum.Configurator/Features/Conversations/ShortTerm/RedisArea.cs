using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Overview;

namespace Sanctum.Configurator.Features.Conversations.ShortTerm;

/// <summary>On the Overview, where the Redis server does not answer.</summary>
internal sealed class RedisArea(RedisConnection redis, Signal<RedisMoved> moved) : IOverviewArea
{
    public string Title => "Redis";

    public string Url => Urls.Conversations;

    public string Icon => "server";

    public int Order => 91;

    public string Policy => Policies.ReadSettings;

    public bool HasTile => false;

    public IDisposable Subscribe(Action changed) => moved.Subscribe(_ => changed());

    public Task<AreaReading> ReadAsync(CancellationToken cancel) =>
        Task.FromResult(
            new AreaReading
            {
                Attention = redis.IsGone
                    ?
                    [
                        new(
                            Tone.Warning,
                            "Redis can't be reached",
                            $"The last messages of conversations are read from the database until {redis.Address} answers. Start Redis there, or correct {RedisAddress.Variable} and restart the console."
                        ),
                    ]
                    : [],
            }
        );
}
