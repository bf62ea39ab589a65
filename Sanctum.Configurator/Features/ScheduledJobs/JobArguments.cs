using Sanctum.Configurator.Features.Tools;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>Whether what a job names is there, and what it says to it fits.</summary>
public sealed class JobArguments(IEnumerable<IBuiltInTask> actions, ToolRuns tools)
{
    internal async Task CheckAsync(RegistryDbContext registry, JobForm form, Dictionary<string, string> reasons, CancellationToken cancel)
    {
        if (form.ToolInstanceId is { } instance && !await registry.ToolInstances.AnyAsync(i => i.Id == instance, cancel))
        {
            reasons.TryAdd(nameof(form.ToolInstanceId), "Tool instance not found.");
        }
        else if (form.ToolInstanceId is null && form.Action is { Length: > 0 } action && actions.All(each => each.Name != action))
        {
            reasons.TryAdd(
                nameof(form.Action),
                $"Unknown task {action}. Available: {string.Join(", ", actions.Select(each => each.Name).Order(StringComparer.Ordinal))}."
            );
        }
        else if (await ProblemAsync(form.ToolInstanceId, form.Action, form.Arguments ?? [], cancel) is { } problem)
        {
            reasons.TryAdd(nameof(form.Arguments), problem);
        }

        if (form.AgentId is { } agent && !await registry.Agents.AnyAsync(a => a.Id == agent, cancel))
        {
            reasons.TryAdd(nameof(form.AgentId), "Agent not found.");
        }

        if (form is { WaitsForAgent: true, AgentId: null })
        {
            reasons.TryAdd(nameof(form.AgentId), "Choose the agent to wait for.");
        }
    }

    /// <summary>What is wrong with what is said; null for nothing.</summary>
    internal async Task<string?> ProblemAsync(int? instanceId, string? action, JsonObject said, CancellationToken cancel)
    {
        if (instanceId is { } instance)
        {
            return said.Count > 0 && await tools.SchemaOfOverridesAsync(instance, cancel) is { } schema
                ? tools.ProblemWith(said, schema)
                : null;
        }

        return actions.FirstOrDefault(each => each.Name == action)?.Schema is { } text ? tools.ProblemWith(said, JsonText.FindObject(text)!)
            : said.Count > 0 ? "This task has no arguments."
            : null;
    }
}
