using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>The rows of messages that came together, within one transaction: people first, then messages, then what is queued.</summary>
internal sealed class IntakeBatch(RegistryDbContext registry, DateTimeOffset now)
{
    /// <summary>A burst that goes on is answered after so many of its windows all the same.</summary>
    private const int MostWindows = 10;

    private readonly List<Item> _items = [];

    /// <summary>Turns that are to end, because their person wrote something else.</summary>
    public List<int> ToCancel { get; } = [];

    /// <returns>In the order of the messages.</returns>
    public async Task<IReadOnlyList<Outcome<AcceptedMessage>>> AddAsync(IReadOnlyList<IncomingMessage> batch, CancellationToken cancel)
    {
        _items.AddRange(batch.Select(incoming => new Item(incoming)));
        await FindAgentsAsync(cancel);
        await FindRepeatedAsync(cancel);
        await AddChannelsAsync(cancel);
        await AddPeopleAsync(cancel);
        await RefuseInactiveAsync(cancel);
        await AddMessagesAsync(cancel);
        await AddEntriesAsync(cancel);
        return [.. _items.Select(item => item.Outcome)];
    }

    private IEnumerable<Item> Open => _items.Where(item => item is { Refusal: null, Repeats: null, First: null });

    private async Task FindAgentsAsync(CancellationToken cancel)
    {
        var ids = _items.Select(item => item.Incoming.AgentId).Distinct().ToList();
        var known = await registry.Agents.Where(a => ids.Contains(a.Id)).Select(a => a.Id).ToListAsync(cancel);
        foreach (var item in _items.Where(item => !known.Contains(item.Incoming.AgentId)))
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
                .Where(m => keys.Contains(m.IdempotencyKey))
                .ToDictionaryAsync(m => m.IdempotencyKey!, cancel);
            var first = new Dictionary<string, Item>();
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
                .Where(m => m.AgentId == group.Key && ids.Contains(m.ExternalId))
                .Join(registry.Channels, m => m.ChannelId, c => c.Id, (m, c) => new { Message = m, c.Platform })
                .ToListAsync(cancel);
            var byPlace = known.ToDictionary(k => (k.Platform, k.Message.Chat, k.Message.ExternalId), k => k.Message);
            var first = new Dictionary<(string, string?, string?), Item>();
            foreach (var item in group)
            {
                var place = (item.Incoming.Platform, item.Chat, item.Incoming.ExternalId);
                item.Meet(byPlace.GetValueOrDefault(place!), first.GetValueOrDefault(place));
                first.TryAdd(place, item);
            }
        }

        var messages = _items.Where(item => item.Repeats is not null).Select(item => item.Repeats!.Id).ToList();
        var entries = await registry
            .Queue.Where(e => messages.Contains(e.MessageId!.Value))
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
        var agents = Open.Select(item => item.Incoming.AgentId).Distinct().ToList();
        var channels = await registry
            .Channels.AsNoTracking()
            .Where(c => agents.Contains(c.AgentId))
            .ToDictionaryAsync(c => (c.Platform, c.AgentId), cancel);
        var added = new List<Channel>();
        foreach (var item in Open)
        {
            var key = (item.Incoming.Platform, item.Incoming.AgentId);
            if (!channels.TryGetValue(key, out var channel))
            {
                channel = new()
                {
                    Name = item.Incoming.Platform,
                    Platform = item.Incoming.Platform,
                    AgentId = item.Incoming.AgentId,
                    Connector = "api",
                };
                added.Add(channels[key] = channel);
            }

            item.Channel = channel;
        }

        registry.Reason = "the first message of the platform";
        registry.Channels.AddRange(added);
        await registry.SaveChangesAsync(cancel);
    }

    private async Task AddPeopleAsync(CancellationToken cancel)
    {
        var ids = Open.Select(item => item.Incoming.PlatformUserId).Distinct().ToList();
        var profiles = await registry
            .PlatformProfiles.AsNoTracking()
            .Where(p => ids.Contains(p.PlatformUserId))
            .ToDictionaryAsync(p => (p.Platform, p.PlatformUserId), cancel);
        var strangers = Open.Where(item => profiles.GetValueOrDefault(item.Writer) is not { LettaUserId: not null })
            .DistinctBy(item => item.Writer)
            .ToDictionary(item => item.Writer, _ => new LettaUser { LastActive = now });
        registry.Reason = "the first message of a person";
        registry.LettaUsers.AddRange(strangers.Values);
        await registry.SaveChangesAsync(cancel);
        var added = strangers
            .Where(s => !profiles.ContainsKey(s.Key))
            .Select(s => new PlatformProfile
            {
                Platform = s.Key.Platform,
                PlatformUserId = s.Key.Id,
                LettaUserId = s.Value.Id,
            })
            .ToList();
        registry.PlatformProfiles.AddRange(added);
        await registry.SaveChangesAsync(cancel);
        added.ForEach(profile => profiles[(profile.Platform, profile.PlatformUserId)] = profile);
        foreach (var item in Open)
        {
            item.Profile = profiles[item.Writer];
            item.PersonId = item.Profile.LettaUserId ?? strangers[item.Writer].Id;
        }

        await UpdateProfilesAsync(cancel);
    }

    /// <summary>
    /// Not as changes of the rows: that somebody wrote is no reason to send an operator away who has the person open.
    /// </summary>
    private async Task UpdateProfilesAsync(CancellationToken cancel)
    {
        var rows = new JsonRows(
            registry,
            ("profile", "int"),
            ("person", "int"),
            ("handle", "text"),
            ("shown", "text"),
            ("more", "text"),
            ("seen", "timestamptz")
        );
        var seen = Open.GroupBy(item => item.Writer)
            .Select(writer => new
            {
                profile = writer.First().Profile!.Id,
                person = writer.First().PersonId,
                handle = WholeText.OrNull(writer.Last().Incoming.Username),
                shown = WholeText.OrNull(writer.Last().Incoming.DisplayName),
                more = writer.Last().Incoming.Metadata,
                seen = rows.Time(now),
            })
            .ToList();
        if (seen.Count == 0)
        {
            return;
        }

        var json = registry.Database.ProviderName!.Contains("Sqlite", StringComparison.Ordinal) ? "more" : "more::jsonb";
        await rows.ExecuteAsync(
            $"""
            UPDATE platform_profiles SET letta_user_id = person, username = COALESCE(handle, username), display_name = COALESCE(shown, display_name),
                metadata = COALESCE({json}, metadata), last_active = seen FROM given WHERE id = profile
            """,
            seen,
            cancel
        );
        await rows.ExecuteAsync("UPDATE letta_users SET last_active = seen FROM given WHERE id = person", seen, cancel);
    }

    private async Task RefuseInactiveAsync(CancellationToken cancel)
    {
        var ids = Open.Select(item => item.PersonId).Distinct().ToList();
        var people = await registry
            .LettaUsers.Where(u => ids.Contains(u.Id))
            .Select(u => new
            {
                u.Id,
                Survivor = u.MergedInto ?? u.Id,
                IsActive = registry.LettaUsers.Where(s => s.Id == (u.MergedInto ?? u.Id)).Select(s => s.IsActive).First(),
            })
            .ToDictionaryAsync(u => u.Id, cancel);
        foreach (var item in Open.ToList())
        {
            item.SurvivorId = people[item.PersonId].Survivor;
            if (!people[item.PersonId].IsActive)
            {
                item.Refuse(
                    "",
                    "This person is inactive, and their messages are refused. An operator can activate them on the page People."
                );
            }
        }
    }

    private async Task AddMessagesAsync(CancellationToken cancel)
    {
        foreach (var item in Open)
        {
            item.Message = new()
            {
                LettaUserId = item.PersonId,
                PlatformProfileId = item.Profile!.Id,
                Role = "user",
                Text = WholeText.Of(item.Incoming.Text),
                Timestamp = item.Incoming.WrittenAt ?? now,
                AgentId = item.Incoming.AgentId,
                ChannelId = item.Channel!.Id,
                Chat = item.Chat,
                ExternalId = item.Incoming.ExternalId,
                IdempotencyKey = item.Incoming.IdempotencyKey,
                RequestHash = item.Incoming.IdempotencyKey is null ? null : item.Hash,
                Attachments = MessageFiles.Write(item.Incoming.Attachments),
            };
        }

        registry.Messages.AddRange(Open.Select(item => item.Message!));
        await registry.SaveChangesAsync(cancel);
    }

    private async Task AddEntriesAsync(CancellationToken cancel)
    {
        foreach (var item in Open.Where(item => item.Channel!.Mode != ChannelMode.Listen))
        {
            var isCommand = ChatCommands.IsCommand(item.Incoming.Text);
            item.Entry = new()
            {
                MessageId = item.Message!.Id,
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

        registry.Queue.AddRange(Open.Select(item => item.Entry).OfType<QueueEntry>());
        await registry.SaveChangesAsync(cancel);
        foreach (var item in Open.Where(item => item.Channel!.BurstSeconds > 0))
        {
            await ExtendBurstAsync(item, cancel);
        }
    }

    /// <summary>What the person wrote before waits for what they write now.</summary>
    private Task ExtendBurstAsync(Item item, CancellationToken cancel)
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
    private async Task EndRunAsync(Item item, CancellationToken cancel)
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

    /// <summary>One message on its way into the tables.</summary>
    private sealed class Item(IncomingMessage incoming)
    {
        public IncomingMessage Incoming => incoming;

        public (string Platform, string Id) Writer => (incoming.Platform, incoming.PlatformUserId);

        public string Chat => incoming.Chat ?? incoming.PlatformUserId;

        /// <summary>Of what is asked for: a key with another body is no repetition.</summary>
        public string Hash { get; } =
            Convert.ToHexStringLower(
                SHA256.HashData(
                    Encoding.UTF8.GetBytes(
                        string.Join('\0', incoming.Platform, incoming.PlatformUserId, incoming.AgentId, incoming.Chat, incoming.Text)
                    )
                )
            );

        public Outcome<AcceptedMessage>.Invalid? Refusal { get; private set; }

        /// <summary>The message that it is once more.</summary>
        public Message? Repeats { get; private set; }
        public int? RepeatedEntry { get; set; }

        /// <summary>The same, in the same batch.</summary>
        public Item? First { get; private set; }
        public Channel? Channel { get; set; }
        public PlatformProfile? Profile { get; set; }
        public int PersonId { get; set; }
        public int SurvivorId { get; set; }
        public Message? Message { get; set; }
        public QueueEntry? Entry { get; set; }

        public Outcome<AcceptedMessage> Outcome =>
            Refusal is not null ? Refusal
            : First is not null
                ? First.Outcome is Outcome<AcceptedMessage>.Ok { Value: var first }
                        ? new Outcome<AcceptedMessage>.Ok(first with { IsRepeated = true })
                    : First.Outcome
            : Repeats is not null
                ? new Outcome<AcceptedMessage>.Ok(new(Repeats.Id, RepeatedEntry, Repeats.LettaUserId ?? 0, IsRepeated: true))
            : new Outcome<AcceptedMessage>.Ok(new(Message!.Id, Entry?.Id, SurvivorId, IsRepeated: false));

        public void Refuse(string field, string why) => Refusal = new(field, why);

        /// <param name="known">The message with the same key that is kept already.</param>
        /// <param name="first">The one with the same key in this batch.</param>
        public void Meet(Message? known, Item? first)
        {
            var hash = known is not null ? known.RequestHash : first?.Hash;
            if (incoming.IdempotencyKey is not null && hash is not null && hash != Hash)
            {
                Refuse(
                    nameof(incoming.IdempotencyKey),
                    "This Idempotency-Key was used for another message. Send each message with a key of its own."
                );
            }
            else
            {
                (Repeats, First) = (known, known is null ? first : null);
            }
        }
    }
}
