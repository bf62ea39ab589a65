using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Data.Search;

namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>
/// Finds the caller's conversations by their titles and by what was said in them, the newest first. Temporary ones are never found.
/// </summary>
public sealed class ConversationSearch(
    IDbContextFactory<RegistryDbContext> registries,
    ConversationAccess access,
    ConversationReader reader
)
{
    /// <summary>Conversations that are told.</summary>
    public const int Most = 50;

    /// <summary>Messages that are looked at: several may be of one conversation.</summary>
    private const int MostMessages = 500;

    /// <summary>Whose messages are no more is looked up one by one: among those of others, a common word would be found too often.</summary>
    private const int Few = 2_000;

    /// <summary>Of a message, where the words stand in it.</summary>
    private const int MostExamined = 50_000;

    private static readonly WordIndex Index = new("conversation_messages", "conversation_words", "search_id", "left(content, 100000)");

    /// <returns>What was found, or what is wrong with the words.</returns>
    public async Task<Outcome<IReadOnlyList<ConversationHit>>> FindAsync(string? text, CancellationToken cancel)
    {
        if (await access.RefuseAsync<IReadOnlyList<ConversationHit>>() is { } mayNot)
        {
            return mayNot;
        }

        var (words, problem) = MessageWords.Read(text);
        if (problem is not null || words.IsNone)
        {
            return new Outcome<IReadOnlyList<ConversationHit>>.Invalid("q", problem ?? "Enter what to search for.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var said = await SaidAsync(registry, words, cancel);
        var titled = await TitledAsync(registry, text!.Trim(), cancel);
        List<Guid> ids = [.. titled.Concat(said.Keys).Distinct().Take(Most)];
        var rows = await ConversationReader
            .Rows(registry, access.Own(registry).Where(c => ids.Contains(c.Id)))
            .ToDictionaryAsync(row => row.Conversation.Id, cancel);
        var wanted = Highlight.Of(words);
        return new Outcome<IReadOnlyList<ConversationHit>>.Ok([
            .. ids.Where(rows.ContainsKey)
                .Select(id =>
                    said.TryGetValue(id, out var hit)
                        ? new ConversationHit(
                            reader.Row(rows[id]),
                            hit.Id,
                            string.Concat(Highlight.Excerpt(hit.Text, wanted).Select(piece => piece.Text))
                        )
                        : new ConversationHit(reader.Row(rows[id]), null, null)
                ),
        ]);
    }

    private async Task<Dictionary<Guid, (Guid Id, string Text)>> SaidAsync(
        RegistryDbContext registry,
        MessageWords words,
        CancellationToken cancel
    )
    {
        var own = access.Own(registry).Where(c => !c.IsTemporary);
        var of = registry.ConversationMessages.Where(m => own.Select(c => c.Id).Contains(m.ConversationId));
        var messages =
            await of.CountUpToAsync(Few + 1, cancel) <= Few
                ? Having(Index.FindAmongFew<ConversationMessage>(registry, words.Wanted), words)
                    .Where(m => own.Select(c => c.Id).Contains(m.ConversationId))
                : Having(Index.FindNewestFirst<ConversationMessage>(registry, words.Wanted), words)
                    .Where(m => own.Any(c => c.Id == m.ConversationId));
        messages =
            registry.Database.IsSqlite() && words.Phrases.Count > 0
                ? messages.OrderByDescending(m => EF.Property<long?>(m, "SearchId"))
                : messages.OrderByDescending(m => m.CreatedAt).ThenByDescending(m => m.Id);
        var hits = await messages
            .Take(MostMessages)
            .Select(m => new
            {
                m.Id,
                m.ConversationId,
                Text = m.Content.Substring(0, MostExamined),
            })
            .ToListAsync(cancel);
        return hits.GroupBy(hit => hit.ConversationId)
            .ToDictionary(group => group.Key, group => (group.First().Id, WholeText.Of(group.First().Text)));
    }

    /// <summary>Databases fold capitals of their own letters each in its way; these four are what people type.</summary>
    private Task<List<Guid>> TitledAsync(RegistryDbContext registry, string text, CancellationToken cancel)
    {
        var piece = text.Trim('"', '*');
        var (small, capitals) = (piece.ToLowerInvariant(), piece.ToUpperInvariant());
        var first = small.Length > 0 ? char.ToUpperInvariant(small[0]) + small[1..] : small;
        return access
            .Own(registry)
            .Where(c => !c.IsTemporary && c.Title != null)
            .Where(c => c.Title!.Contains(piece) || c.Title.Contains(first) || c.Title.Contains(capitals) || c.Title.Contains(small))
            .OrderByDescending(c => c.UpdatedAt)
            .Select(c => c.Id)
            .Take(Most)
            .ToListAsync(cancel);
    }

    private static IQueryable<ConversationMessage> Having(IQueryable<ConversationMessage> found, MessageWords words)
    {
        var messages = found.AsNoTracking();
        foreach (var piece in words.Pieces)
        {
            messages = messages.Where(m => m.Content.Contains(piece));
        }

        foreach (var piece in words.ExcludedPieces)
        {
            messages = messages.Where(m => !m.Content.Contains(piece));
        }

        return messages;
    }
}
