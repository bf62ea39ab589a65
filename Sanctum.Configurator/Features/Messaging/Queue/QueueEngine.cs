using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>Has agents answer what waits in the queue: one turn at a time for each, many agents at once.</summary>
internal sealed class QueueEngine(
    IServiceScopeFactory scopes,
    TurnWork work,
    LiveTurns live,
    QueueHints hints,
    Signal<QueueChanged> queue,
    Signal<RegistryChange> registry,
    IOptions<QueueOptions> options,
    TimeProvider clock,
    ILogger<QueueEngine> log
) : LeasedEngine<ClaimedTurn, TurnEnd>(scopes, live, clock, log)
{
    /// <summary>What lets messages go, or holds them.</summary>
    private static readonly string[] Followed = [Tables.Agents, Tables.Channels];

    private readonly TimeProvider _clock = clock;
    private DateTimeOffset _asked = DateTimeOffset.MinValue;
    private volatile bool _mayAct;
    private bool _isFollowing;

    protected override int MostAtOnce => options.Value.MostAtOnce;

    protected override bool SharesCommits => true;

    protected override int IdOf(ClaimedTurn claimed) => claimed.Lead.Id;

    protected override Task<IReadOnlyList<ClaimedTurn>> TakeAsync(IServiceProvider services, int most, CancellationToken cancel) =>
        services.GetRequiredService<QueueLeases>().TakeHintedAsync(hints, most, cancel);

    protected override async Task<TurnEnd> WorkAsync(ClaimedTurn claimed, LiveRun run) => (await work.RunAsync(claimed, run)).Storable();

    protected override Task<IReadOnlyList<(ClaimedTurn Claimed, TurnEnd End)>> WriteAsync(
        IServiceProvider services,
        IReadOnlyList<(ClaimedTurn Claimed, TurnEnd End)> ends,
        CancellationToken cancel
    ) => services.GetRequiredService<QueueEnds>().WriteAsync(ends, cancel);

    protected override Task<(IReadOnlySet<int> Own, IReadOnlyList<int> ToCancel)> RenewAsync(
        IServiceProvider services,
        IReadOnlyCollection<int> ids,
        CancellationToken cancel
    ) => services.GetRequiredService<QueueLeases>().RenewAsync(ids, cancel);

    protected override async Task<bool> TakeOverAsync(IServiceProvider services, CancellationToken cancel)
    {
        var lost = await services.GetRequiredService<QueueEnds>().TakeOverAsync(cancel);
        if (lost > 0)
        {
            queue.Publish(new());
        }

        return lost > 0;
    }

    /// <summary>Goes on with what operators chose to do; where that is nothing, it asks again when it is told, and in seconds.</summary>
    protected override async Task<bool> PlanAsync(IServiceProvider services, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        if (_isFollowing && !_mayAct && now - _asked < Look)
        {
            return false;
        }

        (_mayAct, _asked) = (false, now);
        var (any, isRunning) = await services.GetRequiredService<QueueActRunner>().RunAllAsync(cancel);
        if (isRunning)
        {
            _mayAct = true;
        }

        return any;
    }

    protected override Task<DateTimeOffset?> NextAsync(IServiceProvider services, DateTimeOffset seen, CancellationToken cancel) =>
        hints.NextAsync(() => services.GetRequiredService<QueueLeases>().NextAsync(seen, cancel));

    protected override IDisposable Subscribe(CancellationToken stopping)
    {
        _isFollowing = true;
        return new Subscriptions(
            hints.Follow(Wake),
            registry.Subscribe(change =>
            {
                if (Followed.Any(change.Tables.Contains))
                {
                    WakeForAll();
                }
            }),
            queue.Subscribe(change =>
            {
                if (change.IsWork)
                {
                    WakeForAll();
                }
            })
        );
    }

    protected override void OnBegun(IReadOnlyList<ClaimedTurn> begun) => queue.Publish(new(IsWork: false));

    protected override void OnEnded(IReadOnlyList<(ClaimedTurn Claimed, TurnEnd End)> written)
    {
        hints.AddEnds(written);
        queue.Publish(new(IsWork: false));
    }

    private void WakeForAll()
    {
        _mayAct = true;
        hints.AddAll();
        Wake();
    }
}
