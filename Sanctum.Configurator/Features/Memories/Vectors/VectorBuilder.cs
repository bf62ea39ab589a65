using Sanctum.Configurator.Features.Memories.Text;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>
/// Completes the indexes in small steps, each of which is kept: a console that ends in between goes on where it was. An index that is whole
/// for the first time is put in force.
/// </summary>
internal sealed class VectorBuilder(IDbContextFactory<RegistryDbContext> registries, Embedder embedder, TimeProvider clock)
{
    /// <summary>Vectors of one commit.</summary>
    internal const int Batch = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Gives memories of other programs their key, and takes the vectors from those that were changed around the console.</summary>
    public async Task AdoptAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var last = Guid.Empty;
        while (true)
        {
            var from = last;
            var rows = await registry
                .Memories.AsNoTracking()
                .Where(m => m.Id > from)
                .OrderBy(m => m.Id)
                .Take(1_000)
                .Select(m => new
                {
                    m.Id,
                    m.Content,
                    m.ContentKey,
                })
                .ToListAsync(cancel);
            foreach (var row in rows)
            {
                if (MemoryWords.KeyOf(row.Content) is var key && key != row.ContentKey)
                {
                    await registry.MemoryVectors.Where(v => v.MemoryId == row.Id).ExecuteDeleteAsync(cancel);
                    await registry
                        .Memories.Where(m => m.Id == row.Id && m.Content == row.Content)
                        .ExecuteUpdateAsync(
                            set => set.SetProperty(m => m.ContentKey, key).SetProperty(m => m.Embedding, (byte[]?)null),
                            cancel
                        );
                }
            }

            if (rows.Count < 1_000)
            {
                return;
            }

            last = rows[^1].Id;
        }
    }

    /// <summary>Begins the first index where there is none and a model for everybody embeds.</summary>
    public async Task BeginFirstAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var config = await registry
            .LlmConfigs.AsNoTracking()
            .Where(c => c.IsEnabled && c.Purpose == LlmPurpose.Embedding && c.UserId == null)
            .OrderBy(c => c.Id)
            .FirstOrDefaultAsync(cancel);
        if (config is not null && !await registry.VectorIndexes.AnyAsync(cancel))
        {
            registry.Add(
                new VectorIndex
                {
                    ConfigId = config.Id,
                    Model = config.Model,
                    Number = 1,
                    CreatedAt = clock.GetUtcNow(),
                }
            );
            await registry.SaveChangesAsync(cancel);
        }
    }

    public async Task<IReadOnlyList<int>> IndexesAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry
            .VectorIndexes.OrderBy(i => i.Status == VectorIndexStatus.Active ? 0 : 1)
            .ThenBy(i => i.Id)
            .Select(i => i.Id)
            .ToListAsync(cancel);
    }

    /// <summary>Embeds the next few memories that an index lacks.</summary>
    /// <returns>True where it got on and there may be more; false where it is whole, or where something is in its way.</returns>
    public async Task<bool> StepAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.VectorIndexes.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancel) is not { } index)
        {
            return false;
        }

        var missing = await Missing(registry, id).OrderBy(m => m.Id).Take(Batch).ToListAsync(cancel);
        if (missing.Count == 0)
        {
            await EndAsync(registry, index, cancel);
            return false;
        }

        var (config, problem) = await Embedder.ModelOfAsync(registry, index, cancel);
        var dimension = index.Dimension;
        List<MemoryVector> made = [];
        foreach (var memory in config is null ? [] : missing)
        {
            var embedded = await embedder.EmbedAsync(config!, dimension ?? config!.Dimension, memory.Content, null, Patience, cancel);
            if (embedded.Vector is not { } vector)
            {
                problem = embedded.Problem;
                break;
            }

            dimension ??= vector.Length;
            made.Add(
                new()
                {
                    IndexId = id,
                    MemoryId = memory.Id,
                    Vector = VectorMath.ToBytes(vector),
                    ContentKey = memory.ContentKey!,
                }
            );
        }

        await KeepAsync(registry, id, made, dimension, problem, cancel);
        return problem is null;
    }

    /// <summary>What is in the way of an index, in a sentence; null where nothing is.</summary>
    public async Task<string?> ProblemAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.VectorIndexes.Where(i => i.Id == id).Select(i => i.Problem).SingleOrDefaultAsync(cancel);
    }

    /// <summary>What is to be in every index and is not in this one.</summary>
    public static IQueryable<Memory> Missing(RegistryDbContext registry, int index) =>
        registry
            .Memories.AsNoTracking()
            .Where(m => m.Status == MemoryStatus.Active && m.ContentKey != null)
            .Where(m => !registry.MemoryVectors.Any(v => v.IndexId == index && v.MemoryId == m.Id));

    /// <summary>Puts an index in force; the former one stays, complete, so that one can go back.</summary>
    public static async Task ActivateAsync(RegistryDbContext registry, int id, DateTimeOffset now, CancellationToken cancel)
    {
        await registry
            .VectorIndexes.Where(i => i.Status == VectorIndexStatus.Active && i.Id != id)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Status, VectorIndexStatus.Ready), cancel);
        await registry
            .VectorIndexes.Where(i => i.Id == id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(i => i.Status, VectorIndexStatus.Active).SetProperty(i => i.ActivatedAt, now),
                cancel
            );
    }

    /// <summary>Lets the column <c>embedding</c>, which other programs read, have the vectors of the index in force.</summary>
    public async Task CopyAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        const string Sql = """
            UPDATE memory_long_term SET embedding = (SELECT v.vector FROM memory_vectors AS v WHERE v.index_id = {0} AND v.memory_id = memory_long_term.id)
            WHERE id IN (SELECT m.id FROM memory_vectors AS v JOIN memory_long_term AS m ON m.id = v.memory_id
                         WHERE v.index_id = {0} AND m.embedding IS DISTINCT FROM v.vector LIMIT 200)
            """;
        if (
            await registry
                .VectorIndexes.Where(i => i.Status == VectorIndexStatus.Active)
                .Select(i => (int?)i.Id)
                .SingleOrDefaultAsync(cancel) is
            { } index
        )
        {
            while (await registry.Database.ExecuteSqlRawAsync(Sql, [index], cancel) > 0) { }
        }
    }

    private static async Task KeepAsync(
        RegistryDbContext registry,
        int id,
        List<MemoryVector> made,
        int? dimension,
        string? problem,
        CancellationToken cancel
    )
    {
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var ids = made.ConvertAll(vector => vector.MemoryId);

        // What was changed or forgotten while it was embedded is left for the next step.
        var known = await registry.Memories.Where(m => ids.Contains(m.Id)).Select(m => new { m.Id, m.ContentKey }).ToListAsync(cancel);
        var there = await registry
            .MemoryVectors.Where(v => v.IndexId == id && ids.Contains(v.MemoryId))
            .Select(v => v.MemoryId)
            .ToListAsync(cancel);
        registry.AddRange(
            made.Where(vector =>
                known.Exists(m => m.Id == vector.MemoryId && m.ContentKey == vector.ContentKey) && !there.Contains(vector.MemoryId)
            )
        );
        await registry.SaveChangesAsync(cancel);
        var size = made.Count > 0 ? dimension : null;
        await registry
            .VectorIndexes.Where(i => i.Id == id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(i => i.Dimension, i => i.Dimension ?? size).SetProperty(i => i.Problem, problem),
                cancel
            );
        await transaction.CommitAsync(cancel);
    }

    private async Task EndAsync(RegistryDbContext registry, VectorIndex index, CancellationToken cancel)
    {
        if (index.Status != VectorIndexStatus.Building)
        {
            // What was in its way is gone with the last memory that it lacked.
            await registry
                .VectorIndexes.Where(i => i.Id == index.Id && i.Problem != null)
                .ExecuteUpdateAsync(set => set.SetProperty(i => i.Problem, (string?)null), cancel);
            return;
        }

        var now = clock.GetUtcNow();
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        await registry
            .VectorIndexes.Where(i => i.Id == index.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.BuiltAt, now).SetProperty(i => i.Problem, (string?)null), cancel);
        await ActivateAsync(registry, index.Id, now, cancel);
        await transaction.CommitAsync(cancel);
    }
}
