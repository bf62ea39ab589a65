using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>
/// Removes messages that are older than their channel keeps them, with their entries, attempts and answers. What waits, failed or may not have
/// arrived stays until somebody has decided about it, and so does what somebody on hold wrote.
/// </summary>
internal sealed partial class MessageRetention(
    IDbContextFactory<RegistryDbContext> registries,
    TimeProvider clock,
    ILogger<MessageRetention> log
)
{
    /// <summary>Messages that are removed at once: nobody else writes meanwhile.</summary>
    private const int AtOnce = 500;

    /// <returns>How many messages were removed.</returns>
    public async Task<int> CleanUpAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var channels = await registry
            .Channels.AsNoTracking()
            .Where(c => c.KeepDays != null)
            .Select(c => new { c.Id, Days = c.KeepDays!.Value })
            .ToListAsync(cancel);
        var removed = 0;
        foreach (var channel in channels)
        {
            var count = await CleanUpAsync(registry, channel.Id, clock.GetUtcNow().AddDays(-channel.Days), cancel);
            removed += count;
            LogRemoved(count, channel.Id, channel.Days);
        }

        return removed;
    }

    private static async Task<int> CleanUpAsync(RegistryDbContext registry, int channel, DateTimeOffset before, CancellationToken cancel)
    {
        var (removed, last) = (0, 0);
        while (true)
        {
            var old = await Old(registry, channel, before)
                .Where(m => m.Id > last)
                .OrderBy(m => m.Id)
                .Select(m => m.Id)
                .Take(AtOnce)
                .ToListAsync(cancel);
            if (old.Count == 0)
            {
                return removed;
            }

            last = old[^1];
            removed += await RemoveAsync(registry, channel, before, old, cancel);
        }
    }

    /// <summary>Asked again while nobody else writes: somebody may have retried one of them meanwhile.</summary>
    private static async Task<int> RemoveAsync(
        RegistryDbContext registry,
        int channel,
        DateTimeOffset before,
        IReadOnlyList<int> ids,
        CancellationToken cancel
    )
    {
        await registry.BeginWritingAsync(cancel);
        var old = await Old(registry, channel, before).Where(m => ids.Contains(m.Id)).Select(m => m.Id).ToListAsync(cancel);
        await registry.Outbox.Where(o => o.MessageId != null && old.Contains(o.MessageId.Value)).ExecuteDeleteAsync(cancel);

        // Attempts, and what undoes acts on the entries, go with the entries.
        await registry.Queue.Where(e => e.MessageId != null && old.Contains(e.MessageId.Value)).ExecuteDeleteAsync(cancel);
        var removed = await registry.Messages.Where(m => old.Contains(m.Id)).ExecuteDeleteAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        return removed;
    }

    private static IQueryable<Message> Old(RegistryDbContext registry, int channel, DateTimeOffset before) =>
        registry
            .Messages.Where(m => m.ChannelId == channel && m.Timestamp < before)
            .Where(m =>
                !registry.Queue.Any(e =>
                    e.MessageId == m.Id
                    && e.Status != QueueStatus.Done
                    && e.Status != QueueStatus.Cancelled
                    && e.Status != QueueStatus.Flushed
                )
            )
            .Where(m =>
                !registry.Outbox.Any(o => o.MessageId == m.Id && o.Status != OutboxStatus.Sent && o.Status != OutboxStatus.Cancelled)
            )
            .Where(m =>
                !registry.LettaUsers.Any(u =>
                    u.Id == m.LettaUserId
                    && (u.HoldReason != null || registry.LettaUsers.Any(s => s.Id == u.MergedInto && s.HoldReason != null))
                )
            );

    [LoggerMessage(LogLevel.Information, "{Count} messages of channel {ChannelId} older than {Days} days were removed")]
    private partial void LogRemoved(int count, int channelId, int days);
}

/// <summary>Removes old messages by the clock.</summary>
internal sealed class CleanUpMessagesTask(MessageRetention retention) : IBuiltInTask
{
    public const string Act = "clean_up_messages";

    public string Name => Act;

    public string Description => "Removes messages that are older than their channel keeps them.";

    public string Policy => Policies.ManageMessages;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
    {
        var removed = await retention.CleanUpAsync(cancel);
        return new Outcome<string>.Ok($"{Counts.Of(removed, "message")} {(removed == 1 ? "was" : "were")} removed.");
    }
}
