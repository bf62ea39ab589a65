using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>
/// Finds messages by the way that is quick for what is wanted: words by their index; where few messages come into question, each of those;
/// and what no index finds in the newest messages, from which the next page goes on.
/// </summary>
internal sealed class MessageFinder(RegistryDbContext registry, MessageWords words, MessageFilter filter)
{
    /// <summary>Messages in which words are looked up one by one.</summary>
    private const int Few = 1_000;

    /// <summary>Messages that are looked through for one page.</summary>
    internal const int MostLookedThrough = 200_000;

    /// <summary>PostgreSQL takes each message apart again to see that it has a word not.</summary>
    internal const int MostTakenApart = 5_000;

    /// <summary>Those that are looked through first; then each time four times as many.</summary>
    private const int FirstPiece = 2_000;

    private IReadOnlyList<int> _people = [];

    /// <returns>
    /// The messages in the order in which the place asks for them; and where the search stopped before it had enough, the id that it came
    /// to.
    /// </returns>
    public async Task<(List<Message> Found, int? Reached)> FindAsync(MessagePlace place, int most, CancellationToken cancel)
    {
        if (filter.PersonId is { } person)
        {
            _people = await MessageReader.SameAsync(registry, person, cancel);
        }

        var isNarrow = filter.PersonId is not null || filter.State is { } state && MessageStates.IsRare(state);
        if (!words.IsNone && isNarrow && await Narrow(registry.Messages).Select(m => m.Id).CountUpToAsync(Few + 1, cancel) <= Few)
        {
            return (await At(Narrow(registry.HavingAmongFew(words)), place).Take(most).ToListAsync(cancel), null);
        }

        return words.IsNone || isNarrow || words.Phrases.Count > 0 || place.After is not null
            ? (await At(Narrow(registry.Having(words)), place).Take(most).ToListAsync(cancel), null)
            : await LookThroughAsync(place, most, cancel);
    }

    /// <summary>From the newest on, in growing pieces, until there are enough or it has been enough for once.</summary>
    private async Task<(List<Message> Found, int? Reached)> LookThroughAsync(MessagePlace place, int most, CancellationToken cancel)
    {
        var found = new List<Message>();
        var first = await registry.Messages.MinAsync(m => (int?)m.Id, cancel) ?? 0;
        var next = place.Before - 1 ?? await registry.Messages.MaxAsync(m => (int?)m.Id, cancel) ?? 0;
        var left =
            words.ExcludedPhrases.Count > 0 && !registry.Database.IsSqlite()
                ? Math.Min(MostTakenApart, MostLookedThrough)
                : MostLookedThrough;
        for (var piece = FirstPiece; next >= first && found.Count < most; piece *= 4)
        {
            if (left <= 0)
            {
                return (found, next + 1);
            }

            var low = Math.Max(first, next - Math.Min(piece, left) + 1);
            var some = Narrow(registry.HavingBetween(words, low, next)).OrderByDescending(m => m.Id);
            found.AddRange(await some.Take(most - found.Count).ToListAsync(cancel));
            left -= next - low + 1;
            next = low - 1;
        }

        return (found, null);
    }

    private static IQueryable<Message> At(IQueryable<Message> messages, MessagePlace place) =>
        place switch
        {
            { Before: { } before } => messages.Where(m => m.Id < before).OrderByDescending(m => m.Id),
            { After: { } after } => messages.Where(m => m.Id > after).OrderBy(m => m.Id),
            _ => messages.OrderByDescending(m => m.Id),
        };

    private IQueryable<Message> Narrow(IQueryable<Message> messages)
    {
        if (filter.PersonId is not null)
        {
            messages = _people is [var one]
                ? messages.Where(m => m.LettaUserId == one)
                : messages.Where(m => m.LettaUserId != null && _people.Contains(m.LettaUserId.Value));
        }

        if (filter.AgentId is { } agent)
        {
            messages = messages.Where(m => m.AgentId == agent);
        }

        if (filter.ChannelId is { } channel)
        {
            messages = messages.Where(m => m.ChannelId == channel);
        }

        if (filter.From is { } from)
        {
            messages = messages.Where(m => m.Timestamp >= from);
        }

        if (filter.To is { } to)
        {
            messages = messages.Where(m => m.Timestamp < to);
        }

        return filter.State is { } state ? MessageStates.Of(messages, registry, state) : messages;
    }
}
