using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Features.Letta.Client;
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
/// <param name="Lost">What of the file this kind of server can't have, a sentence each.</param>
/// <param name="UnknownModels">Models in the file that the server does not offer; one that it offers must be chosen instead.</param>
public sealed record ImportPreview(
    AgentFile File,
    IReadOnlyList<string> ExistingTools,
    AgentParts There,
    IReadOnlyList<string> Lost,
    IReadOnlyList<string> UnknownModels
)
{
    /// <summary>The server does not read such files itself: the console makes the agents of what is in it.</summary>
    [JsonIgnore]
    public bool IsCarried => There.Kind == LettaKind.AppServer || File.IsOwn;

    internal static ImportPreview Of(AgentFile file, AgentParts there)
    {
        var preview = new ImportPreview(
            file,
            [.. file.Tools.Where(tool => tool.HasSource).Select(tool => tool.Name).Distinct().Intersect(there.Tools)],
            there,
            [],
            []
        );
        if (!preview.IsCarried)
        {
            return preview;
        }

        var (agents, besides) = (file.Carried, new List<string>());
        if (file.Skills.Count > 0)
        {
            besides.Add($"Skills: {string.Join(", ", file.Skills.Select(skill => skill.Name))}.");
        }

        if (file.McpServers.Count > 0)
        {
            besides.Add($"MCP servers: {string.Join(", ", file.McpServers.Select(server => server.Name))}.");
        }

        return preview with
        {
            ExistingTools = [],
            Lost =
            [
                .. from agent in agents from lost in agent.LostOn(there.Kind) select agents.Count > 1 ? $"{agent.Name}: {lost}" : lost,
                .. besides,
            ],
            UnknownModels = [.. agents.Select(agent => agent.Model ?? "").Distinct().Except(there.Models)],
        };
    }
}

/// <summary>Agents that were imported.</summary>
/// <param name="Ids">In the registry.</param>
public sealed record ImportedAgents(IReadOnlyList<int> Ids, IReadOnlyList<string> LettaUids);
