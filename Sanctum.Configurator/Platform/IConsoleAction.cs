namespace Sanctum.Configurator.Platform;

/// <summary>An act of the console itself that tools can run by its name. Features register theirs.</summary>
public interface IConsoleAction
{
    /// <summary>Small letters and underscores, such as "back_up".</summary>
    string Name { get; }

    /// <summary>What it does, in a sentence.</summary>
    string Description { get; }

    /// <summary>The policy that the caller must pass beside the one for running tools.</summary>
    string Policy { get; }

    /// <returns>What was done, in a sentence.</returns>
    Task<Outcome<string>> RunAsync(CancellationToken cancel);
}
