using System.Numerics.Tensors;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>The vectors of some memories by the index in force, of which those are found that mean the same. No model is asked.</summary>
internal sealed class MemoryMeanings
{
    /// <summary>From this cosine on, nothing new is said.</summary>
    public const float Same = 0.95f;

    private readonly float[]?[] _vectors;

    private MemoryMeanings(float[]?[] vectors) => _vectors = vectors;

    /// <summary>How many have a vector of what they say now.</summary>
    public int Count => _vectors.Count(vector => vector is not null);

    /// <param name="memories">With the key of what each says now: one that is embedded by another content has none.</param>
    public static async Task<MemoryMeanings> ReadAsync(
        RegistryDbContext registry,
        IReadOnlyList<(Guid Id, string Key)> memories,
        CancellationToken cancel
    )
    {
        var vectors = new float[]?[memories.Count];
        if (
            await registry.VectorIndexes.AsNoTracking().SingleOrDefaultAsync(i => i.Status == VectorIndexStatus.Active, cancel)
            is not { Dimension: { } dimension } index
        )
        {
            return new(vectors);
        }

        var places = Enumerable.Range(0, memories.Count).ToDictionary(at => memories[at].Id);
        foreach (var part in memories.Select(memory => memory.Id).Chunk(500))
        {
            var found = registry
                .MemoryVectors.AsNoTracking()
                .Where(v => v.IndexId == index.Id && part.Contains(v.MemoryId))
                .AsAsyncEnumerable();
            await foreach (var row in found.WithCancellation(cancel))
            {
                var at = places[row.MemoryId];
                if (row.ContentKey == memories[at].Key && row.Vector.Length == dimension * sizeof(float))
                {
                    var vector = VectorMath.FromBytes(row.Vector);
                    vectors[at] = VectorMath.ProblemWith(vector, dimension, "") is null ? VectorMath.Normalised(vector) : null;
                }
            }
        }

        return new(vectors);
    }

    /// <summary>Those after this one that mean the same.</summary>
    public IEnumerable<int> SameAs(int at, int count) =>
        _vectors[at] is { } vector
            ? Enumerable
                .Range(at + 1, count - at - 1)
                .Where(other => _vectors[other] is { } beside && TensorPrimitives.Dot(vector, beside) >= Same)
            : [];
}
