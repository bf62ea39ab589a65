using System.Threading.Channels;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>How many notifications nobody has read, and the worst of their levels.</summary>
public sealed record UnreadState(int Unread, NoticeLevel? Level);

/// <summary>
/// Tells live pages that there is something new among the notifications. These have no change history, so each console looks whether they
/// are as they were: at once when it rings itself, every few seconds for what others wrote.
/// </summary>
public sealed class NotificationBell(Signal<RegistryChange> changes)
{
    /// <summary>The table that the signal names.</summary>
    public const string Table = "notifications";

    private readonly Channel<bool> _rings = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private object? _seen;

    /// <summary>Says that something was written.</summary>
    public void Ring() => _rings.Writer.TryWrite(true);

    /// <summary>Waits for a ring, until the token says that it is time to look anyway.</summary>
    public async Task WaitAsync(CancellationToken cancel) => await _rings.Reader.ReadAsync(cancel);

    /// <summary>Tells the pages of this console where anything is other than the last time.</summary>
    internal async Task LookAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var now = await registry
            .Notifications.GroupBy(_ => 1)
            .Select(all => new
            {
                Count = all.Count(),
                Unread = all.Count(n => n.ReadAt == null),
                Newest = all.Max(n => n.Id),
                Last = all.Max(n => n.LastAt),
                Read = all.Max(n => n.ReadAt),
                Resolved = all.Max(n => n.ResolvedAt),
            })
            .SingleOrDefaultAsync(cancel);
        var channels = await registry
            .NotificationChannels.GroupBy(_ => 1)
            .Select(all => new { Delivered = all.Max(c => c.LastDeliveredAt), Failed = all.Max(c => c.LastFailedAt) })
            .SingleOrDefaultAsync(cancel);
        var (before, seen) = (_seen, (object)(now, channels));
        _seen = seen;
        if (before is not null && !before.Equals(seen))
        {
            await changes.PublishAsync(new(Table));
        }
    }
}
