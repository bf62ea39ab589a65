using Sanctum.Configurator.Features.Messaging.Incoming;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>Writes messages and entries of the queue, many in one statement; they are in no history.</summary>
internal sealed class IntakeRows(RegistryDbContext registry, DateTimeOffset now)
{
    public async Task AddMessagesAsync(IReadOnlyList<IntakeItem> items, CancellationToken cancel)
    {
        var rows = new JsonRows(
            registry,
            ("letta_user_id", "int"),
            ("platform_profile_id", "int"),
            ("role", "text"),
            ("message", "text"),
            ("timestamp", "timestamptz"),
            ("agent_id", "int"),
            ("channel_id", "int"),
            ("chat", "text"),
            ("external_id", "text"),
            ("idempotency_key", "text"),
            ("request_hash", "text"),
            ("attachments", "jsonb")
        );
        var ids = await rows.InsertAsync(
            Tables.Messages,
            items.Select(item => new
            {
                letta_user_id = item.PersonId,
                platform_profile_id = item.ProfileId,
                role = "user",
                message = WholeText.Of(item.Incoming.Text),
                timestamp = rows.Time(item.Incoming.WrittenAt ?? now),
                agent_id = item.Incoming.AgentId,
                channel_id = item.Channel!.Id,
                chat = item.Chat,
                external_id = item.Incoming.ExternalId,
                idempotency_key = item.Incoming.IdempotencyKey,
                request_hash = item.Incoming.IdempotencyKey is null ? null : item.Hash,
                attachments = MessageFiles.ToJson(item.Incoming.Attachments),
            }),
            cancel
        );
        foreach (var (item, id) in items.Zip(ids))
        {
            item.MessageId = id;
        }
    }

    public async Task AddEntriesAsync(IReadOnlyList<IntakeItem> items, CancellationToken cancel)
    {
        var rows = new JsonRows(
            registry,
            ("letta_user_id", "int"),
            ("message_id", "int"),
            ("timestamp", "timestamptz"),
            ("agent_id", "int"),
            ("channel_id", "int"),
            ("platform", "text"),
            ("not_before", "timestamptz"),
            ("is_urgent", "boolean"),
            ("turn_id", "int")
        );
        var ids = await rows.InsertAsync(
            Tables.Queue,
            items.Select(item => new
            {
                letta_user_id = item.PersonId,
                message_id = item.MessageId,
                timestamp = rows.Time(now),
                agent_id = item.Incoming.AgentId,
                channel_id = item.Channel!.Id,
                platform = item.Incoming.Platform,
                not_before = rows.Time(item.Entry!.NotBefore),
                is_urgent = item.Entry.IsUrgent,
                turn_id = item.Entry.TurnId,
            }),
            cancel
        );
        foreach (var (item, id) in items.Zip(ids))
        {
            item.EntryId = id;
        }
    }
}
