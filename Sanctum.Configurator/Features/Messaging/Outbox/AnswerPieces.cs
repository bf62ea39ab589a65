using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>Puts answers into the outbox, in pieces as long as their platforms take. Programs that call the API read them themselves.</summary>
internal sealed class AnswerPieces(IEnumerable<IConnector> connectors)
{
    private readonly Dictionary<string, IConnector> _connectors = connectors.ToDictionary(connector => connector.Name);

    /// <summary>Adds them within the caller's transaction.</summary>
    public async Task AddAsync(
        RegistryDbContext registry,
        IReadOnlyList<(QueueEntry Entry, string Answer)> answers,
        CancellationToken cancel
    )
    {
        var sending = _connectors.Values.Where(connector => connector.CanSend).Select(connector => connector.Name).ToList();
        var ids = answers.Select(a => a.Entry.ChannelId).OfType<int>().Distinct().ToList();
        var channels = await registry
            .Channels.Where(c => EF.Parameter(ids).Contains(c.Id) && sending.Contains(c.Connector))
            .Select(c => new { c.Id, c.Connector })
            .ToDictionaryAsync(c => c.Id, c => _connectors[c.Connector], cancel);
        var sent = answers.Where(a => a.Entry.ChannelId is { } channel && channels.ContainsKey(channel)).ToList();
        if (sent.Count == 0)
        {
            return;
        }

        var messages = sent.Select(a => a.Entry.MessageId).OfType<int>().ToList();
        var chats = await registry
            .Messages.Where(m => EF.Parameter(messages).Contains(m.Id))
            .Select(m => new { m.Id, m.Chat })
            .ToDictionaryAsync(m => m.Id, m => m.Chat, cancel);
        foreach (var (entry, answer) in sent)
        {
            if (
                entry is { ChannelId: { } channel, MessageId: { } message }
                && channels.GetValueOrDefault(channel) is { } connector
                && chats.GetValueOrDefault(message) is { } chat
            )
            {
                registry.Outbox.AddRange(Of(connector, channel, chat, message, entry.Id, entry.LettaUserId, answer));
            }
        }

        await registry.SaveChangesAsync(cancel);
    }

    /// <summary>The pieces of one answer; none where the channel sends nothing.</summary>
    public static IReadOnlyList<OutboxEntry> Of(
        IConnector connector,
        int channelId,
        string chat,
        int? messageId,
        int? queueId,
        int? personId,
        string answer
    ) =>
        [
            .. (connector.CanSend ? connector.Split(answer) : []).Select(
                (text, at) =>
                    new OutboxEntry
                    {
                        MessageId = messageId,
                        QueueId = queueId,
                        LettaUserId = personId,
                        ChannelId = channelId,
                        Chat = chat,
                        Part = at + 1,
                        Text = text,
                    }
            ),
        ];
}
