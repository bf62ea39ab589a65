using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>
/// Reads messages by place and never by number, so that what is read grows with what is shown and not with what is stored.
/// </summary>
public sealed class MessageReader
{
    private const string List = "messages";

    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly MessageIndexing _indexing;

    internal MessageReader(IDbContextFactory<RegistryDbContext> registries, MessageIndexing indexing) =>
        (_registries, _indexing) = (registries, indexing);

    /// <summary>Some of the messages, the newest first.</summary>
    /// <param name="cursor">Begins after the page that gave it; null for the newest.</param>
    /// <exception cref="BadHttpRequestException">The cursor is none of this list.</exception>
    public Task<Outcome<MessagePage>> ListAsync(MessageFilter filter, string? cursor, int take, CancellationToken cancel) =>
        ListAsync(filter, new MessagePlace(cursor is { Length: > 0 } ? (int)Cursor.Read(cursor, List).Id : null), take, cancel);

    public async Task<Outcome<MessagePage>> ListAsync(MessageFilter filter, MessagePlace place, int take, CancellationToken cancel)
    {
        var (words, problem) = MessageWords.Read(filter.Words);
        if (problem is not null)
        {
            return new Outcome<MessagePage>.Invalid("q", problem);
        }

        if (!words.IsNone && await _indexing.CatchUpAsync(MessageIndexing.Patience, cancel) is > 0 and var left)
        {
            return new Outcome<MessagePage>.Invalid(
                "q",
                $"{Counts.Of(left, "new message")} {(left == 1 ? "is" : "are")} not indexed yet. Search again in a minute."
            );
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);

        // One more than is shown tells whether there are more.
        var (some, reached) = await new MessageFinder(registry, words, filter).FindAsync(place, take + 1, cancel);
        var isMore = some.Count > take;
        List<Message> shown = [.. some.Take(take).OrderByDescending(m => m.Id)];
        int? olderThan = isMore || place.After is not null ? (shown.Count > 0 ? shown[^1].Id : null) : reached;
        return new Outcome<MessagePage>.Ok(
            new(
                await RowsAsync(registry, shown, cancel),
                olderThan is { } id ? Cursor.Write(List, id, id) : null,
                place.After is null ? place.Before is not null : isMore
            )
            {
                OlderThan = olderThan,
                SearchedTo = isMore || reached is null ? null : await TimeAsync(registry, reached.Value, cancel),
            }
        );
    }

    private static Task<DateTimeOffset?> TimeAsync(RegistryDbContext registry, int from, CancellationToken cancel) =>
        registry
            .Messages.Where(m => m.Id >= from && m.Timestamp != null)
            .OrderBy(m => m.Id)
            .Select(m => m.Timestamp)
            .FirstOrDefaultAsync(cancel);

    public async Task<MessageView?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return await FindAsync(registry, id, cancel);
    }

    internal static async Task<MessageView?> FindAsync(RegistryDbContext registry, int id, CancellationToken cancel)
    {
        if (await registry.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, cancel) is not { } message)
        {
            return null;
        }

        var pieces = await registry
            .Outbox.AsNoTracking()
            .Where(o => o.MessageId == id)
            .OrderBy(o => o.Id)
            .Select(o => new PieceRow(o.Id, o.Part, o.Status, o.AttemptCount, o.QueuedAt, o.SentAt, o.Failure))
            .ToListAsync(cancel);
        return new((await RowsAsync(registry, [message], cancel))[0], pieces);
    }

    /// <summary>The agents and channels by which messages can be chosen.</summary>
    public async Task<MessageChoices> ChoicesAsync(CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        var agents = await registry
            .Agents.AsNoTracking()
            .OrderBy(a => a.Name)
            .Select(a => new NamedThing(a.Id, a.Name))
            .ToListAsync(cancel);
        var channels = await registry
            .Channels.AsNoTracking()
            .OrderBy(c => c.Name)
            .Select(c => new NamedThing(c.Id, c.Name))
            .ToListAsync(cancel);
        return new(agents, channels);
    }

    /// <summary>What a person is called; null where there is no such person.</summary>
    public async Task<PersonName?> PersonAsync(int id, CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return (await PersonNames.ReadAsync(registry, [id], cancel)).GetValueOrDefault(id);
    }

    /// <summary>The ids of a person and of all who are the same: those who were merged into the one that it stands for.</summary>
    internal static async Task<IReadOnlyList<int>> SameAsync(RegistryDbContext registry, int id, CancellationToken cancel)
    {
        var survivor = await registry.LettaUsers.Where(u => u.Id == id).Select(u => u.MergedInto).SingleOrDefaultAsync(cancel) ?? id;
        return
        [
            survivor,
            .. await registry.LettaUsers.Where(u => u.MergedInto == survivor).OrderBy(u => u.Id).Select(u => u.Id).ToListAsync(cancel),
        ];
    }

    private static async Task<IReadOnlyList<MessageRow>> RowsAsync(
        RegistryDbContext registry,
        IReadOnlyList<Message> messages,
        CancellationToken cancel
    )
    {
        var ids = messages.Select(m => m.Id).ToList();
        var agentIds = messages.Select(m => m.AgentId).OfType<int>().Distinct().ToList();
        var channelIds = messages.Select(m => m.ChannelId).OfType<int>().Distinct().ToList();
        var profileIds = messages.Select(m => m.PlatformProfileId).OfType<int>().Distinct().ToList();
        var people = await PersonNames.ReadAsync(registry, [.. messages.Select(m => m.LettaUserId).OfType<int>().Distinct()], cancel);
        var agents = await registry
            .Agents.AsNoTracking()
            .Where(a => agentIds.Contains(a.Id))
            .Select(a => new { a.Id, a.Name })
            .ToDictionaryAsync(a => a.Id, a => a.Name, cancel);
        var channels = await registry.Channels.AsNoTracking().Where(c => channelIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancel);
        var platforms = await registry
            .PlatformProfiles.AsNoTracking()
            .Where(p => profileIds.Contains(p.Id))
            .Select(p => new { p.Id, p.Platform })
            .ToDictionaryAsync(p => p.Id, p => p.Platform, cancel);
        var entries = (
            await registry.Queue.AsNoTracking().Where(e => e.MessageId != null && ids.Contains(e.MessageId.Value)).ToListAsync(cancel)
        ).ToLookup(e => e.MessageId!.Value);
        var pieces = (
            await registry.Outbox.AsNoTracking().Where(o => o.MessageId != null && ids.Contains(o.MessageId.Value)).ToListAsync(cancel)
        ).ToLookup(o => o.MessageId!.Value);
        return
        [
            .. messages.Select(m =>
                Row(
                    m,
                    entries[m.Id].MaxBy(e => e.Id),
                    [.. pieces[m.Id]],
                    m.LettaUserId is { } person ? people.GetValueOrDefault(person) : null
                ) with
                {
                    Agent = m.AgentId is { } agent ? agents.GetValueOrDefault(agent) : null,
                    Channel = m.ChannelId is { } channel ? channels.GetValueOrDefault(channel)?.Name : null,
                    Platform =
                        (m.PlatformProfileId is { } profile ? platforms.GetValueOrDefault(profile) : null)
                        ?? (m.ChannelId is { } of ? channels.GetValueOrDefault(of)?.Platform : null),
                }
            ),
        ];
    }

    private static MessageRow Row(Message message, QueueEntry? entry, IReadOnlyList<OutboxEntry> pieces, PersonName? person)
    {
        var worst = MessageStates.WorstOf(pieces);
        return new()
        {
            Id = message.Id,
            PersonId = person?.Id,
            Person = person?.Name,
            ProfileId = message.PlatformProfileId,
            AgentId = message.AgentId,
            ChannelId = message.ChannelId,
            Chat = message.Chat,
            Role = message.Role,
            Message = message.Text,
            Timestamp = message.Timestamp,
            AgentResponse = message.AgentResponse,
            SentBy = message.SentBy,
            EditedFrom = message.EditedFrom,
            Note = message.Note,
            NotedBy = message.NotedBy,
            Attachments = [.. MessageFiles.Read(message.Attachments).OfType<MessageAttachment>()],
            State = MessageStates.Of(message, entry, worst?.Status),
            QueueId = entry?.Id,
            QueueStatus = entry?.Status,
            TurnId = entry?.TurnId,
            RunId = entry?.RunId,
            CorrelationId = entry?.CorrelationId,
            Failure = worst?.Failure ?? entry?.Failure,
            Delivery = worst?.Status,
            DeliveredAt = worst?.SentAt,
        };
    }
}

/// <summary>Where a page of messages begins: at the newest, before a message, or after one.</summary>
public sealed record MessagePlace(int? Before = null, int? After = null);

/// <summary>Something that is chosen by its name.</summary>
public sealed record NamedThing(int Id, string Name);

/// <summary>The agents and channels by which messages can be chosen.</summary>
public sealed record MessageChoices(IReadOnlyList<NamedThing> Agents, IReadOnlyList<NamedThing> Channels);
