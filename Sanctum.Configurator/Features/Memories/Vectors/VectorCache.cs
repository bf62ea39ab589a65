namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>The vectors of the index in force, in this process. A row is read again when its content is another one.</summary>
internal sealed class VectorCache : IDisposable
{
    /// <summary>Beyond so many candidates of quantised rows, no better one is to be expected.</summary>
    private const int MostRescored = 400;

    private readonly Lock _lock = new();
    private (int Index, VectorRows Rows)? _held;

    public void Dispose() => _held?.Rows.Dispose();

    /// <summary>The closest of some memories, the best first.</summary>
    /// <param name="among">With the key of what each says now: one that is embedded by another content is left out.</param>
    public async Task<IReadOnlyList<(Guid Id, float Cosine)>> NearestAsync(
        RegistryDbContext registry,
        int index,
        float[] query,
        IReadOnlyCollection<(Guid Id, string Key)> among,
        int most,
        CancellationToken cancel
    )
    {
        var rows = RowsOf(index, query.Length);
        var missing = rows.Missing(among);
        await LoadAsync(registry, index, rows, missing, cancel);
        var stale = rows.Missing(among).ToHashSet();
        var ids = among.Select(row => row.Id).Where(id => !stale.Contains(id));
        return !rows.IsQuantised
            ? rows.Nearest(query, ids, most)
            : await RescoredAsync(registry, index, query, rows.Nearest(query, ids, Math.Min(MostRescored, (most * 8) + 64)), most, cancel);
    }

    /// <summary>Lets go of what the index does not have any more.</summary>
    public async Task PruneAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        if (_held is var (index, rows) && rows.Count > 0)
        {
            var ids = await registry.MemoryVectors.Where(v => v.IndexId == index).Select(v => v.MemoryId).ToListAsync(cancel);
            rows.Keep(ids.ToHashSet());
        }
    }

    private static async Task LoadAsync(
        RegistryDbContext registry,
        int index,
        VectorRows rows,
        IReadOnlyList<Guid> ids,
        CancellationToken cancel
    )
    {
        foreach (var part in ids.Chunk(500))
        {
            var vectors = await registry
                .MemoryVectors.AsNoTracking()
                .Where(v => v.IndexId == index && part.Contains(v.MemoryId))
                .Select(v => new
                {
                    v.MemoryId,
                    v.ContentKey,
                    v.Vector,
                })
                .ToListAsync(cancel);
            rows.Set(
                vectors
                    .Where(v => v.Vector.Length == rows.Dimension * sizeof(float))
                    .Select(v => (v.MemoryId, v.ContentKey, VectorMath.FromBytes(v.Vector)))
                    .Where(v => VectorMath.ProblemWith(v.Item3, rows.Dimension, "") is null)
            );
        }
    }

    private static async Task<IReadOnlyList<(Guid Id, float Cosine)>> RescoredAsync(
        RegistryDbContext registry,
        int index,
        float[] query,
        IReadOnlyList<(Guid Id, float Cosine)> found,
        int most,
        CancellationToken cancel
    )
    {
        var ids = found.Select(row => row.Id).ToList();
        using var exact = new VectorRows(query.Length);
        await LoadAsync(registry, index, exact, ids, cancel);
        return exact.Nearest(query, ids, most);
    }

    private VectorRows RowsOf(int index, int dimension)
    {
        lock (_lock)
        {
            if (_held is not var (held, rows) || held != index || rows.Dimension != dimension)
            {
                // Whoever searches in the former one still holds it; it goes with the last of them.
                rows = new(dimension);
                _held = (index, rows);
            }

            return rows;
        }
    }
}
