using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>Puts answers into the outbox, in pieces as long as their platforms take. Programs that call the API read them themselves.</summary>
internal sealed class AnswerPieces(IEnumerable<IConnector> connectors)
{
    private readonly Dictionary<string, IConnector> _connectors = connectors.ToDictionary(connector => connector.Name);

    /// <summary>The names of those that send, which are ours, as SQL has them.</summary>
    private readonly string _sending = string.Join(
        ", ",
        connectors.Where(connector => connector.CanSend).Select(connector => $"'{connector.Name}'").DefaultIfEmpty("''")
    );

    /// <summary>Adds them within the caller's transaction.</summary>
    public async Task AddAsync(
        RegistryDbContext registry,
        IReadOnlyList<(QueueEntry Entry, string Answer)> answers,
        CancellationToken cancel
    )
    {
        var rows = new JsonRows(registry, ("channel", "int"));
        var channels = (
            await rows.QueryAsync(
                $"SELECT c.id, c.connector FROM given CROSS JOIN channels AS c WHERE c.id = channel AND c.connector IN ({_sending})",
                answers.Select(a => a.Entry.ChannelId).OfType<int>().Distinct().Select(id => new { channel = id }),
                row => (Id: row.GetInt32(0), Connector: _connectors[row.GetString(1)]),
                cancel
            )
        ).ToDictionary(channel => channel.Id, channel => channel.Connector);
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
