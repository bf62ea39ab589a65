using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>
/// Which console reads a channel and sends by it: one at a time, so that a bot has one poller and its pace is kept. A lease that is not
/// renewed goes to whoever asks next.
/// </summary>
internal sealed class ChannelLeases(OwnRegistry registries, Connectors connectors, TimeProvider clock)
{
    internal static readonly TimeSpan Length = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(20);

    private DateTimeOffset _renewedAt = DateTimeOffset.MinValue;

    /// <summary>This console, under another word at each of its starts.</summary>
    public string Owner { get; } = $"{Environment.MachineName[..Math.Min(Environment.MachineName.Length, 31)]}-{Guid.NewGuid():N}";

    /// <summary>The channels that are this console's own, as they were when it last looked; none where it may have lost them.</summary>
    internal IReadOnlyList<Channel> Owned
    {
        get => clock.GetUtcNow() < _renewedAt + Length ? field : [];
        private set;
    } = [];

    /// <summary>Takes the channels that nobody has, and keeps its own. One that is paused is let go.</summary>
    internal async Task RenewAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var busy = connectors.All.Where(each => each.CanListen || each.CanSend).Select(each => each.Name).ToList();
        var mine = registry.Channels.Where(c => c.Owner == Owner);
        var free = registry.Channels.Where(c =>
            c.IsEnabled
            && busy.Contains(c.Connector)
            && ((c.Owner == Owner && c.LeaseUntil < now + Early) || c.Owner == null || c.LeaseUntil == null || c.LeaseUntil < now)
        );
        if (await free.AnyAsync(cancel))
        {
            await free.ExecuteUpdateAsync(set => set.SetProperty(c => c.Owner, Owner).SetProperty(c => c.LeaseUntil, now + Length), cancel);
        }

        if (await mine.AnyAsync(c => !c.IsEnabled, cancel))
        {
            await ReleaseAsync(mine.Where(c => !c.IsEnabled), cancel);
        }

        Owned = await mine.AsNoTracking().Where(c => c.IsEnabled && c.LeaseUntil >= now).OrderBy(c => c.Id).ToListAsync(cancel);

        // What was not renewed now has at least so long to go.
        _renewedAt = now - (Length - Early);
    }

    /// <summary>Gives all back, so that another console need not wait.</summary>
    internal async Task ReleaseAllAsync(CancellationToken cancel)
    {
        Owned = [];
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await ReleaseAsync(registry.Channels.Where(c => c.Owner == Owner), cancel);
    }

    private static Task ReleaseAsync(IQueryable<Channel> channels, CancellationToken cancel) =>
        channels.ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Owner, (string?)null).SetProperty(c => c.LeaseUntil, (DateTimeOffset?)null),
            cancel
        );
}
