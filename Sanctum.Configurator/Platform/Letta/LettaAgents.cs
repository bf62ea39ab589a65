using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Platform.Letta;

/// <summary>Reads and changes the agents of a Letta server. A failed call throws; <see cref="LettaFailures"/> says why in words.</summary>
public sealed class LettaAgents(LettaConnection connection) : IDisposable
{
    private const int AgentsAtOnce = 50;

    /// <summary>Without it the lists are empty. Secrets are an include too, which is never asked for.</summary>
    private const string Include = "include=agent.blocks&include=agent.tools&include=agent.tags";

    public void Dispose() => connection.Dispose();

    /// <summary>All agents, each once: the server may give one on two pages.</summary>
    /// <param name="say">Told after each page how many there are so far, and how many there should be.</param>
    public async Task<IReadOnlyList<LettaAgent>> ListAsync(Action<int, int> say, CancellationToken cancel)
    {
        var expected = await CountAsync(cancel);
        var agents = new Dictionary<string, LettaAgent>();
        var after = "";
        for (var isMore = true; isMore;)
        {
            using var page = await connection.GetAsync(string.Create(CultureInfo.InvariantCulture, $"v1/agents/?limit={AgentsAtOnce}&order=asc&{Include}{after}"), cancel);
            var before = agents.Count;
            var ids = page.RootElement.EnumerateArray().Select(LettaAgent.Read).Select(agent => (agents[agent.Id] = agent).Id).ToList();
            say(agents.Count, Math.Max(expected, agents.Count));

            // A server that does not know the cursor gives the same page for ever.
            isMore = ids.Count >= AgentsAtOnce && agents.Count > before;
            after = ids.Count > 0 ? $"&after={Uri.EscapeDataString(ids[^1])}" : "";
        }

        return [.. agents.Values];
    }

    /// <summary>The agent; null where it is not on the server.</summary>
    public async Task<LettaAgent?> FindAsync(string id, CancellationToken cancel)
    {
        using var answer = await connection.FindAsync($"{PathOf(id)}?{Include}", cancel);
        return answer is null ? null : LettaAgent.Read(answer.RootElement);
    }

    /// <summary>Changes the fields that the body names, in Letta's own words.</summary>
    public Task PatchAsync(string id, JsonObject fields, CancellationToken cancel) => connection.PatchAsync(PathOf(id), fields, cancel);

    public Task PatchBlockAsync(string id, string label, string value, CancellationToken cancel) =>
        connection.PatchAsync($"{PathOf(id)}/core-memory/blocks/{Uri.EscapeDataString(label)}", new() { ["value"] = value }, cancel);

    /// <summary>The id of the tool of this name; null where the server has none.</summary>
    public async Task<string?> FindToolAsync(string name, CancellationToken cancel)
    {
        using var answer = await connection.GetAsync($"v1/tools/?limit=1&name={Uri.EscapeDataString(name)}", cancel);
        return answer.RootElement.EnumerateArray().Where(tool => LettaAgent.TextOf(tool, "name") == name).Select(tool => LettaAgent.TextOf(tool, "id")).FirstOrDefault();
    }

    public Task AttachToolAsync(string id, string toolId, CancellationToken cancel) =>
        connection.PatchAsync($"{PathOf(id)}/tools/attach/{Uri.EscapeDataString(toolId)}", null, cancel);

    public Task DetachToolAsync(string id, string toolId, CancellationToken cancel) =>
        connection.PatchAsync($"{PathOf(id)}/tools/detach/{Uri.EscapeDataString(toolId)}", null, cancel);

    private static string PathOf(string id) => $"v1/agents/{Uri.EscapeDataString(id)}";

    private async Task<int> CountAsync(CancellationToken cancel)
    {
        using var answer = await connection.GetAsync("v1/agents/count", cancel);
        return answer.RootElement.ValueKind == JsonValueKind.Number && answer.RootElement.TryGetInt32(out var count) ? count : throw new JsonException("The count is no number.");
    }
}
