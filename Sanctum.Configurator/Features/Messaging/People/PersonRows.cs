using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>
/// All rows of some people. Other programs do not name the person in each: a message belongs to them by its profile too, an entry and a piece
/// by the message.
/// </summary>
internal static class PersonRows
{
    public static IQueryable<Message> Messages(RegistryDbContext registry, IReadOnlyList<int> people) =>
        registry.Messages.Where(m =>
            (m.LettaUserId != null && people.Contains(m.LettaUserId.Value))
            || (
                m.LettaUserId == null
                && registry.PlatformProfiles.Any(p =>
                    p.Id == m.PlatformProfileId && p.LettaUserId != null && people.Contains(p.LettaUserId.Value)
                )
            )
        );

    public static IQueryable<QueueEntry> Queue(RegistryDbContext registry, IReadOnlyList<int> people) =>
        registry.Queue.Where(e =>
            (e.LettaUserId != null && people.Contains(e.LettaUserId.Value))
            || (e.LettaUserId == null && Messages(registry, people).Any(m => m.Id == e.MessageId))
        );

    public static IQueryable<OutboxEntry> Outbox(RegistryDbContext registry, IReadOnlyList<int> people) =>
        registry.Outbox.Where(o =>
            (o.LettaUserId != null && people.Contains(o.LettaUserId.Value))
            || (
                o.LettaUserId == null
                && (Messages(registry, people).Any(m => m.Id == o.MessageId) || Queue(registry, people).Any(e => e.Id == o.QueueId))
            )
        );
}
