using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Platform;

/// <summary>Runs the tool instances of the registry, for other parts of the console than the tools' own.</summary>
public interface IToolRuns
{
    /// <summary>Runs an instance once, as the caller of the scope.</summary>
    /// <param name="overrides">What its kind lets whoever runs it say anew; null for nothing.</param>
    /// <param name="say">Told what comes while it runs, in pieces, without the tool's own secrets.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    Task<Outcome<ActEnd>> RunAsync(int instanceId, JsonObject? overrides, Action<string> say, CancellationToken cancel);

    /// <summary>Adds an instance that runs a program of the installation, to the tool of this name, which is added where it is missing.</summary>
    /// <returns>The instance's id.</returns>
    Task<Outcome<int>> AddProgramAsync(string tool, string name, string program, IReadOnlyList<string> arguments, CancellationToken cancel);

    /// <summary>Why such an instance could not run this program, in the very words of its run; null where it could.</summary>
    Task<string?> ProblemWithProgramAsync(string program, CancellationToken cancel);

    /// <summary>JSON Schema of what may be said anew for a run of the instance; null where there is no such instance.</summary>
    Task<JsonObject?> SchemaOfOverridesAsync(int instanceId, CancellationToken cancel);

    /// <summary>What in a value breaks a schema, the first thing of all, as a sentence; null where nothing does.</summary>
    string? ProblemWith(JsonObject value, JsonObject schema);
}

/// <summary>What tools do of the console's own acts.</summary>
public interface IToolActs
{
    /// <summary>The policy of the act that an instance with this configuration runs; null where it runs none.</summary>
    string? PolicyOf(string? config);
}

/// <summary>How something that was run ended.</summary>
/// <param name="IsDone">It did what it was asked for.</param>
/// <param name="Message">In a sentence.</param>
/// <param name="Output">What came back; null for nothing.</param>
public sealed record ActEnd(bool IsDone, string Message, string? Output = null);
