using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>An agent as it is listed.</summary>
/// <param name="StatusReason">Why it has its status, in a sentence; null where nobody has looked yet.</param>
/// <param name="StatusSince">Since when the console has seen it so.</param>
public sealed record AgentRow(
    int Id,
    string Name,
    string? Description,
    string? LettaUid,
    RunState Status,
    string? StatusReason,
    DateTimeOffset? StatusSince,
    string? Model,
    bool IsActive,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    int Version
) : IHasVersion
{
    public static AgentRow Of(Agent agent)
    {
        var config = AgentConfig.Of(agent.Config);
        return new(
            agent.Id,
            agent.Name,
            agent.Description,
            agent.LettaUid,
            agent.Status,
            config.Text(AgentConfig.StatusReason),
            config.Time(AgentConfig.StatusSince),
            config.Text(AgentConfig.Model),
            agent.IsActive,
            agent.CreatedAt,
            agent.UpdatedAt,
            agent.Version
        );
    }
}

/// <summary>An agent with all that the registry declares of it.</summary>
public sealed record AgentView(AgentRow Agent, DeclaredAgent Declared) : IHasVersion
{
    int IHasVersion.Version => Agent.Version;

    public static AgentView Of(Agent agent) => new(AgentRow.Of(agent), DeclaredAgent.Of(agent));
}

/// <summary>Which agents are wanted; null for all.</summary>
public sealed record AgentFilter(RunState? Status = null, bool? IsActive = null, string? Tag = null);

/// <summary>What in the registry belongs to an agent, by name.</summary>
/// <param name="ToolInstances">They keep it from being deleted, as scheduled jobs do.</param>
/// <param name="PluginLinks">Plugins that it uses. The links go with it, as its configurations do.</param>
public sealed record AgentDependants(
    IReadOnlyList<string> ToolInstances,
    IReadOnlyList<string> ScheduledJobs,
    IReadOnlyList<string> PluginLinks,
    IReadOnlyList<string> Configurations
);
