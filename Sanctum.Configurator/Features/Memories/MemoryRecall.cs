using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Text;
using Sanctum.Configurator.Features.Memories.Vectors;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>
/// Finds what is worth knowing before an answer: by words and by meaning together, where an embedding model is in force, by words alone
/// otherwise. Where there is room left, standing preferences and corrections fill it, as these hold whatever is asked.
/// </summary>
public sealed class MemoryRecall
{
    /// <summary>Of the rule that joins two orders: how little the first places count more than the next.</summary>
    private const double Flat = 60;

    private const int MostRanked = 50;

    /// <summary>What the age and use of a memory add to its rank at most.</summary>
    private const double Weighed = 0.3;

    /// <summary>Characters of a question that are looked at.</summary>
    private const int MostOfText = 8_000;

    private const int MostUsable = 200_000;

    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly VectorSearch _vectors;
    private readonly TimeProvider _clock;

    internal MemoryRecall(IDbContextFactory<RegistryDbContext> registries, VectorSearch vectors, TimeProvider clock) =>
        (_registries, _vectors, _clock) = (registries, vectors, clock);

    /// <summary>
    /// The memories that fit a question best. Never fails for an embedding server that does not answer: then words alone decide, and the
    /// note says so. Nothing for who does not want memory.
    /// </summary>
    public async Task<Recalled> RecallAsync(RecallRequest request, CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        var (settings, now) = (await registry.MemorySettings.AsNoTracking().SingleOrDefaultAsync(cancel) ?? new(), _clock.GetUtcNow());
        if (!settings.IsOn || request.Most <= 0 || !await MemoryQueries.WantsMemoryAsync(registry, request.UserId, cancel))
        {
            return new([], null);
        }

        var text = Platform.WholeText.Of(request.Text.Length > MostOfText ? request.Text[..MostOfText] : request.Text);
        var usable = await UsableAsync(registry, request, now, cancel);
        if (usable.Count == 0)
        {
            return new([], null);
        }

        var words = (await MemoryQueries.ByWordsAsync(registry, request.UserId, text, cancel))
            .Where(usable.ContainsKey)
            .Take(MostRanked)
            .ToList();
        List<(Guid, string)> among = [.. usable.Values.Select(row => (row.Id, row.ContentKey ?? ""))];
        var closest = await _vectors.FindAsync(registry, request.UserId, text, among, MostRanked, cancel);
        var ranked = Fuse(usable, words, [.. closest.Found.Select(one => one.Id)], settings.HalfLifeDays, now).Take(request.Most).ToList();
        ranked.AddRange(Standing(usable, ranked, settings.HalfLifeDays, now).Take(request.Most - ranked.Count));
        return new(
            await ShownAsync(registry, ranked, text, cancel),
            closest.Problem is { } problem
                ? $"Memories were chosen by their words only, as meanings could not be compared: {problem}"
                : null
        );
    }

    /// <summary>Writes down that these were given to whoever answers.</summary>
    public async Task UsedAsync(IReadOnlyList<Guid> ids, CancellationToken cancel)
    {
        if (ids.Count == 0)
        {
            return;
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        var now = _clock.GetUtcNow();
        await registry
            .Memories.Where(m => ids.Contains(m.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.LastAccessed, now).SetProperty(m => m.UseCount, m => m.UseCount + 1), cancel);
    }

    private static async Task<IReadOnlyDictionary<Guid, Usable>> UsableAsync(
        RegistryDbContext registry,
        RecallRequest request,
        DateTimeOffset now,
        CancellationToken cancel
    ) =>
        await MemoryQueries
            .Usable(registry, request.UserId, request.AgentId, now)
            .OrderByDescending(m => m.LastAccessed)
            .ThenBy(m => m.Id)
            .Take(MostUsable)
            .Select(m => new Usable(m.Id, m.ContentKey, m.MemoryType, m.Scope, Memory.RelevanceOf(m.RelevanceScore), m.LastAccessed))
            .ToDictionaryAsync(row => row.Id, cancel);

    /// <summary>Reciprocal ranks of both orders, weighed by relevance, age and kind.</summary>
    private static IEnumerable<Ranked> Fuse(
        IReadOnlyDictionary<Guid, Usable> usable,
        List<Guid> words,
        List<Guid> vectors,
        int halfLife,
        DateTimeOffset now
    ) =>
        words
            .Union(vectors)
            .Select(id =>
            {
                var (word, vector) = (words.IndexOf(id) + 1, vectors.IndexOf(id) + 1);
                var rank = (word > 0 ? 1 / (Flat + word) : 0) + (vector > 0 ? 1 / (Flat + vector) : 0);
                return new Ranked(
                    usable[id],
                    word > 0 ? word : null,
                    vector > 0 ? vector : null,
                    rank * (1 - Weighed + (Weighed * usable[id].WeightAt(now, halfLife)))
                );
            })
            .OrderByDescending(one => one.Score)
            .ThenBy(one => one.Row.Id);

    private static IEnumerable<Ranked> Standing(
        IReadOnlyDictionary<Guid, Usable> usable,
        List<Ranked> chosen,
        int halfLife,
        DateTimeOffset now
    ) =>
        usable
            .Values.Where(row => row.Kind is MemoryKind.Preference or MemoryKind.Correction && !chosen.Exists(one => one.Row.Id == row.Id))
            .Select(row => new Ranked(row, null, null, Weighed * row.WeightAt(now, halfLife) / (Flat + MostRanked)))
            .OrderByDescending(one => one.Score)
            .ThenByDescending(one => one.Row.LastAccessed)
            .ThenBy(one => one.Row.Id);

    private static async Task<IReadOnlyList<RecalledMemory>> ShownAsync(
        RegistryDbContext registry,
        List<Ranked> ranked,
        string text,
        CancellationToken cancel
    )
    {
        var ids = ranked.ConvertAll(one => one.Row.Id);
        var contents = await registry
            .Memories.Where(m => ids.Contains(m.Id))
            .Select(m => new { m.Id, m.Content })
            .ToDictionaryAsync(m => m.Id, m => m.Content, cancel);

        // What was forgotten in between is not given.
        return
        [
            .. ranked
                .Where(one => contents.ContainsKey(one.Row.Id))
                .Select(one => new RecalledMemory(
                    one.Row.Id,
                    one.Row.Kind,
                    one.Row.Scope,
                    contents[one.Row.Id],
                    RecallReason.Of(one.Row.Kind, text, contents[one.Row.Id], one.WordRank, one.VectorRank),
                    one.WordRank,
                    one.VectorRank,
                    one.Score
                )),
        ];
    }

    private sealed record Ranked(Usable Row, int? WordRank, int? VectorRank, double Score);

    private sealed record Usable(
        Guid Id,
        string? ContentKey,
        MemoryKind Kind,
        MemoryScope Scope,
        double Relevance,
        DateTimeOffset LastAccessed
    )
    {
        /// <summary>From 0 to 1: what was not used for a half-life counts half, and a summary less than what somebody said of himself.</summary>
        public double WeightAt(DateTimeOffset now, int halfLife)
        {
            var days = Math.Max(0, (now - LastAccessed).TotalDays);
            var known = double.IsFinite(Relevance) ? Math.Clamp(Relevance, 0, 5) / 5 : 0;
            return known * Math.Pow(0.5, days / Math.Max(1, halfLife)) * (Kind == MemoryKind.Summary ? 0.5 : 1);
        }
    }
}

/// <summary>Why a memory was chosen, in a sentence.</summary>
internal static class RecallReason
{
    private const int MostNamed = 4;

    public static string Of(MemoryKind kind, string asked, string content, int? wordRank, int? vectorRank)
    {
        var there = MemoryWords.Wanted(content, int.MaxValue).Select(MemoryWords.Stem).ToHashSet();
        var shared = MemoryWords
            .Wanted(asked, int.MaxValue)
            .Where(word => there.Contains(MemoryWords.Stem(word)))
            .Take(MostNamed)
            .Select(word => $"'{word}'")
            .ToList();
        var byWords =
            wordRank is null ? null
            : shared.Count == 0 ? "it has words that begin alike"
            : $"it shares the word{(shared.Count == 1 ? "" : "s")} {string.Join(", ", shared)}";
        var byMeaning = vectorRank is null
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"it is closest in meaning, rank {vectorRank}");
        return string.Join("; ", new[] { byWords, byMeaning }.Where(reason => reason is not null)) is { Length: > 0 } reasons
            ? $"{char.ToUpperInvariant(reasons[0])}{reasons[1..]}."
            : $"It is a standing {(kind == MemoryKind.Correction ? "correction" : "preference")}, whatever is asked.";
    }
}

/// <summary>For what memories are wanted.</summary>
/// <param name="UserId">Whose: as <c>conversations.user_id</c> has it.</param>
/// <param name="AgentId">The agent that is spoken to; null for a model.</param>
/// <param name="Text">What was asked.</param>
/// <param name="Most">Memories at most.</param>
public sealed record RecallRequest(string UserId, int? AgentId, string Text, int Most);

/// <summary>What was found, the best first.</summary>
/// <param name="Note">What did not work while it was looked for, in a sentence; null where all did.</param>
public sealed record Recalled(IReadOnlyList<RecalledMemory> Memories, string? Note);

/// <summary>A memory, and why it was chosen.</summary>
/// <param name="Why">In a sentence.</param>
/// <param name="WordRank">Its place among those that share words; null where it shares none.</param>
/// <param name="VectorRank">Its place among those that are closest in meaning; null where it is not among them.</param>
public sealed record RecalledMemory(
    Guid Id,
    MemoryKind Kind,
    MemoryScope Scope,
    string Content,
    string Why,
    int? WordRank,
    int? VectorRank,
    double Score
);
