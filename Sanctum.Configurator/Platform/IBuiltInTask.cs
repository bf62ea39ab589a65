namespace Sanctum.Configurator.Platform;

/// <summary>An act of the console itself that tools and jobs can run by its name. Features register theirs.</summary>
public interface IBuiltInTask
{
    /// <summary>Small letters and underscores, such as "back_up".</summary>
    string Name { get; }

    /// <summary>What it does, in a sentence.</summary>
    string Description { get; }

    /// <summary>The policy that the caller must pass beside the one for running tools.</summary>
    string Policy { get; }

    /// <summary>JSON Schema of what it is told; null where there is nothing to tell it.</summary>
    string? Schema => null;

    /// <param name="arguments">As the schema says; empty where there is none.</param>
    /// <returns>What was done, in a sentence.</returns>
    Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel);
}
