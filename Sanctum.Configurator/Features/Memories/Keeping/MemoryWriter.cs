using Sanctum.Configurator.Features.Memories.Text;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Keeping;

/// <summary>
/// Writes what was read, in the caller's transaction: what is known already is only strengthened, what was forgotten stays forgotten, and
/// what contradicts a memory takes its place.
/// </summary>
internal sealed class MemoryWriter(TimeProvider clock)
{
    /// <summary>From which share of common words on nothing new is said.</summary>
    private const double Known = 0.8;

    private const double Again = 0.25;

    /// <summary>Of a person's memories and tombstones, the newest that are compared.</summary>
    private const int MostCompared = 5_000;

    /// <returns>How many are new.</returns>
    public async Task<int> WriteAsync(RegistryDbContext registry, string userId, IReadOnlyList<NewMemory> read, CancellationToken cancel)
    {
        if (read.Count == 0)
        {
            return 0;
        }

        var (known, forgotten) = (await KnownAsync(registry, userId, cancel), await ForgottenAsync(registry, userId, cancel));
        var written = 0;
        foreach (var memory in read)
        {
            var (key, words) = (MemoryWords.KeyOf(memory.Content), MemoryWords.Of(memory.Content));
            if (IsForgotten(forgotten, key, words.HashedFor(userId)))
            {
                continue;
            }

            if (known.Find(other => other.IsSame(memory, key, words)) is { } same)
            {
                await StrengthenAsync(registry, same.Id, cancel);
                continue;
            }

            var row = NewRow(userId, memory, key);
            registry.Add(row);
            await registry.SaveChangesAsync(cancel);
            var sources = memory.MadeOf.Where(id => known.Exists(other => other.Id == id)).Distinct();
            registry.AddRange(sources.Select(source => new MemorySource { MemoryId = row.Id, SourceId = source }));
            await ReplaceAsync(registry, row, memory, known.Where(other => other.GivesWayTo(memory, words)).ToList(), cancel);
            known.Add(
                new(row.Id, row.Content, key, row.Scope, row.AgentId, row.MemoryType, row.Status, row.ValidFrom, memory.ConversationId)
            );
            written++;
        }

        return written;
    }

    private static bool IsForgotten(IReadOnlyList<Tombstone> forgotten, string key, IReadOnlySet<string> words) =>
        forgotten.Any(one => one.Key == key || MemoryWords.Likeness(one.Words, words) >= MemoryWords.Same);

    private static async Task<List<Compared>> KnownAsync(RegistryDbContext registry, string userId, CancellationToken cancel) =>
        await registry
            .Memories.AsNoTracking()
            .Where(m => m.UserId == userId && m.Status != MemoryStatus.Superseded)
            .OrderByDescending(m => m.UpdatedAt)
            .ThenBy(m => m.Id)
            .Take(MostCompared)
            .Select(m => new Compared(
                m.Id,
                m.Content,
                m.ContentKey,
                m.Scope,
                m.AgentId,
                m.MemoryType,
                m.Status,
                m.ValidFrom,
                m.SourceConversationId
            ))
            .ToListAsync(cancel);

    private static async Task<IReadOnlyList<Tombstone>> ForgottenAsync(RegistryDbContext registry, string userId, CancellationToken cancel)
    {
        var rows = await registry
            .MemoryTombstones.AsNoTracking()
            .Where(t => t.UserId == userId)
            .OrderByDescending(t => t.CreatedAt)
            .Take(MostCompared)
            .Select(t => new { t.ContentKey, t.Words })
            .ToListAsync(cancel);
        return [.. rows.Select(row => new Tombstone(row.ContentKey, row.Words.Split(' ').ToHashSet()))];
    }

    /// <summary>It was said again, so it matters more.</summary>
    private Task StrengthenAsync(RegistryDbContext registry, Guid id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return registry
            .Memories.Where(m => m.Id == id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(
                            m => m.RelevanceScore,
                            m => m.RelevanceScore + Again > Memory.MostRelevant ? Memory.MostRelevant : m.RelevanceScore + Again
                        )
                        .SetProperty(m => m.UpdatedAt, now),
                cancel
            );
    }

    private Memory NewRow(string userId, NewMemory memory, string key)
    {
        var now = clock.GetUtcNow();
        return new()
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            MemoryType = memory.Kind,
            Content = memory.Content,
            ContentKey = key,
            RelevanceScore = memory.Relevance,
            Scope = memory.Scope,
            AgentId = memory.AgentId,
            Status = memory.HeldBecause is null ? MemoryStatus.Active : MemoryStatus.Held,
            HeldBecause = memory.HeldBecause,
            SourceConversationId = memory.ConversationId,
            SourceMessageId = memory.MessageId,
            ExtractedBy = memory.ExtractedBy,
            PromptVersion = memory.PromptVersion,
            ValidFrom = memory.SaidAt,
            CreatedAt = now,
            UpdatedAt = now,
            LastAccessed = now,
        };
    }

    private static async Task ReplaceAsync(
        RegistryDbContext registry,
        Memory row,
        NewMemory memory,
        List<Compared> former,
        CancellationToken cancel
    )
    {
        if (former.Find(other => other.ValidFrom > memory.SaidAt) is { } newer)
        {
            // What was said earlier is read later where a console stood still: the newer word counts.
            (row.Status, row.ValidTo, row.SupersededBy) = (MemoryStatus.Superseded, newer.ValidFrom, newer.Id);
            await registry.SaveChangesAsync(cancel);
            return;
        }

        await registry.SaveChangesAsync(cancel);
        var ids = row.Status == MemoryStatus.Active ? former.ConvertAll(other => other.Id) : [];
        await registry
            .Memories.Where(m => ids.Contains(m.Id))
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(m => m.Status, MemoryStatus.Superseded)
                        .SetProperty(m => m.ValidTo, memory.SaidAt)
                        .SetProperty(m => m.SupersededBy, row.Id)
                        .SetProperty(m => m.UpdatedAt, row.UpdatedAt)
                        .SetProperty(m => m.Version, m => m.Version + 1),
                cancel
            );
    }

    private sealed record Tombstone(string Key, IReadOnlySet<string> Words);

    /// <summary>A memory that is there.</summary>
    private sealed record Compared(
        Guid Id,
        string Content,
        string? Key,
        MemoryScope Scope,
        int? AgentId,
        MemoryKind Kind,
        MemoryStatus Status,
        DateTimeOffset? ValidFrom,
        Guid? ConversationId
    )
    {
        private MemoryWords? _words;

        private MemoryWords Words => _words ??= MemoryWords.Of(Content);

        public bool IsSame(NewMemory other, string key, MemoryWords words) =>
            IsBeside(other)
            && (
                Key == key
                || (other.Kind != MemoryKind.Summary && Words.LikenessTo(words) >= Known)
                || (other.SameByVector.Contains(Id) && !Words.Contradicts(words))
            );

        public bool GivesWayTo(NewMemory other, MemoryWords words) =>
            IsBeside(other)
            && Status == MemoryStatus.Active
            && (
                other.Kind == MemoryKind.Summary
                    ? other.ConversationId is { } conversation && conversation == ConversationId
                    : other.Replaces.Contains(Id) || Words.Contradicts(words)
            );

        /// <summary>Summaries are compared with summaries, and what is for one agent with what is for the same.</summary>
        private bool IsBeside(NewMemory other) =>
            (Kind == MemoryKind.Summary) == (other.Kind == MemoryKind.Summary)
            && Scope != MemoryScope.Shared
            && Scope == other.Scope
            && AgentId == other.AgentId;
    }
}
