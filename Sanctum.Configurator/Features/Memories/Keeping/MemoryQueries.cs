using Sanctum.Configurator.Features.Memories.Text;
using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Registry.Data.Search;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Keeping;

/// <summary>The questions to the table of memories and its index of words, alike on both databases.</summary>
internal static class MemoryQueries
{
    /// <summary>Of what shares words, the best that are looked at.</summary>
    private const int MostHits = 200;

    /// <summary>Words of a question that are looked for.</summary>
    private const int MostWords = 32;

    /// <summary>From this length of a stem on, its endings are found as well.</summary>
    private const int ShortestPrefix = 4;

    private const string TextOfPostgres = "left(content, 100000)";

    /// <summary>The expression that PostgreSQL's index is made on, letter by letter.</summary>
    private const string Vector = $"to_tsvector('simple', regexp_replace({TextOfPostgres}, '[^[:alnum:]]+', ' ', 'g'))";

    private static readonly WordIndex Index = new("memory_long_term", "memory_words", "search_id", TextOfPostgres);

    /// <summary>What may be given to whoever answers a person now.</summary>
    public static IQueryable<Memory> Usable(RegistryDbContext registry, string userId, int? agentId, DateTimeOffset now) =>
        registry
            .Memories.AsNoTracking()
            .Where(m =>
                m.Status == MemoryStatus.Active
                && (
                    (m.UserId == userId && (m.Scope == MemoryScope.Person || (m.Scope == MemoryScope.Agent && m.AgentId == agentId)))
                    || m.Scope == MemoryScope.Shared
                )
                && (m.ValidFrom == null || m.ValidFrom <= now)
                && (m.ValidTo == null || m.ValidTo > now)
            );

    /// <summary>Whether somebody wants to be remembered; so it is for whom nothing else is known.</summary>
    public static async Task<bool> WantsMemoryAsync(RegistryDbContext registry, string userId, CancellationToken cancel) =>
        !await registry.UserPreferences.AnyAsync(p => p.UserId == userId && !p.UsesMemory, cancel);

    /// <summary>Active memories of a person, and shared ones, that share words with a question, the closest first.</summary>
    public static async Task<IReadOnlyList<Guid>> ByWordsAsync(
        RegistryDbContext registry,
        string userId,
        string text,
        CancellationToken cancel
    )
    {
        if (MemoryWords.Wanted(text, MostWords) is not { Count: > 0 } words)
        {
            return [];
        }

        return registry.Database.IsSqlite()
            ? await registry
                .Database.SqlQueryRaw<Guid>(
                    """
                    SELECT m.id AS "Value" FROM memory_words AS w CROSS JOIN memory_long_term AS m ON m.search_id = w.rowid
                    WHERE w.memory_words MATCH {0} AND (m.user_id = {1} OR m.scope = 'shared') AND m.status = 'active'
                    ORDER BY w.rank, m.id LIMIT {2}
                    """,
                    string.Join(" OR ", words.Select(SqliteWord)),
                    userId,
                    MostHits
                )
                .ToListAsync(cancel)
            : await registry
                .Database.SqlQueryRaw<Guid>(
                    $$"""
                    SELECT id AS "Value" FROM memory_long_term, to_tsquery('simple', {0}) AS q
                    WHERE {{Vector}} @@ q AND (user_id = {1} OR scope = 'shared') AND status = 'active'
                    ORDER BY ts_rank({{Vector}}, q) DESC, id LIMIT {2}
                    """,
                    string.Join(" | ", words.Select(PostgresWord)),
                    userId,
                    MostHits
                )
                .ToListAsync(cancel);
    }

    /// <summary>Those that have what somebody searches for.</summary>
    public static IQueryable<Memory> Having(RegistryDbContext registry, MessageWords words)
    {
        var found = Index.Find<Memory>(registry, words.Wanted).AsNoTracking();
        foreach (var piece in words.Pieces)
        {
            found = found.Where(m => m.Content.Contains(piece));
        }

        foreach (var piece in words.ExcludedPieces)
        {
            found = found.Where(m => !m.Content.Contains(piece));
        }

        return found;
    }

    private static string SqliteWord(string word) =>
        MemoryWords.Stem(word) is { Length: >= ShortestPrefix } stem ? $"\"{stem}\" *" : $"\"{word}\"";

    private static string PostgresWord(string word) =>
        MemoryWords.Stem(word) is { Length: >= ShortestPrefix } stem ? $"'{stem}':*" : $"'{word}'";
}
