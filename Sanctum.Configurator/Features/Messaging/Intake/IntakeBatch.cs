using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>The rows of messages that came together, within one transaction: people first, then messages, then what is queued.</summary>
internal sealed class IntakeBatch(RegistryDbContext registry, DateTimeOffset now)
{
    /// <summary>A burst that goes on is answered after so many of its windows all the same.</summary>
    private const int MostWindows = 10;

    private readonly List<IntakeItem> _items = [];
    private readonly IntakeRows _rows = new(registry, now);

    /// <summary>Turns that are to end, because their person wrote something else.</summary>
    public List<int> ToCancel { get; } = [];

    /// <summary>The agents that have something to answer now.</summary>
    public IEnumerable<int> Agents => Entries.Select(item => item.Incoming.AgentId).Distinct();

    /// <summary>Those of them that have a command to follow.</summary>
    public IEnumerable<int> Commanded => Entries.Where(item => item.Entry!.IsUrgent).Select(item => item.Incoming.AgentId);

    /// <summary>When what waits for its burst is due first.</summary>
    public DateTimeOffset? Due => Entries.Min(item => item.Entry!.NotBefore);

    /// <returns>In the order of the messages.</returns>
    public async Task<IReadOnlyList<Outcome<AcceptedMessage>>> AddAsync(IReadOnlyList<IncomingMessage> batch, CancellationToken cancel)
    {
        _items.AddRange(batch.Select(incoming => new IntakeItem(incoming)));
        await ReadFactsAsync(cancel);
        await FindRepeatedAsync(cancel);
        await AddChannelsAsync(cancel);
        await new IntakePeople(registry, now).AddAsync([.. Open], cancel);
        await _rows.AddMessagesAsync([.. Open], cancel);
        await AddEntriesAsync(cancel);
        return [.. _items.Select(item => item.Outcome)];
    }

    private IEnumerable<IntakeItem> Open => _items.Where(item => item is { Refusal: null, Repeats: null, First: null });

    private IEnumerable<IntakeItem> Entries => Open.Where(item => item.Entry is not null);

    private async Task ReadFactsAsync(CancellationToken cancel)
    {
        foreach (var fact in await IntakeFact.ReadAsync(registry, _items, cancel))
        {
            _items[fact.Place].Fact = fact;
        }

        foreach (var item in _items.Where(item => item.Fact.AgentId is null))
        {
            item.Refuse("Agent", $"Agent {item.Incoming.AgentId} not found. GET /api/agents lists them.");
        }
    }

    /// <summary>By the caller's key, and by the platform's own id; the same one within the batch, too.</summary>
    private async Task FindRepeatedAsync(CancellationToken cancel)
    {
        var keys = Open.Select(item => item.Incoming.IdempotencyKey).Where(key => key is not null).ToList();
        if (keys.Count > 0)
        {
            var known = await registry
                .Messages.AsNoTracking()
                .Where(m => EF.Parameter(keys).Contains(m.IdempotencyKey))
                .ToDictionaryAsync(m => m.IdempotencyKey!, cancel);
            var first = new Dictionary<string, IntakeItem>();
            foreach (var item in Open.Where(item => item.Incoming.IdempotencyKey is not null).ToList())
            {
                var key = item.Incoming.IdempotencyKey!;
                item.Meet(known.GetValueOrDefault(key), first.GetValueOrDefault(key));
                first.TryAdd(key, item);
            }
        }

        foreach (var group in Open.Where(item => item.Incoming.ExternalId is not null).GroupBy(item => item.Incoming.AgentId).ToList())
        {
            var ids = group.Select(item => item.Incoming.ExternalId).ToList();
            var known = await registry
                .Messages.AsNoTracking()
                .Where(m => m.AgentId == group.Key && EF.Parameter(ids).Contains(m.ExternalId))
                .Join(registry.Channels, m => m.ChannelId, c => c.Id, (m, c) => new { Message = m, c.Platform })
                .ToListAsync(cancel);
            var byPlace = known.ToDictionary(k => (k.Platform, k.Message.Chat, k.Message.ExternalId), k => k.Message);
            var first = new Dictionary<(string, string?, string?), IntakeItem>();
            foreach (var item in group)
            {
                var place = (item.Incoming.Platform, item.Chat, item.Incoming.ExternalId);
                item.Meet(byPlace.GetValueOrDefault(place!), first.GetValueOrDefault(place));
                first.TryAdd(place, item);
            }
        }

        var messages = _items.Where(item => item.Repeats is not null).Select(item => item.Repeats!.Id).ToList();
        if (messages.Count == 0)
        {
            return;
        }

        var entries = await registry
            .Queue.Where(e => EF.Parameter(messages).Contains(e.MessageId!.Value))
            .GroupBy(e => e.MessageId!.Value)
            .Select(g => new { Message = g.Key, Entry = g.Max(e => e.Id) })
            .ToDictionaryAsync(e => e.Message, e => (int?)e.Entry, cancel);
        foreach (var item in _items.Where(item => item.Repeats is not null))
        {
            item.RepeatedEntry = entries.GetValueOrDefault(item.Repeats!.Id);
        }
    }

    private async Task AddChannelsAsync(CancellationToken cancel)
    {
        var added = new Dictionary<(string, int), Channel>();
        foreach (var item in Open)
        {
            item.Channel = item.Fact.Channel;
            if (item.Channel is null)
            {
                added.TryAdd(
                    (item.Incoming.Platform, item.Incoming.AgentId),
                    new()
                    {
                        Name = item.Incoming.Platform,
                        Platform = item.Incoming.Platform,
                        AgentId = item.Incoming.AgentId,
                        Connector = "api",
                    }
                );
            }
        }

        if (added.Count == 0)
        {
            return;
        }

        registry.Reason = "the first message of the platform";
        registry.Channels.AddRange(added.Values);
        await registry.SaveChangesAsync(cancel);
        foreach (var item in Open.Where(item => item.Channel is null))
        {
            var channel = added[(item.Incoming.Platform, item.Incoming.AgentId)];
            item.Channel = new(channel.Id, channel.Mode, channel.BurstSeconds, channel.DuringRun);
        }
    }

    private async Task AddEntriesAsync(CancellationToken cancel)
    {
        foreach (var item in Open.Where(item => item.Channel!.Mode != ChannelMode.Listen))
        {
            var isCommand = ChatCommands.IsCommand(item.Incoming.Text);
            item.Entry = new()
            {
                MessageId = item.MessageId,
                LettaUserId = item.PersonId,
                AgentId = item.Incoming.AgentId,
                ChannelId = item.Channel!.Id,
                Platform = item.Incoming.Platform,
                Timestamp = now,
                IsUrgent = isCommand,
                NotBefore = item.Channel.BurstSeconds > 0 && !isCommand ? now.AddSeconds(item.Channel.BurstSeconds) : null,
            };
            if (!isCommand && item.Channel.DuringRun != DuringRun.Queue)
            {
                await EndRunAsync(item, cancel);
            }
        }

        await _rows.AddEntriesAsync([.. Entries], cancel);
        foreach (var item in Open.Where(item => item.Channel!.BurstSeconds > 0))
        {
            await ExtendBurstAsync(item, cancel);
        }
    }

    /// <summary>What the person wrote before waits for what they write now.</summary>
    private Task ExtendBurstAsync(IntakeItem item, CancellationToken cancel)
    {
        var oldest = now.AddSeconds(-item.Channel!.BurstSeconds * MostWindows);
        return registry
            .Queue.Where(e =>
                e.Status == QueueStatus.Pending
                && e.ChannelId == item.Channel.Id
                && e.LettaUserId == item.PersonId
                && e.AttemptCount == 0
                && e.NotBefore > now
                && e.Timestamp > oldest
            )
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.NotBefore, now.AddSeconds(item.Channel.BurstSeconds)), cancel);
    }

    /// <summary>Ends the turn of the same person; to steer is to have both messages answered together after that.</summary>
    private async Task EndRunAsync(IntakeItem item, CancellationToken cancel)
    {
        var running = await registry
            .Queue.Where(e =>
                e.Status == QueueStatus.Processing
                && e.AgentId == item.Incoming.AgentId
                && e.LettaUserId == item.PersonId
                && !e.IsUrgent
                && e.TurnId == null
            )
            .Select(e => e.Id)
            .ToListAsync(cancel);
        await registry
            .Queue.Where(e => running.Contains(e.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.IsCancelRequested, true), cancel);
        ToCancel.AddRange(running);
        if (item.Channel!.DuringRun == DuringRun.Steer && running is [var lead, ..])
        {
            item.Entry!.TurnId = lead;
        }
    }
}
