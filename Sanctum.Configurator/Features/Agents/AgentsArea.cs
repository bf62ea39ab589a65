using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Components.Overview;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>The agents on the Overview, as they were when the registry heard of them last.</summary>
internal sealed class AgentsArea(IDbContextFactory<RegistryDbContext> registries) : IOverviewArea
{
    /// <summary>Agents that wait are named one by one up to so many.</summary>
    private const int MostNamed = 3;

    /// <summary>Degraded agents that are looked at.</summary>
    private const int MostRead = 200;

    private static readonly string Degraded = $"{Urls.Agents}?status={Words<RunState>.Of(RunState.Degraded)}";

    public string Title => "Agents";

    public string Url => Urls.Agents;

    public string Icon => "agents";

    public int Order => 20;

    public string Policy => Policies.ReadRegistry;

    public IReadOnlyCollection<string>? Tables => ["agents"];

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var counts = await registry.Agents.GroupBy(a => a.Status).Select(same => new { Status = same.Key, Count = same.Count() }).ToDictionaryAsync(same => same.Status, same => same.Count, cancel);
        var degraded = !counts.ContainsKey(RunState.Degraded) ? [] : await registry.Agents.AsNoTracking().Where(a => a.IsActive && a.Status == RunState.Degraded)
            .OrderBy(a => a.Name).ThenBy(a => a.Id).Take(MostRead).ToListAsync(cancel);
        var reasons = degraded.ToLookup(agent => AgentConfig.Of(agent.Config).Text(AgentConfig.StatusReason) == AgentStatus.Waits);
        return new()
        {
            Tile = TileOf(counts, reasons[true].Count()),
            Attention = [.. WaitingOf([.. reasons[true]]), .. FailingOf([.. reasons[false]])],
            Steps = [new(
                "Synchronise the agents", "Take the agents of the Letta server into the registry, so that tools, jobs and configurations can belong to them.",
                Urls.Agents, counts.Count > 0, Policies.WriteRegistry)],
        };
    }

    private static OverviewTile TileOf(Dictionary<RunState, int> counts, int waiting)
    {
        var all = counts.Values.Sum();
        return new("In the registry", all.ToString("N0", CultureInfo.InvariantCulture), waiting == 0 ? "None waits for an approval" : $"{AgentWords.Count(waiting, "agent")} waiting for an approval", ToneOf(counts))
        {
            Picture = new PartsPicture("Agents by state", [.. Enum.GetValues<RunState>().Where(counts.ContainsKey).Select(state => new Part(TextOf(state), counts[state], ToneOf(state)))]),
        };
    }

    private static Tone ToneOf(Dictionary<RunState, int> counts) =>
        counts.Count == 0 ? Tone.Neutral : counts.ContainsKey(RunState.Degraded) ? Tone.Warning : counts.ContainsKey(RunState.Healthy) ? Tone.Good : Tone.Neutral;

    private static string TextOf(RunState state) => Words<RunState>.Of(state).ToLowerInvariant();

    private static Tone ToneOf(RunState state) => state switch
    {
        RunState.Healthy => Tone.Good,
        RunState.Degraded => Tone.Warning,
        RunState.Ready => Tone.Busy,
        _ => Tone.Neutral,
    };

    private static IEnumerable<Attention> WaitingOf(IReadOnlyList<Agent> waiting) => waiting.Count > MostNamed
        ? [new(Tone.Warning, $"{AgentWords.Count(waiting.Count, "agent")} wait for an approval", Named(waiting)) { Act = new("Open the agents", Policies.ReadRegistry) { Url = Degraded, Api = "GET /api/agents?status=Degraded" } }]
        : waiting.Select(agent => new Attention(Tone.Warning, $"{agent.Name} waits for an approval", "It goes on when somebody approves or denies what it wants to do.")
        {
            Act = new("Answer", Policies.OperateRegistry) { Url = Urls.AgentMessages(agent.Id) },
        });

    private static IEnumerable<Attention> FailingOf(IReadOnlyList<Agent> failing) => failing switch
    {
        [] => [],
        [var agent] => [new(Tone.Warning, $"{agent.Name} is degraded", AgentConfig.Of(agent.Config).Text(AgentConfig.StatusReason)) { Act = new("Open the agent", Policies.ReadRegistry) { Url = Urls.Agent(agent.Id) } }],
        _ => [new(Tone.Warning, $"{AgentWords.Count(failing.Count, "agent")} are degraded", Named(failing)) { Act = new("Open the agents", Policies.ReadRegistry) { Url = Degraded, Api = "GET /api/agents?status=Degraded" } }],
    };

    private static string Named(IReadOnlyList<Agent> agents) =>
        $"{string.Join(", ", agents.Take(MostNamed).Select(agent => agent.Name))}{(agents.Count > MostNamed ? $" and {agents.Count - MostNamed} more" : "")}";
}
