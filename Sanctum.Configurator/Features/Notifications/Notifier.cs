using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>
/// The door by which every part of the console tells the operator something. What is raised is kept: it is written before the call returns,
/// and is on its way to the channels even where the console is killed right after. Writes what is raised and, in the same transaction, that
/// it is to leave by the channels that take it. Counts what happens again with
/// what nobody has read yet, and does not send that more often than each <see cref="Between"/>.
/// </summary>
public partial class Notifier(IServiceScopeFactory scopes, NotificationBell bell, TimeProvider clock, ILogger<Notifier> log)
{
    /// <summary>The same notification leaves by the same channel no more often than this.</summary>
    internal static readonly TimeSpan Between = TimeSpan.FromMinutes(15);

    private const int LongestTitle = 255;
    private const int LongestMessage = 4000;

    /// <summary>Tells the operator. What has the group key of something nobody has read yet is counted with it.</summary>
    public virtual async Task RaiseAsync(Notice notice, CancellationToken cancel)
    {
        if (notice is { IsLasting: true, GroupKey: null })
        {
            throw new ArgumentException("What lasts needs a group key, by which it is said to be over.", nameof(notice));
        }

        if (await WriteAsync(registry => RaiseAsync(registry, notice, cancel), cancel))
        {
            LogRaised(notice.Level, notice.Source);
            bell.Ring();
        }
    }

    /// <summary>Says that what was raised under this key is over. Does nothing where nothing is open under it.</summary>
    public async Task ResolveAsync(string groupKey, CancellationToken cancel)
    {
        if (await WriteAsync(registry => ResolveAsync(registry, groupKey, cancel), cancel))
        {
            LogResolved(groupKey);
            bell.Ring();
        }
    }

    /// <summary>
    /// Another console that raises the same at the same moment is met at the index; then it is counted with what that one wrote.
    /// </summary>
    private async Task<bool> WriteAsync(Func<RegistryDbContext, Task<bool>> write, CancellationToken cancel)
    {
        for (var isAgain = false; ; isAgain = true)
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var registry = await scope
                .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
                .CreateDbContextAsync(cancel);
            await using var transaction = await registry.Database.BeginTransactionAsync(cancel);
            try
            {
                if (!await write(registry))
                {
                    return false;
                }

                await transaction.CommitAsync(cancel);
                return true;
            }
            catch (DbUpdateException) when (!isAgain)
            {
                // Once more, on what is there now.
            }
        }
    }

    private async Task<bool> RaiseAsync(RegistryDbContext registry, Notice notice, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var before = notice.GroupKey is not { } key
            ? null
            : await registry
                .Notifications.Where(n => n.GroupKey == key && (n.ReadAt == null || (notice.IsLasting && n.ResolvedAt == null)))
                .OrderBy(n => n.ResolvedAt == null ? 0 : 1)
                .ThenByDescending(n => n.Id)
                .FirstOrDefaultAsync(cancel);
        var isWorse = notice.Level > before?.Level;
        if (before is null)
        {
            before = new()
            {
                Level = notice.Level,
                Title = Cut(notice.Title, LongestTitle)!,
                Message = Cut(notice.Message, LongestMessage),
                Source = notice.Source,
                Link = notice.Link,
                GroupKey = notice.GroupKey,
                IsLasting = notice.IsLasting,
                CreatedAt = now,
                LastAt = now,
            };
            registry.Add(before);
        }
        else if (!Repeat(before, notice, now))
        {
            return registry.ChangeTracker.HasChanges() && await registry.SaveChangesAsync(cancel) > 0;
        }

        await registry.SaveChangesAsync(cancel);
        await QueueAsync(registry, before, DeliveryEvent.Raised, isWorse, now, cancel);
        return true;
    }

    /// <summary>Brings what is there up to date.</summary>
    /// <returns>Whether that is worth telling: it happened again, or became worse.</returns>
    private static bool Repeat(Notification before, Notice notice, DateTimeOffset now)
    {
        var isStill = notice.IsLasting && before.ResolvedAt is null;
        var isWorse = notice.Level > before.Level;
        (before.Title, before.Message, before.Link) = (Cut(notice.Title, LongestTitle)!, Cut(notice.Message, LongestMessage), notice.Link);
        before.Level = notice.Level;
        if (isStill && !isWorse)
        {
            return false;
        }

        (before.LastAt, before.ResolvedAt, before.ReadAt, before.ReadBy) = (now, null, null, null);
        before.Occurrences += isStill ? 0 : 1;
        return true;
    }

    private async Task<bool> ResolveAsync(RegistryDbContext registry, string groupKey, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var open = await registry.Notifications.Where(n => n.GroupKey == groupKey && n.ResolvedAt == null).ToListAsync(cancel);
        foreach (var notification in open)
        {
            notification.ResolvedAt = now;
        }

        await registry.SaveChangesAsync(cancel);
        foreach (var notification in open)
        {
            await QueueAsync(registry, notification, DeliveryEvent.Resolved, isWorse: false, now, cancel);
        }

        return open.Count > 0;
    }

    /// <param name="isWorse">It waits neither for the end of a quarter of an hour nor, as an error, for that of quiet hours.</param>
    private static async Task QueueAsync(
        RegistryDbContext registry,
        Notification notification,
        DeliveryEvent what,
        bool isWorse,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        if (notification.Source == NoticeSources.Notifications)
        {
            return;
        }

        if (isWorse)
        {
            await registry
                .NotificationDeliveries.Where(d => d.NotificationId == notification.Id && d.State == DeliveryState.Waiting)
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.DueAt, now).SetProperty(d => d.IsHeld, false), cancel);
        }

        var channels = await registry.NotificationChannels.AsNoTracking().Where(c => c.IsEnabled).ToListAsync(cancel);
        var deliveries = await registry
            .NotificationDeliveries.AsNoTracking()
            .Where(d => d.NotificationId == notification.Id)
            .ToListAsync(cancel);
        foreach (var channel in channels.Where(channel => Takes(channel, notification)))
        {
            var here = deliveries.Where(d => d.ChannelId == channel.Id).ToList();
            if (DueAt(channel, here, what, isWorse, now) is { } due)
            {
                registry.Add(
                    new NotificationDelivery
                    {
                        NotificationId = notification.Id,
                        ChannelId = channel.Id,
                        Event = what,
                        DueAt = due,
                        CreatedAt = now,
                    }
                );
            }
        }

        await registry.SaveChangesAsync(cancel);
    }

    /// <summary>When it is to leave by the channel; null where what is on its way already says it, or nobody there knows of it.</summary>
    private static DateTimeOffset? DueAt(
        NotificationChannel channel,
        List<NotificationDelivery> here,
        DeliveryEvent what,
        bool isWorse,
        DateTimeOffset now
    )
    {
        // What somebody is sending at this moment was read before this happened.
        if (here.Any(d => d.State == DeliveryState.Waiting && (d.ClaimedUntil is null || d.ClaimedUntil <= now)))
        {
            return null;
        }

        if (what == DeliveryEvent.Resolved)
        {
            return channel.TellsResolved && here.Count > 0 ? now : null;
        }

        // What left by a clock that was set back since left long ago.
        var last = here.Where(d => d is { State: DeliveryState.Delivered, Event: DeliveryEvent.Raised } && d.EndedAt <= now)
            .Max(d => d.EndedAt);
        return !isWorse && last + Between > now ? last + Between : now;
    }

    internal static bool Takes(NotificationChannel channel, Notification notification) =>
        notification.Level >= channel.MinLevel && (SourcesOf(channel) is not { } sources || sources.Contains(notification.Source ?? ""));

    /// <summary>Null for all of them, also where another program wrote no list.</summary>
    internal static IReadOnlyList<string>? SourcesOf(NotificationChannel channel)
    {
        try
        {
            return channel.Sources is null ? null : JsonSerializer.Deserialize<string[]>(channel.Sources);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Cut(string? text, int longest) => text is null || text.Length <= longest ? text : $"{text[..(longest - 1)]}…";

    [LoggerMessage(LogLevel.Debug, "A notification of the level {Level} from {Source} was raised")]
    private partial void LogRaised(NoticeLevel level, string source);

    [LoggerMessage(LogLevel.Debug, "{GroupKey} was resolved")]
    private partial void LogResolved(string groupKey);
}
