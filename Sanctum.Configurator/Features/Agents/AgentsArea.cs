using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>
/// The agents on the Overview, as they were when they were synchronised last. While the Letta server can't be used nobody knows how they
/// are, and
/// none of them is shown as well.
/// </summary>
internal sealed class AgentsArea(IDbContextFactory<RegistryDbContext> registries, LettaState letta) : IOverviewArea
{
    /// <summary>Agents that wait are named one by one up to so many.</summary>
    private const int MostNamed = 3;

    /// <summary>Degraded agents that are looked at.</summary>
    private const int MostRead = 200;

    private const string Answerable = "The agent continues when its tool call is approved or denied.";

    private static readonly string Degraded = $"{Urls.Agents}?status={EnumText<RunState>.Of(RunState.Degraded)}";

    public string Title => "Agents";

    public string Url => Urls.Agents;

    public string Icon => "agents";

    public int Order => 20;

    public string Policy => Policies.ReadRegistry;

    public IReadOnlyCollection<string>? Follows => [Tables.Agents];

    public IDisposable Subscribe(Action changed) => letta.Subscribe(_ => changed());

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var counts = await registry
            .Agents.GroupBy(a => a.Status)
            .Select(same => new { Status = same.Key, Count = same.Count() })
            .ToDictionaryAsync(same => same.Status, same => same.Count, cancel);
        var degraded = await registry
            .Agents.AsNoTracking()
            .Where(a => a.IsActive && a.Status == RunState.Degraded)
            .OrderBy(a => a.Name)
            .ThenBy(a => a.Id)
            .Take(MostRead)
            .ToListAsync(cancel);
        var waiting = degraded.FindAll(agent => ReasonOf(agent) == AgentStatus.Waits);
        return new()
        {
            Tile = letta.Current.IsDown ? UnknownOf(counts) : TileOf(counts, waiting.Count),
            Attention = [.. WaitingOf(waiting), .. FailingOf([.. degraded.Except(waiting)])],
            Steps = [StepOf(counts.Count > 0)],
        };
    }

    private static FirstStep StepOf(bool isDone) =>
        new(
            "Synchronise the agents",
            "Add the agents of the Letta server to the registry, so that you can give them tools, jobs and configurations.",
            Urls.Agents,
            isDone,
            Policies.WriteRegistry
        );

    private static string? ReasonOf(Agent agent) => AgentConfig.Of(agent.Config).Text(AgentConfig.StatusReason);

    private static OverviewTile TileOf(Dictionary<RunState, int> counts, int waiting)
    {
        var all = counts.Values.Sum();
        var caption =
            all == 0 ? "Synchronise to add the agents of the Letta server"
            : waiting == 0 ? "No agent is waiting for an approval"
            : $"{AgentLabels.Count(waiting, "agent")} waiting for an approval";
        var parts = Enum.GetValues<RunState>()
            .Where(counts.ContainsKey)
            .Select(state => new Part(TextOf(state), counts[state], ToneOf(state)));
        return new("In the registry", all.ToString("N0", CultureInfo.InvariantCulture), caption, ToneOf(counts))
        {
            Picture = new PartsPicture("Agents by state", [.. parts]),
        };
    }

    private static OverviewTile UnknownOf(Dictionary<RunState, int> counts)
    {
        var tile = TileOf(counts, waiting: 0);
        return counts.Count == 0
            ? tile
            : tile with
            {
                Caption = "Status unknown: the Letta server can't be used",
                Tone = Tone.Neutral,
                Picture = new PartsPicture(
                    "Agents by their last known state",
                    [.. ((PartsPicture)tile.Picture!).Parts.Select(part => part with { Tone = Tone.Neutral })]
                ),
            };
    }

    private static Tone ToneOf(Dictionary<RunState, int> counts) =>
        counts.ContainsKey(RunState.Degraded) ? Tone.Warning
        : counts.ContainsKey(RunState.Healthy) ? Tone.Good
        : Tone.Neutral;

    private static string TextOf(RunState state) => EnumText<RunState>.Of(state).ToLowerInvariant();

    private static Tone ToneOf(RunState state) =>
        state switch
        {
            RunState.Healthy => Tone.Good,
            RunState.Degraded => Tone.Warning,
            RunState.Ready => Tone.Busy,
            _ => Tone.Neutral,
        };

    private static IEnumerable<Attention> WaitingOf(IReadOnlyList<Agent> waiting) =>
        waiting.Count > MostNamed
            ? [Together(waiting, "are waiting for an approval")]
            : waiting.Select(agent => new Attention(Tone.Warning, $"{agent.Name} is waiting for an approval", Answerable)
            {
                Act = new("Answer", Policies.OperateRegistry)
                {
                    Url = Urls.AgentMessages(agent.Id),
                    Api = $"POST /api/agents/{agent.Id}/approval",
                },
            });

    private static IEnumerable<Attention> FailingOf(IReadOnlyList<Agent> failing) =>
        failing.Count > 1
            ? [Together(failing, "are degraded")]
            : failing.Select(agent => new Attention(Tone.Warning, $"{agent.Name} is degraded", ReasonOf(agent))
            {
                Act = new("Open the agent", Policies.ReadRegistry) { Url = Urls.Agent(agent.Id), Api = $"GET /api/agents/{agent.Id}" },
            });

    private static Attention Together(IReadOnlyList<Agent> agents, string what)
    {
        var named = string.Join(", ", agents.Take(MostNamed).Select(agent => agent.Name));
        var detail = agents.Count > MostNamed ? $"{named} and {agents.Count - MostNamed} more." : $"{named}.";
        return new(Tone.Warning, $"{AgentLabels.Count(agents.Count, "agent")} {what}", detail)
        {
            Act = new("Open the agents", Policies.ReadRegistry) { Url = Degraded, Api = "GET /api/agents?status=Degraded" },
        };
    }
}
