using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.V1;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.AtLetta;

/// <summary>What is due at Letta for the tools of one server.</summary>
internal sealed class LettaHoldWork(McpServer server, IEnumerable<McpTool> pins)
{
    public IReadOnlyList<HeldToolWork> Tools { get; } = [.. pins.Select(pin => new HeldToolWork(pin))];

    /// <summary>What was done, in a sentence; null where nothing was.</summary>
    public string? Summary =>
        Tools.Select(tool => tool.Summary).OfType<string>().ToList() is { Count: > 0 } done
            ? $"At the Letta server {string.Join(", ", done)}."
            : null;

    /// <summary>Which agents it is about. Changes nothing but that Letta may read the server's tools anew.</summary>
    public async Task PlanAsync(V1Connection link, CancellationToken cancel)
    {
        var ids = await FindToolsAsync(link, cancel);
        var isKnown = Tools.Any(tool => ids.ContainsKey(tool.Name));
        var agents = isKnown ? (await new V1Agents(link).ListAsync((_, _) => { }, cancel)).Agents : [];
        foreach (var tool in Tools)
        {
            tool.Plan(ids.GetValueOrDefault(tool.Name), agents);
        }
    }

    /// <summary>Of a Letta server that knows no tools.</summary>
    public void LeaveOut()
    {
        foreach (var tool in Tools)
        {
            tool.LeaveOut();
        }
    }

    public async Task RunAsync(V1Connection link, CancellationToken cancel)
    {
        var agents = new V1Agents(link);
        foreach (var tool in Tools)
        {
            await tool.RunAsync(agents, cancel);
        }
    }

    /// <summary>The ids by the names, read anew from the server where one is wanted that Letta does not have.</summary>
    private async Task<IReadOnlyDictionary<string, string>> FindToolsAsync(V1Connection link, CancellationToken cancel)
    {
        if (await LettaRegistrations.FindAsync(link, server.Url, server.Name, cancel) is not { } theirs)
        {
            return new Dictionary<string, string>();
        }

        var ids = await LettaRegistrations.ToolsAsync(link, LettaRegistrations.ToolsOf(theirs), cancel);
        if (!Tools.Any(tool => tool.Due == LettaHoldAct.Attach && !ids.ContainsKey(tool.Name)))
        {
            return ids;
        }

        await link.PatchAsync($"{LettaRegistrations.PathOf(theirs)}/refresh", null, cancel);
        return await LettaRegistrations.ToolsAsync(link, LettaRegistrations.ToolsOf(theirs), cancel);
    }
}

/// <summary>What is due at Letta for one tool.</summary>
internal sealed class HeldToolWork(McpTool pin)
{
    private readonly LettaHold _hold = LettaHold.Of(pin)!;
    private readonly List<HeldAgent> _planned = [];
    private string? _toolId;
    private int _done;
    private bool _isDone;
    private string? _problem;

    public int PinId => pin.Id;

    public string Name => pin.Name;

    public LettaHoldAct Due => _hold.Due!.Value;

    /// <summary>The part of a sentence; null where nothing was done.</summary>
    public string? Summary =>
        _done == 0 ? null
        : Due == LettaHoldAct.Detach ? $"{VisibleText.Of(Name)} was detached from {Agents(_done)}"
        : $"{VisibleText.Of(Name)} was attached to {Agents(_done)} again";

    /// <param name="toolId">Null where Letta does not have it.</param>
    /// <param name="agents">All that there are.</param>
    public void Plan(string? toolId, IEnumerable<LettaAgent> agents)
    {
        _toolId = toolId;
        var remembered = _hold.Agents.Select(agent => agent.Id).ToHashSet(StringComparer.Ordinal);
        _planned.AddRange(
            agents
                .Where(agent =>
                    Due == LettaHoldAct.Detach
                        ? agent.Tools.Any(tool => tool.Id == toolId && toolId is not null)
                        : remembered.Contains(agent.Id)
                )
                .Select(agent => new HeldAgent(agent.Id, agent.Name))
        );
        _problem =
            Due == LettaHoldAct.Attach && toolId is null
                ? "The Letta server does not have the tool, though it was asked to read the server's tools anew. See the tab Letta."
                : null;
    }

    /// <summary>There is nothing to take it from, nor to give it back to.</summary>
    public void LeaveOut()
    {
        _isDone = Due == LettaHoldAct.Detach;
        _problem = _isDone ? null : "The Letta server is an App Server now, which has no tools to attach.";
    }

    public async Task RunAsync(V1Agents agents, CancellationToken cancel)
    {
        if (_toolId is { } toolId)
        {
            foreach (var agent in _planned)
            {
                await (
                    Due == LettaHoldAct.Detach
                        ? agents.DetachToolAsync(agent.Id, toolId, cancel)
                        : agents.AttachToolAsync(agent.Id, toolId, cancel)
                );
                _done++;
            }
        }

        _isDone = _problem is null;
    }

    /// <param name="problem">Why not all was done; null where nothing failed so far.</param>
    public void KeepIn(McpTool now, string? problem)
    {
        var hold = LettaHold.Of(now);
        var agents = (Due == LettaHoldAct.Detach ? (hold?.Agents ?? []).UnionBy(_planned, agent => agent.Id) : hold?.Agents ?? []).ToList();
        var isUsable = now.State == McpToolState.Approved;
        var isSettled = _isDone && isUsable == (Due == LettaHoldAct.Attach);
        var due =
            isSettled ? (LettaHoldAct?)null
            : isUsable ? LettaHoldAct.Attach
            : LettaHoldAct.Detach;
        var isOver = isSettled && (isUsable || agents.Count == 0);
        (isOver ? null : new LettaHold(agents, due, isSettled ? null : problem ?? _problem)).KeepIn(now);
    }

    private static string Agents(int count) => count == 1 ? "1 agent" : $"{count} agents";
}
