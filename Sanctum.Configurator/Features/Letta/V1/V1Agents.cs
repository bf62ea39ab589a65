using System.Net.Http.Json;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.V1;

/// <summary>The agents of a V1 server.</summary>
public sealed class V1Agents(V1Connection connection) : ILettaAgents
{
    private const int AgentsAtOnce = 50;
    private const int ToolsAtOnce = 200;

    /// <summary>Without it the lists are empty. Secrets are an include too, which is never asked for.</summary>
    private const string Include = "include=agent.blocks&include=agent.tools&include=agent.tags&include=agent.pending_approval";

    public LettaKind Kind => LettaKind.V1;

    public void Dispose() => connection.Dispose();

    /// <summary>All agents, each once: the server may give one on two pages.</summary>
    /// <param name="say">Told after each page how many there are so far, and how many there should be.</param>
    public async Task<LettaAgentList> ListAsync(Action<int, int> say, CancellationToken cancel)
    {
        var expected = await CountAsync(cancel);
        var agents = new Dictionary<string, LettaAgent>();
        var after = "";
        for (var isMore = true; isMore; )
        {
            using var page = await connection.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"v1/agents/?limit={AgentsAtOnce}&order=asc&{Include}{after}"),
                cancel
            );
            var before = agents.Count;
            var ids = page.RootElement.EnumerateArray().Select(LettaAgent.Read).Select(agent => (agents[agent.Id] = agent).Id).ToList();
            say(agents.Count, Math.Max(expected, agents.Count));

            // A server that does not know the cursor gives the same page for ever.
            isMore = ids.Count >= AgentsAtOnce && agents.Count > before;
            after = ids.Count > 0 ? $"&after={Uri.EscapeDataString(ids[^1])}" : "";
        }

        return new([.. agents.Values], expected);
    }

    public async Task<IReadOnlyList<(string Id, string Name)>> NamesAsync(CancellationToken cancel)
    {
        var agents = new Dictionary<string, string>();
        var after = "";
        for (var isMore = true; isMore; )
        {
            using var page = await connection.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"v1/agents/?limit={AgentsAtOnce}&order=asc{after}"),
                cancel
            );
            var (before, last, count) = (agents.Count, "", 0);
            foreach (var agent in page.RootElement.EnumerateArray())
            {
                last = LettaAgent.TextOf(agent, "id") ?? throw new JsonException("An agent has no id.");
                agents[last] = LettaAgent.TextOf(agent, "name") ?? last;
                count++;
            }

            // A server that does not know the cursor gives the same page for ever.
            isMore = count >= AgentsAtOnce && agents.Count > before;
            after = $"&after={Uri.EscapeDataString(last)}";
        }

        return [.. agents.Select(agent => (agent.Key, agent.Value))];
    }

    public async Task<string?> FindTaggedAsync(string tag, CancellationToken cancel)
    {
        using var answer = await connection.GetAsync($"v1/agents/?limit=1&tags={Uri.EscapeDataString(tag)}", cancel);
        return TextsOf(answer, "id") is [var first, ..] ? first : null;
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

    /// <summary>Makes an agent, in Letta's own words.</summary>
    public async Task<LettaAgent> CreateAsync(JsonObject agent, CancellationToken cancel)
    {
        using var answer = await connection.PostAsync("v1/agents/", JsonContent.Create(agent), cancel);
        return LettaAgent.Read(answer.RootElement);
    }

    /// <summary>Makes agents of an agent file.</summary>
    /// <param name="wishes">By Letta's names for the fields of the form.</param>
    /// <returns>Their ids.</returns>
    public async Task<IReadOnlyList<string>> ImportAsync(
        ReadOnlyMemory<byte> file,
        IEnumerable<KeyValuePair<string, string>> wishes,
        CancellationToken cancel
    )
    {
        var carried = CarriedAgents.Read(file, out var isOwn);
        if (isOwn)
        {
            return [await ImportOwnAsync(carried[0], wishes.ToDictionary(), cancel)];
        }

        using var form = new MultipartFormDataContent { { new ReadOnlyMemoryContent(file), "file", "agent" + LettaFileNames.Extension } };
        foreach (var (name, value) in wishes)
        {
            form.Add(new StringContent(value), name);
        }

        using var answer = await connection.PostAsync("v1/agents/import", form, cancel);
        return
        [
            .. answer
                .RootElement.GetProperty("agent_ids")
                .EnumerateArray()
                .Select(id => id.GetString() ?? throw new JsonException("An agent has no id.")),
        ];
    }

    /// <summary>Makes an agent of a file that the console wrote of one of an App Server.</summary>
    private async Task<string> ImportOwnAsync(CarriedAgent agent, Dictionary<string, string> wishes, CancellationToken cancel)
    {
        var model = wishes.GetValueOrDefault(LettaImport.Model) ?? agent.Model;
        if (model is null || !(await ModelsAsync(cancel)).Contains(model))
        {
            throw new LettaCallException(
                $"the server has no model {model ?? "for it"}. Import the file on the page Agents and choose one."
            );
        }

        if (wishes.GetValueOrDefault(LettaImport.Embedding) is not { Length: > 0 } embedding)
        {
            throw new LettaCallException(
                "a V1 server requires an embedding, which an agent of an App Server doesn't have. Import the file on the page Agents and choose one."
            );
        }

        var json = agent.ToJson(LettaKind.V1, LettaImport.NameOf(agent, wishes), model);
        (json["embedding"], json["include_base_tools"]) = (embedding, true);
        return (await CreateAsync(json, cancel)).Id;
    }

    /// <summary>Copies the agent's file, as Letta writes it.</summary>
    public Task ExportAsync(string id, Stream to, CancellationToken cancel) => connection.CopyAsync($"{PathOf(id)}/export", to, cancel);

    /// <summary>Deletes the agent; its blocks stay. False where it was not there.</summary>
    public Task<bool> DeleteAsync(string id, CancellationToken cancel) => connection.DeleteAsync(PathOf(id), cancel);

    /// <summary>False where it was not there.</summary>
    public Task<bool> DeleteBlockAsync(string id, CancellationToken cancel) =>
        connection.DeleteAsync($"v1/blocks/{Uri.EscapeDataString(id)}", cancel);

    /// <summary>The ids of some of the agents that have the block.</summary>
    public async Task<IReadOnlyList<string>> AgentsOfBlockAsync(string id, CancellationToken cancel)
    {
        using var answer = await connection.GetAsync($"v1/blocks/{Uri.EscapeDataString(id)}/agents?limit=10", cancel);
        return TextsOf(answer, "id");
    }

    /// <summary>The handles of the models that the server offers.</summary>
    public async Task<IReadOnlyList<string>> ModelsAsync(CancellationToken cancel)
    {
        using var answer = await connection.GetAsync("v1/models/", cancel);
        return TextsOf(answer, "handle");
    }

    /// <summary>The handles of the embeddings that the server offers.</summary>
    public async Task<IReadOnlyList<string>> EmbeddingsAsync(CancellationToken cancel)
    {
        using var answer = await connection.GetAsync("v1/models/embedding", cancel);
        return TextsOf(answer, "handle");
    }

    /// <summary>The names of the server's tools.</summary>
    public async Task<IReadOnlyList<string>> ToolNamesAsync(CancellationToken cancel)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var after = "";
        for (var isMore = true; isMore; )
        {
            using var page = await connection.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"v1/tools/?limit={ToolsAtOnce}{after}"),
                cancel
            );
            var (before, ids) = (names.Count, TextsOf(page, "id"));
            names.UnionWith(TextsOf(page, "name"));
            isMore = ids.Count >= ToolsAtOnce && names.Count > before;
            after = ids.Count > 0 ? $"&after={Uri.EscapeDataString(ids[^1])}" : "";
        }

        return [.. names.Order(StringComparer.Ordinal)];
    }

    /// <summary>The id of the tool of this name; null where the server has none.</summary>
    public async Task<string?> FindToolAsync(string name, CancellationToken cancel)
    {
        using var answer = await connection.GetAsync($"v1/tools/?limit=1&name={Uri.EscapeDataString(name)}", cancel);
        return answer
            .RootElement.EnumerateArray()
            .Where(tool => LettaAgent.TextOf(tool, "name") == name)
            .Select(tool => LettaAgent.TextOf(tool, "id"))
            .FirstOrDefault();
    }

    public Task AttachToolAsync(string id, string toolId, CancellationToken cancel) =>
        connection.PatchAsync($"{PathOf(id)}/tools/attach/{Uri.EscapeDataString(toolId)}", null, cancel);

    public Task DetachToolAsync(string id, string toolId, CancellationToken cancel) =>
        connection.PatchAsync($"{PathOf(id)}/tools/detach/{Uri.EscapeDataString(toolId)}", null, cancel);

    private static string PathOf(string id) => $"v1/agents/{Uri.EscapeDataString(id)}";

    private static IReadOnlyList<string> TextsOf(JsonDocument list, string name) =>
        [.. list.RootElement.EnumerateArray().Select(item => LettaAgent.TextOf(item, name)).OfType<string>()];

    private async Task<int> CountAsync(CancellationToken cancel)
    {
        using var answer = await connection.GetAsync("v1/agents/count", cancel);
        return answer.RootElement.ValueKind == JsonValueKind.Number && answer.RootElement.TryGetInt32(out var count)
            ? count
            : throw new JsonException("The count is no number.");
    }
}
