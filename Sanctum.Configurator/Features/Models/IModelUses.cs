namespace Sanctum.Configurator.Features.Models;

/// <summary>A model by its provider and its id, and as Letta names it: "openai/gpt-4o".</summary>
public sealed record ModelName(string Type, string Model)
{
    public string Handle => $"{Type}/{Model}";
}

/// <summary>Something that names a model.</summary>
/// <param name="Kind">Such as "agent".</param>
/// <param name="Url">Its page.</param>
public sealed record ModelUse(string Kind, int Id, string Name, string Url);

/// <summary>What of a feature names models. Features register theirs, and write them by their own rules.</summary>
public interface IModelUses
{
    string Kind { get; }

    Task<IReadOnlyList<ModelUse>> FindAsync(RegistryDbContext registry, ModelName model, CancellationToken cancel);

    /// <summary>Names another model in those of the given ids; saved with the unit of work.</summary>
    Task ReplaceAsync(RegistryDbContext registry, IReadOnlyList<int> ids, ModelName from, ModelName to, CancellationToken cancel);
}
