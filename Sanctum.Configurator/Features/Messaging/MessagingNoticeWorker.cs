using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Messaging;

/// <summary>
/// Tells the operator that messages fail of one cause, that one waits too long, or that a channel can't be read; and when that is over.
/// </summary>
internal sealed partial class MessagingNoticeWorker(
    IServiceScopeFactory scopes,
    Notifier notifier,
    IOptions<QueueOptions> options,
    TimeProvider clock,
    ILogger<MessagingNoticeWorker> log
) : BackgroundService
{
    internal const string GroupPrefix = "messages:";

    private const int MostCauses = 10;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>Connections that are lost for a moment come back by themselves.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await TellAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Raises what is due and resolves what no longer is.</summary>
    internal async Task TellAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var troubles = scope.ServiceProvider.GetRequiredService<MessagingTroubles>();
        var down = (await troubles.ChannelsAsync(cancel)).Where(channel => channel.Since < clock.GetUtcNow() - Patience);
        List<Notice> due = [.. CausesOf(await troubles.FailedAsync(cancel)), .. down.Select(DownOf)];
        if (await troubles.OverdueAsync(cancel) is { } since)
        {
            due.Add(OverdueOf(since));
        }

        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        var open = await registry
            .Notifications.Where(n => n.GroupKey!.StartsWith(GroupPrefix) && n.ResolvedAt == null)
            .Select(n => n.GroupKey!)
            .ToListAsync(cancel);
        foreach (var over in open.Where(key => due.TrueForAll(notice => notice.GroupKey != key)))
        {
            await notifier.ResolveAsync(over, cancel);
        }

        foreach (var notice in due)
        {
            await notifier.RaiseAsync(notice, cancel);
        }
    }

    /// <summary>A message that ends consoles is told of at once; others when enough have failed of the same cause.</summary>
    private IEnumerable<Notice> CausesOf(IReadOnlyList<FailedMessage> failed) =>
        failed
            .Where(one => one.Cause is not null)
            .GroupBy(one => one.Cause!)
            .Where(same => same.Count() >= options.Value.TellFailures || same.Any(one => one.IsPoison))
            .OrderByDescending(same => same.Count())
            .Take(MostCauses)
            .Select(same =>
                Of(
                    NoticeLevel.Error,
                    $"cause:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(same.Key)))[..16]}",
                    $"{Counts.Of(same.Count(), "message")} failed for the same reason",
                    $"{same.Key} When it is mended, retry them on the page Queue: in stages, where you are not sure.",
                    Urls.QueueFailures
                )
            );

    private static Notice DownOf(ChannelDown channel) =>
        Of(NoticeLevel.Error, $"channel:{channel.Id}", $"The channel {channel.Name} can't be used", channel.Why, Urls.Channels);

    private Notice OverdueOf(DateTimeOffset since) =>
        Of(
            NoticeLevel.Warning,
            "overdue",
            $"A message has waited for more than {options.Value.TellWaitingMinutes} minutes",
            $"The oldest came at {since:yyyy-MM-dd HH:mm} UTC, and nothing is paused that holds it. Check its agent and the Letta server.",
            Urls.Queue
        );

    private static Notice Of(NoticeLevel level, string key, string title, string message, string link) =>
        new(level, NoticeSources.Messages, title)
        {
            Message = message,
            Link = link,
            GroupKey = GroupPrefix + key,
            IsLasting = true,
        };

    [LoggerMessage(LogLevel.Error, "The notifications about messages could not be updated; they are tried again within a minute")]
    private partial void LogFailed(Exception exception);
}
