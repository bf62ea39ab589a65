using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>What is closest in meaning.</summary>
/// <param name="Problem">Why nothing was compared, in a sentence; null where it was, and where there is no index.</param>
internal sealed record ClosestMemories(IReadOnlyList<(Guid Id, float Cosine)> Found, string? Problem)
{
    public static readonly ClosestMemories None = new([], null);
}

/// <summary>Finds the memories that are closest in meaning to a text, by the index in force. It does not throw for a dead server.</summary>
internal sealed class VectorSearch(Embedder embedder, VectorCache cache)
{
    /// <summary>An answer waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<ClosestMemories> FindAsync(
        RegistryDbContext registry,
        string userId,
        string text,
        IReadOnlyCollection<(Guid Id, string Key)> among,
        int most,
        CancellationToken cancel
    )
    {
        var index = await registry.VectorIndexes.AsNoTracking().SingleOrDefaultAsync(i => i.Status == VectorIndexStatus.Active, cancel);
        if (index is null || among.Count == 0 || string.IsNullOrWhiteSpace(text))
        {
            return ClosestMemories.None;
        }

        var (config, problem) = await Embedder.ModelOfAsync(registry, index, cancel);
        if (config is null)
        {
            return new([], problem);
        }

        int? user = int.TryParse(userId, CultureInfo.InvariantCulture, out var number) ? number : null;
        var embedded = await embedder.EmbedAsync(config, index.Dimension, text, user, Patience, cancel);
        return embedded.Vector is { } vector
            ? new(await cache.NearestAsync(registry, index.Id, vector, among, most, cancel), null)
            : new([], embedded.Problem);
    }
}
