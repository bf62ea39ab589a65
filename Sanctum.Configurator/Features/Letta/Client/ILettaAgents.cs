namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>The agents that a server listed.</summary>
/// <param name="Counted">How many it says it has.</param>
public sealed record LettaAgentList(IReadOnlyList<LettaAgent> Agents, int Counted);

/// <summary>
/// Reads and changes the agents of a Letta server, of whichever kind. A failed call throws; <see cref="LettaFailures"/> says why in words.
/// </summary>
public interface ILettaAgents : IDisposable
{
    LettaKind Kind { get; }

    /// <summary>All agents, each once.</summary>
    /// <param name="say">Told how many there are so far, and how many there should be.</param>
    Task<LettaAgentList> ListAsync(Action<int, int> say, CancellationToken cancel);

    /// <summary>The ids and names of all agents, without anything else of them.</summary>
    Task<IReadOnlyList<(string Id, string Name)>> NamesAsync(CancellationToken cancel);

    /// <summary>The id of an agent that has the tag; null where none has.</summary>
    Task<string?> FindTaggedAsync(string tag, CancellationToken cancel);

    /// <summary>The agent; null where it is not on the server.</summary>
    Task<LettaAgent?> FindAsync(string id, CancellationToken cancel);

    /// <summary>Changes the fields that the body names, in Letta's own words.</summary>
    Task PatchAsync(string id, JsonObject fields, CancellationToken cancel);

    Task PatchBlockAsync(string id, string label, string value, CancellationToken cancel);

    /// <summary>Makes an agent, in Letta's own words.</summary>
    Task<LettaAgent> CreateAsync(JsonObject agent, CancellationToken cancel);

    /// <summary>Makes agents of an agent file: of Letta's, or of the console's own. What of it this kind can't have is left out.</summary>
    /// <param name="wishes">By V1's names for the fields of the form.</param>
    /// <returns>Their ids.</returns>
    Task<IReadOnlyList<string>> ImportAsync(
        ReadOnlyMemory<byte> file,
        IEnumerable<KeyValuePair<string, string>> wishes,
        CancellationToken cancel
    );

    /// <summary>Writes the agent's file: Letta's own, or of an App Server, which has none, the console's.</summary>
    Task ExportAsync(string id, Stream to, CancellationToken cancel);

    /// <summary>Deletes the agent. False where it was not there.</summary>
    Task<bool> DeleteAsync(string id, CancellationToken cancel);

    /// <summary>False where it was not there.</summary>
    Task<bool> DeleteBlockAsync(string id, CancellationToken cancel);

    /// <summary>The ids of some of the agents that have the block.</summary>
    Task<IReadOnlyList<string>> AgentsOfBlockAsync(string id, CancellationToken cancel);

    /// <summary>The handles of the models that the server offers.</summary>
    Task<IReadOnlyList<string>> ModelsAsync(CancellationToken cancel);

    /// <summary>The handles of the embeddings that the server offers; an App Server has none.</summary>
    Task<IReadOnlyList<string>> EmbeddingsAsync(CancellationToken cancel);

    /// <summary>The names of the tools that can be attached; an App Server has none.</summary>
    Task<IReadOnlyList<string>> ToolNamesAsync(CancellationToken cancel);

    /// <summary>The id of the tool of this name; null where the server has none.</summary>
    Task<string?> FindToolAsync(string name, CancellationToken cancel);

    Task AttachToolAsync(string id, string toolId, CancellationToken cancel);

    Task DetachToolAsync(string id, string toolId, CancellationToken cancel);
}
