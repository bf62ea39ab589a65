using Sanctum.Configurator.Features.Memories.Text;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Keeping;

/// <summary>Forgets memories with all that was made of them, in the caller's transaction.</summary>
internal static class MemoryForgetting
{
    private const string EditedSource = "A memory that it was made of was edited.";

    /// <param name="leavesTombstones">Whether the same is kept from being remembered again. Of what was forgotten only hashes stay.</param>
    /// <returns>How many rows are gone.</returns>
    public static async Task<int> ForgetAsync(
        RegistryDbContext registry,
        IReadOnlyCollection<Guid> ids,
        bool leavesTombstones,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var all = await WithDerivedAsync(registry, ids, cancel);
        var rows = new List<(string UserId, string Content)>();
        foreach (var part in all.Chunk(500))
        {
            var found = await registry
                .Memories.Where(m => part.Contains(m.Id))
                .Select(m => new { m.UserId, m.Content })
                .ToListAsync(cancel);
            rows.AddRange(found.Select(row => (row.UserId, row.Content)));
        }

        if (leavesTombstones)
        {
            await BuryAsync(registry, rows, now, cancel);
        }

        foreach (var part in all.Chunk(500))
        {
            await registry.Memories.Where(m => part.Contains(m.Id)).ExecuteDeleteAsync(cancel);
        }

        return rows.Count;
    }

    /// <summary>What was made of an edited memory waits until somebody has looked whether it still holds.</summary>
    public static async Task HoldDerivedAsync(RegistryDbContext registry, Guid edited, DateTimeOffset now, CancellationToken cancel)
    {
        var derived = (await WithDerivedAsync(registry, [edited], cancel)).Where(id => id != edited).ToList();
        await registry
            .Memories.Where(m => derived.Contains(m.Id) && m.Status == MemoryStatus.Active)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(m => m.Status, MemoryStatus.Held)
                        .SetProperty(m => m.HeldBecause, EditedSource)
                        .SetProperty(m => m.UpdatedAt, now)
                        .SetProperty(m => m.Version, m => m.Version + 1),
                cancel
            );
    }

    /// <summary>These, what was made of them, and what was merged into any of them.</summary>
    private static async Task<IReadOnlyCollection<Guid>> WithDerivedAsync(
        RegistryDbContext registry,
        IReadOnlyCollection<Guid> ids,
        CancellationToken cancel
    )
    {
        HashSet<Guid> all = [.. ids];
        List<Guid> next = [.. ids];
        while (next.Count > 0)
        {
            List<Guid> found = [];
            foreach (var part in next.Chunk(500))
            {
                found.AddRange(
                    await registry.MemorySources.Where(s => part.Contains(s.SourceId)).Select(s => s.MemoryId).ToListAsync(cancel)
                );
                found.AddRange(
                    await registry
                        .MemorySources.Where(s => part.Contains(s.MemoryId))
                        .Where(s => registry.Memories.Any(m => m.Id == s.SourceId && m.SupersededBy == s.MemoryId))
                        .Select(s => s.SourceId)
                        .ToListAsync(cancel)
                );
            }

            next = [.. found.Where(all.Add)];
        }

        return all;
    }

    private static async Task BuryAsync(
        RegistryDbContext registry,
        IEnumerable<(string UserId, string Content)> rows,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        foreach (var (userId, content) in rows)
        {
            var key = MemoryWords.KeyOf(content);
            var isBuried =
                registry.MemoryTombstones.Local.Any(t => t.UserId == userId && t.ContentKey == key)
                || await registry.MemoryTombstones.AnyAsync(t => t.UserId == userId && t.ContentKey == key, cancel);
            if (!isBuried)
            {
                registry.Add(
                    new MemoryTombstone
                    {
                        Id = Guid.CreateVersion7(now),
                        UserId = userId,
                        ContentKey = key,
                        Words = string.Join(' ', MemoryWords.Of(content).HashedFor(userId).Order(StringComparer.Ordinal)),
                        CreatedAt = now,
                    }
                );
            }
        }

        await registry.SaveChangesAsync(cancel);
    }
}
