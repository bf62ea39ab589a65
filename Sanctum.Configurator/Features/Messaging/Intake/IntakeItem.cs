using System.Security.Cryptography;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Intake;

/// <summary>One message on its way into the tables.</summary>
internal sealed class IntakeItem(IncomingMessage incoming)
{
    public IncomingMessage Incoming => incoming;

    public (string Platform, string Id) Writer => (incoming.Platform, incoming.PlatformUserId);

    public string Chat => incoming.Chat ?? incoming.PlatformUserId;

    private string? _hash;

    /// <summary>Of what is asked for: a key with another body is no repetition.</summary>
    public string Hash =>
        _hash ??= Convert.ToHexStringLower(
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
    public IntakeItem? First { get; private set; }
    public IntakeFact Fact { get; set; } = null!;
    public IntakeChannel? Channel { get; set; }
    public int ProfileId { get; set; }
    public int PersonId { get; set; }
    public int SurvivorId { get; set; }
    public int MessageId { get; set; }

    /// <summary>The entry that it becomes; null where no agent is to see it.</summary>
    public QueueEntry? Entry { get; set; }
    public int? EntryId { get; set; }

    public Outcome<AcceptedMessage> Outcome =>
        Refusal is not null ? Refusal
        : First is not null
            ? First.Outcome is Outcome<AcceptedMessage>.Ok { Value: var first }
                    ? new Outcome<AcceptedMessage>.Ok(first with { IsRepeated = true })
                : First.Outcome
        : Repeats is not null ? new Outcome<AcceptedMessage>.Ok(new(Repeats.Id, RepeatedEntry, Repeats.LettaUserId ?? 0, IsRepeated: true))
        : new Outcome<AcceptedMessage>.Ok(new(MessageId, EntryId, SurvivorId, IsRepeated: false));

    public void Refuse(string field, string why) => Refusal = new(field, why);

    /// <param name="known">The message with the same key that is kept already.</param>
    /// <param name="first">The one with the same key in this batch.</param>
    public void Meet(Message? known, IntakeItem? first)
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
