using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging;

/// <summary>What is wrong with messages now: the Overview shows it, and notifications tell of it.</summary>
internal sealed class MessagingTroubles(
    IDbContextFactory<RegistryDbContext> registries,
    Connectors connectors,
    IOptions<QueueOptions> options,
    TimeProvider clock
)
{
    /// <summary>What failed before is known, or was imported.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromDays(7);

    /// <summary>So many are looked at, however many there are.</summary>
    public const int MostRead = 1000;

    /// <summary>A console that reads a channel says so every few seconds.</summary>
    private static readonly TimeSpan Unread = TimeSpan.FromMinutes(1);

    private static readonly QueueStatus[] Failing = [QueueStatus.Failed, QueueStatus.Poison];

    /// <summary>What failed within the last days and waits for a person, the newest first.</summary>
    public async Task<IReadOnlyList<FailedMessage>> FailedAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var since = clock.GetUtcNow() - Recent;
        var failed = new List<FailedMessage>();
        foreach (var status in Failing)
        {
            // By their ids, as the index has them.
            var newest = await registry
                .Queue.Where(e => e.Status == status)
                .OrderByDescending(e => e.Id)
                .Take(MostRead)
                .Select(e => new { e.EndedAt, e.Cause })
                .ToListAsync(cancel);
            failed.AddRange(
                from entry in newest
                where entry.EndedAt >= since
                select new FailedMessage(entry.EndedAt!.Value, entry.Cause, status == QueueStatus.Poison)
            );
        }

        return [.. failed.OrderByDescending(one => one.At)];
    }

    /// <summary>The channels that are on and can't be used or read, by name.</summary>
    public async Task<IReadOnlyList<ChannelDown>> ChannelsAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var channels = await registry.Channels.AsNoTracking().Where(c => c.IsEnabled).OrderBy(c => c.Name).ToListAsync(cancel);
        return
        [
            .. from channel in channels
            let why = WhyDown(channel)
            where why is not null
            select new ChannelDown(channel.Id, channel.Name, why, channel.LastContact ?? channel.UpdatedAt),
        ];
    }

    /// <summary>Since when the message waits that has waited longest for no reason; null where none waits longer than it should.</summary>
    public async Task<DateTimeOffset?> OverdueAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var (now, least) = (clock.GetUtcNow(), clock.GetUtcNow() - TimeSpan.FromMinutes(options.Value.TellWaitingMinutes));
        var paused = await QueuePauses.InForceAsync(registry, now, cancel);
        return await registry
            .Queue.Where(e => e.Status == QueueStatus.Pending && e.Timestamp < least && (e.NotBefore == null || e.NotBefore < least))
            .Where(e => e.AgentId == null || !paused.Agents.Contains(e.AgentId.Value))
            .Where(e => e.Platform == null || !paused.Platforms.Contains(e.Platform))
            .Where(e => e.LettaUserId == null || !paused.People.Contains(e.LettaUserId.Value))
            .OrderBy(e => e.Id)
            .Select(e => e.Timestamp)
            .FirstOrDefaultAsync(cancel);
    }

    private string? WhyDown(Channel channel) =>
        connectors.FaultOf(channel)
        ?? ChannelProblem.Read(channel.Problem).Why
        ?? (
            connectors.Find(channel.Connector)!.CanListen && !(channel.LeaseUntil > clock.GetUtcNow() - Unread)
                ? "No console reads it. Is the one that did still running?"
                : null
        );
}

/// <summary>A message that failed.</summary>
internal sealed record FailedMessage(DateTimeOffset At, string? Cause, bool IsPoison);

/// <summary>A channel that can't be used or read.</summary>
/// <param name="Since">When it last answered.</param>
internal sealed record ChannelDown(int Id, string Name, string Why, DateTimeOffset Since);
