using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Agents.AgentFiles;

/// <summary>How an agent file is to be imported; what is not said is left to the file.</summary>
public sealed class ImportForm
{
    /// <summary>What becomes of tools that the server has already. Must be said where there are any.</summary>
    public bool? OverrideExistingTools { get; set; }

    /// <summary>Leaves the conversation out.</summary>
    public bool StripMessages { get; set; }

    [TextLimit(Lengths.Name)]
    public string? Name { get; set; }

    [TextLimit(Lengths.Name)]
    public string Model { get; set; } = "";

    [TextLimit(Lengths.Name)]
    public string Embedding { get; set; } = "";

    /// <summary>Key → value of secrets that the export has left empty. They go to the Letta server and are kept nowhere else.</summary>
    [TextLimit(Lengths.Long)]
    public IReadOnlyDictionary<string, string?> Secrets { get; set; } = new Dictionary<string, string?>();
}

/// <summary>What importing a file would do.</summary>
/// <param name="ExistingTools">The server has tools of these names, whose source the file could overwrite.</param>
/// <param name="There">What the server offers.</param>
public sealed record ImportPreview(AgentFile File, IReadOnlyList<string> ExistingTools, AgentParts There);

/// <summary>Agents that were imported.</summary>
/// <param name="Ids">In the registry.</param>
public sealed record ImportedAgents(IReadOnlyList<int> Ids, IReadOnlyList<string> LettaUids);
