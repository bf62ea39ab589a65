using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>Lists notifications and marks them as read: for everybody, as they are the console's and nobody's own.</summary>
public sealed class NotificationService(
    IDbContextFactory<RegistryDbContext> registries,
    NotificationBell bell,
    CurrentUser caller,
    TimeProvider clock
)
{
    private const string MayNot = "You don't have permission to read notifications. Ask an administrator.";

    /// <summary>The newest first, or sorted by "last_at", "level" or "occurrences". The search finds titles and messages.</summary>
    public async Task<PageOf<NotificationRow>> PageAsync(NotificationFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var found = Filter((await SeenAsync(registry)).AsNoTracking(), filter);
        if (page.Search?.Trim().ToUpperInvariant() is { Length: > 0 } upper)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            found = found.Where(n => n.Title.ToUpper().Contains(upper) || (n.Message ?? "").ToUpper().Contains(upper));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var total = await found.CountAsync(cancel);
        var rows = await Sort(found, page).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new([.. rows.Select(NotificationRow.Of)], total);
    }

    /// <summary>How many nobody has read.</summary>
    public async Task<UnreadState> UnreadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var levels = await (await SeenAsync(registry))
            .Where(n => n.ReadAt == null)
            .GroupBy(n => n.Level)
            .Select(same => new { Level = same.Key, Count = same.Count() })
            .ToListAsync(cancel);
        return new(levels.Sum(each => each.Count), levels.Count == 0 ? null : levels.Max(each => each.Level));
    }

    /// <summary>A notification and where it was sent.</summary>
    public async Task<NotificationView?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await (await SeenAsync(registry)).AsNoTracking().SingleOrDefaultAsync(n => n.Id == id, cancel) is not { } notification)
        {
            return null;
        }

        var deliveries = await registry
            .NotificationDeliveries.AsNoTracking()
            .Where(d => d.NotificationId == id)
            .Join(registry.NotificationChannels, d => d.ChannelId, c => c.Id, (delivery, channel) => new { delivery, channel.Name })
            .OrderBy(both => both.delivery.Id)
            .ToListAsync(cancel);
        return new(NotificationRow.Of(notification), [.. deliveries.Select(both => RowOf(both.delivery, both.Name))]);
    }

    /// <summary>Marks one as read.</summary>
    public async Task<Outcome<NotificationRow>> ReadAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ReadRegistry))
        {
            return new Outcome<NotificationRow>.Invalid("", MayNot);
        }

        await MarkAsync(n => n.Where(each => each.Id == id), cancel);
        return await FindAsync(id, cancel) is { } view
            ? new Outcome<NotificationRow>.Ok(view.Notification)
            : new Outcome<NotificationRow>.NotFound();
    }

    /// <summary>Marks all as read that the caller can have seen.</summary>
    /// <param name="upTo">The id of the newest one that was seen; null for all there are.</param>
    public async Task<Outcome<UnreadState>> ReadAllAsync(int? upTo, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ReadRegistry))
        {
            return new Outcome<UnreadState>.Invalid("", MayNot);
        }

        await MarkAsync(n => n.Where(each => upTo == null || each.Id <= upTo), cancel);
        return new Outcome<UnreadState>.Ok(await UnreadAsync(cancel));
    }

    private async Task MarkAsync(Func<IQueryable<Notification>, IQueryable<Notification>> which, CancellationToken cancel)
    {
        var (now, name) = ((DateTimeOffset?)clock.GetUtcNow(), caller.Actor.Name);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await which((await SeenAsync(registry)).Where(n => n.ReadAt == null))
            .ExecuteUpdateAsync(set => set.SetProperty(n => n.ReadAt, now).SetProperty(n => n.ReadBy, name), cancel);
        bell.Ring();
    }

    /// <summary>Whoever may see no messages learns of them by no notification either.</summary>
    private async Task<IQueryable<Notification>> SeenAsync(RegistryDbContext registry) =>
        await caller.MayAsync(Policies.ReadMessages)
            ? registry.Notifications
            : registry.Notifications.Where(n => n.Source != NoticeSources.Messages);

    private static IQueryable<Notification> Filter(IQueryable<Notification> all, NotificationFilter filter)
    {
        all = filter.Scope switch
        {
            NotificationScope.Unread => all.Where(n => n.ReadAt == null),
            NotificationScope.Open => all.Where(n => n.IsLasting && n.ResolvedAt == null),
            NotificationScope.Resolved => all.Where(n => n.ResolvedAt != null),
            _ => all,
        };
        all = filter.Least switch
        {
            NoticeLevel.Error => all.Where(n => n.Level == NoticeLevel.Error),
            NoticeLevel.Warning => all.Where(n => n.Level == NoticeLevel.Warning || n.Level == NoticeLevel.Error),
            _ => all,
        };
        return filter.Source is { Length: > 0 } source ? all.Where(n => n.Source == source) : all;
    }

    private static IOrderedQueryable<Notification> Sort(IQueryable<Notification> all, PageRequest page)
    {
        var sorted = (page.Sort, page.Descending) switch
        {
            ("level", true) => all.OrderByDescending(n =>
                n.Level == NoticeLevel.Error ? 2
                : n.Level == NoticeLevel.Warning ? 1
                : 0
            ),
            ("level", false) => all.OrderBy(n =>
                n.Level == NoticeLevel.Error ? 2
                : n.Level == NoticeLevel.Warning ? 1
                : 0
            ),
            ("occurrences", true) => all.OrderByDescending(n => n.Occurrences),
            ("occurrences", false) => all.OrderBy(n => n.Occurrences),
            ("last_at", false) => all.OrderBy(n => n.LastAt ?? n.CreatedAt),
            (null or "" or "last_at", _) => all.OrderByDescending(n => n.LastAt ?? n.CreatedAt),
            var (sort, _) => throw BadQueryException.Sort(sort, ["last_at", "level", "occurrences"]),
        };
        return page is { Sort: "last_at", Descending: false } ? sorted.ThenBy(n => n.Id) : sorted.ThenByDescending(n => n.Id);
    }

    private static DeliveryRow RowOf(NotificationDelivery d, string channel) =>
        new(
            d.Id,
            channel,
            d.Event,
            d.State,
            d.Attempts,
            d.IsHeld,
            d.State == DeliveryState.Waiting ? d.DueAt : null,
            d.Status,
            d.Failure,
            d.EndedAt
        );
}
