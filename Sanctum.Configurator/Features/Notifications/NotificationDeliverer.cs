using System.Collections.Concurrent;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>
/// Sends what waits for a channel. What is due at the same time leaves as one message. Of several consoles on one registry one sends it;
/// where that is killed halfway, another sends it again when its claim has run out, so that a receiver may get it twice but never not at
/// all.
/// </summary>
internal sealed partial class NotificationDeliverer(
    IServiceScopeFactory scopes,
    ChannelSenders senders,
    SecretBox secrets,
    Notifier notifier,
    NotificationBell bell,
    IConfiguration configuration,
    TimeProvider clock,
    ILogger<NotificationDeliverer> log
)
{
    /// <summary>So many leave in one message; the others in the next.</summary>
    private const int MostAtOnce = 50;

    /// <summary>Channel → until when its receiver asked to be left alone.</summary>
    private readonly ConcurrentDictionary<int, DateTimeOffset> _rests = new();

    /// <summary>Far longer than an attempt can take.</summary>
    internal static readonly TimeSpan Claim = TimeSpan.FromMinutes(2);

    /// <summary>The channels that have something to send now.</summary>
    public static async Task<IReadOnlyList<int>> DueAsync(RegistryDbContext registry, DateTimeOffset now, CancellationToken cancel) =>
        await Waiting(registry, now)
            .Where(d => registry.NotificationChannels.Any(c => c.Id == d.ChannelId && c.IsEnabled))
            .Select(d => d.ChannelId)
            .Distinct()
            .ToListAsync(cancel);

    /// <summary>Sends what is due by one channel, unless it is quiet there.</summary>
    public async Task DeliverAsync(int channelId, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        if (
            await registry.NotificationChannels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == channelId && c.IsEnabled, cancel)
            is not { } channel
        )
        {
            return;
        }

        await HoldAsync(registry, channel, cancel);
        var claim = Guid.NewGuid();
        if (await TakeAsync(registry, channel, claim, cancel) is not { Count: > 0 } due)
        {
            return;
        }

        try
        {
            await CompleteAsync(registry, channel, claim, await SendAsync(channel, due, cancel), cancel);
            bell.Ring();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The console stops: the next one need not wait for the claim to run out.
            await registry
                .NotificationDeliveries.Where(d => d.ClaimedBy == claim && d.State == DeliveryState.Waiting)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(d => d.ClaimedBy, (Guid?)null).SetProperty(d => d.ClaimedUntil, (DateTimeOffset?)null),
                    CancellationToken.None
                );
            throw;
        }
    }

    /// <summary>The quiet hours of a channel; null where it has none.</summary>
    internal static QuietHours? QuietHoursOf(NotificationChannel channel) =>
        QuietHours.Of(
            channel.QuietFrom,
            channel.QuietUntil,
            TimeZoneInfo.TryFindSystemTimeZoneById(channel.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc
        );

    /// <summary>Nothing waits for longer, quiet hours included: what is due later was put off before the clock was set back.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(2);

    /// <summary>What nobody has claimed, or somebody claimed and died.</summary>
    private static IQueryable<NotificationDelivery> Waiting(RegistryDbContext registry, DateTimeOffset now)
    {
        var ahead = now + Longest;
        return registry.NotificationDeliveries.Where(d =>
            d.State == DeliveryState.Waiting
            && (d.DueAt <= now || d.DueAt > ahead)
            && (d.ClaimedUntil == null || d.ClaimedUntil <= now || d.ClaimedUntil > ahead)
        );
    }

    /// <summary>While it is quiet, all but errors wait for the end of it; while the receiver wants to be left alone, all do.</summary>
    private async Task HoldAsync(RegistryDbContext registry, NotificationChannel channel, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (_rests.TryGetValue(channel.Id, out var until) && until > now)
        {
            await Waiting(registry, now)
                .Where(d => d.ChannelId == channel.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.DueAt, until), cancel);
        }

        if (QuietHoursOf(channel)?.EndAt(now) is { } end)
        {
            await Waiting(registry, now)
                .Where(d =>
                    d.ChannelId == channel.Id && registry.Notifications.Any(n => n.Id == d.NotificationId && n.Level != NoticeLevel.Error)
                )
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.DueAt, end).SetProperty(d => d.IsHeld, true), cancel);
        }
    }

    private async Task<IReadOnlyList<OutgoingNotice>> TakeAsync(
        RegistryDbContext registry,
        NotificationChannel channel,
        Guid claim,
        CancellationToken cancel
    )
    {
        var now = clock.GetUtcNow();
        var until = now + Claim;
        var ids = await Waiting(registry, now)
            .Where(d => d.ChannelId == channel.Id)
            .OrderBy(d => d.Id)
            .Take(MostAtOnce)
            .Select(d => d.Id)
            .ToListAsync(cancel);

        // Who comes second finds them claimed, and takes none.
        await Waiting(registry, now)
            .Where(d => ids.Contains(d.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.ClaimedBy, claim).SetProperty(d => d.ClaimedUntil, until), cancel);
        var taken = await registry
            .NotificationDeliveries.AsNoTracking()
            .Where(d => d.ClaimedBy == claim && d.State == DeliveryState.Waiting)
            .Join(
                registry.Notifications.AsNoTracking(),
                d => d.NotificationId,
                n => n.Id,
                (delivery, notification) => new { delivery, notification }
            )
            .OrderBy(both => both.delivery.Id)
            .ToListAsync(cancel);
        return [.. taken.Select(both => NoticeOf(both.delivery, both.notification))];
    }

    private OutgoingNotice NoticeOf(NotificationDelivery d, Notification n) =>
        new(
            d.Id,
            n.ResolvedAt is null ? DeliveryEvent.Raised : DeliveryEvent.Resolved,
            n.Level,
            n.Title,
            n.Message,
            n.Source,
            AddressOf(n.Link),
            n.Occurrences,
            n.CreatedAt,
            n.LastAt ?? n.CreatedAt,
            n.ResolvedAt
        );

    /// <summary>The whole address of a page, where the operator said what the console's own is.</summary>
    public string? AddressOf(string? link) =>
        Links.Safe(link) is { } safe && Links.IsOwnPath(safe) && configuration[Urls.PublicUrlSetting] is { Length: > 0 } own
            ? $"{own.TrimEnd('/')}{safe}"
            : Links.Safe(link);

    private async Task<IReadOnlyList<SendEnd>> SendAsync(
        NotificationChannel channel,
        IReadOnlyList<OutgoingNotice> due,
        CancellationToken cancel
    )
    {
        try
        {
            var settings = ChannelSettings.Read(secrets.Open(channel.Config, SecretAdoption.PlaceOf(channel)));
            return await senders.SendAllAsync(channel.Kind, settings, new(clock.GetUtcNow(), false, due), cancel);
        }
        catch (SecretUnreadableException)
        {
            return
            [
                new(
                    due,
                    new(
                        false,
                        "The channel's settings can't be decrypted with this key ring. Restore the keys folder, or edit the channel and enter them again.",
                        IsFinal: true
                    )
                ),
            ];
        }
    }

    private async Task CompleteAsync(
        RegistryDbContext registry,
        NotificationChannel channel,
        Guid claim,
        IReadOnlyList<SendEnd> ends,
        CancellationToken cancel
    )
    {
        // Written whatever happens: it was sent.
        var now = (DateTimeOffset?)clock.GetUtcNow();
        var verdicts = ends.SelectMany(end => end.Notices.Select(notice => (notice.DeliveryId, end.Verdict)))
            .ToDictionary(pair => pair.DeliveryId, pair => pair.Verdict);
        var worst = ends.Select(end => end.Verdict)
            .Where(verdict => !verdict.IsUntried)
            .MinBy(verdict => (verdict.Ok, !verdict.IsPartial))!;
        var failure = worst.Ok && !worst.IsPartial ? null : worst.Message;
        await using (var transaction = await registry.Database.BeginTransactionAsync(CancellationToken.None))
        {
            foreach (
                var delivery in await registry
                    .NotificationDeliveries.Where(d => d.ClaimedBy == claim && d.State == DeliveryState.Waiting)
                    .ToListAsync(CancellationToken.None)
            )
            {
                Write(delivery, verdicts[delivery.Id], now.Value);
            }

            await registry.SaveChangesAsync(CancellationToken.None);
            await MarkAsync(registry.NotificationChannels.Where(c => c.Id == channel.Id), failure, now);
            await transaction.CommitAsync(CancellationToken.None);
        }

        if (worst.RetryAfter is { } rest)
        {
            _rests[channel.Id] = now.Value + rest;
        }

        LogSent(channel.Id, verdicts.Count, ends.Count, worst.Ok, worst.Status);
        await TellAsync(channel, failure, worst, cancel);
    }

    private Task TellAsync(NotificationChannel channel, string? failure, SendVerdict worst, CancellationToken cancel) =>
        failure is null
            ? notifier.ResolveAsync(GroupOf(channel.Id), cancel)
            : notifier.RaiseAsync(
                new(
                    NoticeLevel.Warning,
                    NoticeSources.Notifications,
                    worst.Ok ? $"Notifications by {channel.Name} don't reach all recipients" : $"Notifications by {channel.Name} fail"
                )
                {
                    Message = failure,
                    Link = Urls.NotificationChannels,
                    GroupKey = GroupOf(channel.Id),
                    IsLasting = true,
                },
                cancel
            );

    /// <summary>Bookkeeping, not an edit: neither the row's version nor the history may notice.</summary>
    internal static Task<int> MarkAsync(IQueryable<NotificationChannel> channel, string? failure, DateTimeOffset? now) =>
        failure is null
            ? channel.ExecuteUpdateAsync(set =>
                set.SetProperty(c => c.LastDeliveredAt, now)
                    .SetProperty(c => c.LastFailure, (string?)null)
                    .SetProperty(c => c.FailingSince, (DateTimeOffset?)null)
            )
            : channel.ExecuteUpdateAsync(set =>
                set.SetProperty(c => c.LastFailedAt, now)
                    .SetProperty(c => c.LastFailure, failure)
                    .SetProperty(c => c.FailingSince, c => c.FailingSince ?? now)
            );

    private static void Write(NotificationDelivery delivery, SendVerdict verdict, DateTimeOffset now)
    {
        if (verdict.IsUntried)
        {
            (delivery.ClaimedBy, delivery.ClaimedUntil) = (null, null);
            return;
        }

        (delivery.ClaimedBy, delivery.ClaimedUntil, delivery.Attempts) = (null, null, delivery.Attempts + 1);
        (delivery.Status, delivery.Failure) = (verdict.Status, verdict is { Ok: true, IsPartial: false } ? null : verdict.Message);
        delivery.State =
            verdict.Ok ? DeliveryState.Delivered
            : verdict.IsFinal || delivery.Attempts >= DeliveryPipeline.MostAttempts ? DeliveryState.Failed
            : DeliveryState.Waiting;
        if (delivery.State == DeliveryState.Waiting)
        {
            var (usual, asked) = (DeliveryPipeline.WaitAfter(delivery.Attempts), verdict.RetryAfter ?? TimeSpan.Zero);
            delivery.DueAt = now + (usual > asked ? usual : asked);
        }
        else
        {
            (delivery.EndedAt, delivery.IsHeld) = (now, false);
        }
    }

    /// <summary>What is known of a channel that fails.</summary>
    internal static string GroupOf(int channelId) => $"notification-channel:{channelId}";

    [LoggerMessage(LogLevel.Information, "Channel {Id}: {Count} notifications sent in {Messages} messages; taken: {Ok}, status {Status}")]
    private partial void LogSent(int id, int count, int messages, bool ok, int? status);
}
