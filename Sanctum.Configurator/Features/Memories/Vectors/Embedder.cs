using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>A vector, or why there is none, in a sentence.</summary>
internal sealed record Embedded(float[]? Vector, string? Problem);

/// <summary>Has a text embedded by the model of an index, and checks what comes back.</summary>
internal sealed class Embedder(SavedModels models, MeteredModels metered, TimeProvider clock)
{
    /// <summary>Of a text: what is longer is cut, as models take a few thousand tokens.</summary>
    private const int MostCharacters = 8_000;

    /// <summary>The model of the index; null where it can't be used.</summary>
    /// <returns>Or why not, in a sentence.</returns>
    public static async Task<(LlmConfig? Config, string? Problem)> ModelOfAsync(
        RegistryDbContext registry,
        VectorIndex index,
        CancellationToken cancel
    )
    {
        var config = await registry.LlmConfigs.AsNoTracking().SingleOrDefaultAsync(c => c.Id == index.ConfigId, cancel);
        return config is null ? (null, $"The embedding model {index.Model} was deleted. Build an index with another one.")
            : !config.IsEnabled ? (null, $"The embedding model {index.Model} is disabled. Enable it on the page Models.")
            : config.Purpose != LlmPurpose.Embedding || config.Model != index.Model
                ? (null, $"The saved model is {config.Model} now, and this index was made by {index.Model}. Build a new index.")
            : (config, null);
    }

    public async Task<Embedded> EmbedAsync(
        LlmConfig config,
        int? dimension,
        string text,
        int? userId,
        TimeSpan patience,
        CancellationToken cancel
    )
    {
        var link = await models.LinkAsync(config, cancel);
        if (link.Place is not { } place)
        {
            return new(null, $"{link.Problem!.Message} {link.Problem.Hint}");
        }

        using var limit = new CancellationTokenSource(patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            var whole = WholeText.Of(text.Length > MostCharacters ? text[..MostCharacters] : text);
            var vector = (await metered.EmbedAsync(place, whole, config, new(userId, "memory"), both.Token)).ToArray();
            return VectorMath.ProblemWith(vector, dimension, config.Model) is { } problem ? new(null, problem) : new(vector, null);
        }
        catch (LlmCallException e)
        {
            return new(null, $"{e.Message} {e.Hint}".Trim());
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return new(
                null,
                string.Create(CultureInfo.InvariantCulture, $"{link.Name} did not answer within {patience.TotalSeconds:0} seconds.")
            );
        }
    }
}
