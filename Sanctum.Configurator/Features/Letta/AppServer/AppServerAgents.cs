using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>
/// The agents of an App Server. What it has otherwise is told in the words that the console has for both: a file below <c>system/</c> in an
/// agent's memory is a block, and how its newest conversation ended is how its last run ended. It has no tools to attach, no embeddings and
/// no shared blocks.
/// </summary>
/// <param name="link">Its own, closed with it.</param>
/// <param name="outcomes">What this console heard; null for nothing.</param>
internal sealed class AppServerAgents(AppServerLink link, AppServerOutcomes? outcomes = null) : ILettaAgents
{
    private const int AgentsAtOnce = 1000;

    /// <summary>So many agents are looked into side by side.</summary>
    private const int SideBySide = 16;

    /// <summary>The fields of an agent that this server keeps; it drops others without a word.</summary>
    private static readonly string[] Kept = ["name", "description", "system", "model", "tags"];

    /// <summary>Tags of the program itself, which it needs and nobody declares.</summary>
    private static readonly string[] OwnTags = ["git-memory-enabled", "origin:letta-code"];

    private readonly AppServerMemory _memory = new(link);
    private readonly AppServerConversations _conversations = new(link);

    public LettaKind Kind => LettaKind.AppServer;

    public void Dispose() => link.Dispose();

    public async Task<LettaAgentList> ListAsync(Action<int, int> say, CancellationToken cancel)
    {
        var listed = await ListAsync(cancel);
        var agents = new LettaAgent[listed.Count];
        var read = 0;
        await Parallel.ForAsync(
            0,
            listed.Count,
            new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancel },
            async (at, token) =>
            {
                agents[at] = await LookIntoAsync(listed[at], token);
                say(Interlocked.Increment(ref read), listed.Count);
            }
        );
        return new(agents, agents.Length);
    }

    public async Task<IReadOnlyList<(string Id, string Name)>> NamesAsync(CancellationToken cancel) =>
        [.. (await ListAsync(cancel)).Select(LettaAgent.Read).Select(agent => (agent.Id, agent.Name))];

    public async Task<string?> FindTaggedAsync(string tag, CancellationToken cancel)
    {
        var query = new JsonObject { ["tags"] = new JsonArray(tag), ["limit"] = 1 };
        return LettaAgent
            .ItemsOf(await link.AskAsync("agent_list", new() { ["query"] = query }, cancel), "agents")
            .Where(agent => TagsOf(agent).Contains(tag))
            .Select(agent => LettaAgent.TextOf(agent, "id"))
            .FirstOrDefault();
    }

    public async Task<LettaAgent?> FindAsync(string id, CancellationToken cancel) =>
        await RetrieveAsync(id, cancel) is { } agent ? await LookIntoAsync(agent, cancel) : null;

    public async Task PatchAsync(string id, JsonObject fields, CancellationToken cancel)
    {
        var body = new JsonObject();
        foreach (var (name, value) in fields.Where(field => Kept.Contains(field.Key)))
        {
            body[name] = value?.DeepClone();
        }

        if (fields["model"]?.GetValue<string>() is { } model)
        {
            await CheckModelAsync(model, cancel);
        }

        if (body["tags"] is JsonArray tags)
        {
            // The list replaces the server's, with the tags that the program itself needs.
            var now = await RetrieveAsync(id, cancel) ?? throw new LettaCallException("the agent is not on the server.");
            foreach (var own in TagsOf(now).Where(OwnTags.Contains))
            {
                tags.Add(own);
            }
        }

        if (body.Count > 0)
        {
            var answer = await link.AskAsync("agent_update", new() { ["agent_id"] = id, ["body"] = body }, cancel);
            CheckTaken(body, answer);
        }
    }

    public Task PatchBlockAsync(string id, string label, string value, CancellationToken cancel) =>
        _memory.WriteBlockAsync(id, label, value, cancel);

    /// <summary>Makes the agent. Where no system prompt is given, it gets Letta's standard one, as an agent without one can do nothing.</summary>
    public async Task<LettaAgent> CreateAsync(JsonObject agent, CancellationToken cancel)
    {
        if (agent["model"]?.GetValue<string>() is { Length: > 0 } model)
        {
            await CheckModelAsync(model, cancel);
        }

        var id = agent["system"] is null ? await CreateWithStandardPromptAsync(agent, cancel) : await CreateWithPromptAsync(agent, cancel);
        return await FindAsync(id, cancel) ?? throw new LettaCallException($"it says that it made the agent {id}, but does not have it.");
    }

    public Task<IReadOnlyList<string>> ImportAsync(
        ReadOnlyMemory<byte> file,
        IEnumerable<KeyValuePair<string, string>> wishes,
        CancellationToken cancel
    ) => AppServerFiles.ImportAsync(this, _memory, file, wishes, cancel);

    public async Task ExportAsync(string id, Stream to, CancellationToken cancel) =>
        await AppServerFiles.ExportAsync(
            await RetrieveAsync(id, cancel) ?? throw new LettaCallException("the agent is not on the server."),
            [.. OwnTags],
            _memory,
            _conversations,
            link.Hide,
            to,
            cancel
        );

    /// <summary>Its memory's files, its secrets and its transcripts stay on the server's disk.</summary>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancel)
    {
        try
        {
            await link.AskAsync("agent_delete", new() { ["agent_id"] = id }, cancel);
            return true;
        }
        catch (AppServerSaidNoException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    public Task<bool> DeleteBlockAsync(string id, CancellationToken cancel) => Task.FromResult(false);

    public Task<IReadOnlyList<string>> AgentsOfBlockAsync(string id, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public async Task<IReadOnlyList<string>> ModelsAsync(CancellationToken cancel)
    {
        var answer = await link.AskAsync("list_models", null, cancel);
        return [.. LettaAgent.ItemsOf(answer, "entries").Select(entry => LettaAgent.TextOf(entry, "handle")).OfType<string>().Distinct()];
    }

    public Task<IReadOnlyList<string>> EmbeddingsAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<IReadOnlyList<string>> ToolNamesAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<string?> FindToolAsync(string name, CancellationToken cancel) => Task.FromResult<string?>(null);

    public Task AttachToolAsync(string id, string toolId, CancellationToken cancel) => throw NoTools();

    public Task DetachToolAsync(string id, string toolId, CancellationToken cancel) => throw NoTools();

    private static LettaCallException NoTools() => new("an App Server has no tools to attach or detach.");

    private static IEnumerable<string> TagsOf(JsonElement agent) =>
        LettaAgent.ItemsOf(agent, "tags").Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!);

    /// <summary>The server says yes to fields that it does not know, so what it has now is compared with what was sent.</summary>
    private static void CheckTaken(JsonObject sent, JsonElement answer)
    {
        if (!answer.TryGetProperty("agent", out var agent))
        {
            return;
        }

        foreach (var (name, value) in sent)
        {
            var isTaken =
                value is JsonArray list ? TagsOf(agent).ToHashSet().SetEquals(list.Select(tag => tag!.GetValue<string>()))
                : name != "description" || value is not null ? (LettaAgent.TextOf(agent, name) ?? "") == (value?.GetValue<string>() ?? "")
                : true;
            if (!isTaken)
            {
                throw new LettaCallException($"it said yes, but did not change the field {name}. Compare again to see the current state.");
            }
        }
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(CancellationToken cancel)
    {
        var agents = new Dictionary<string, JsonElement>();
        string? after = null;
        for (var isMore = true; isMore; )
        {
            var query = new JsonObject { ["limit"] = AgentsAtOnce };
            if (after is not null)
            {
                query["after"] = after;
            }

            var page = LettaAgent.ItemsOf(await link.AskAsync("agent_list", new() { ["query"] = query }, cancel), "agents").ToList();
            var before = agents.Count;
            foreach (var agent in page)
            {
                after = LettaAgent.TextOf(agent, "id") ?? throw new JsonException("An agent has no id.");
                agents[after] = agent;
            }

            // Ordered by activity: an agent that works meanwhile may come twice.
            isMore = page.Count >= AgentsAtOnce && agents.Count > before;
        }

        return [.. agents.Values];
    }

    private async Task<JsonElement?> RetrieveAsync(string id, CancellationToken cancel)
    {
        try
        {
            var answer = await link.AskAsync("agent_retrieve", new() { ["agent_id"] = id }, cancel);
            return answer.TryGetProperty("agent", out var agent) && agent.ValueKind == JsonValueKind.Object ? agent : null;
        }
        catch (AppServerSaidNoException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>The agent with its memory, and with how it is. What can't be read of one agent does not keep the others from being read.</summary>
    private async Task<LettaAgent> LookIntoAsync(JsonElement json, CancellationToken cancel)
    {
        var agent = LettaAgent.Read(json);
        agent = agent with
        {
            Kind = LettaKind.AppServer,
            Embedding = null,
            Tools = [],
            Tags = [.. agent.Tags.Except(OwnTags)],
            LastRun = null,
            StopReason = null,
        };
        try
        {
            var blocks = await _memory.BlocksAsync(agent.Id, cancel);
            var last = await _conversations.LastAsync(agent.Id, cancel);
            var outcome = last.StopReason == LettaAgent.Unanswered ? outcomes?.Find(last.Own) : null;
            return agent with
            {
                Blocks = blocks,
                LastRun = last.At,
                StopReason = outcome is { Failure: null } ? LettaAgent.Cancelled : last.StopReason,
                Failure = outcome?.Failure,
                AwaitsApproval = last.AwaitsApproval,
            };
        }
        catch (AppServerSaidNoException e)
        {
            return agent with { Unread = e.Message };
        }
    }

    private async Task CheckModelAsync(string model, CancellationToken cancel)
    {
        // It takes any name, and fails only when the agent is talked to.
        if (await ModelsAsync(cancel) is { Count: > 0 } models && !models.Contains(model))
        {
            throw new LettaCallException(
                $"it offers no model {model}. It offers {string.Join(", ", models.Take(5))}{(models.Count > 5 ? " …" : "")}."
            );
        }
    }

    private async Task<string> CreateWithPromptAsync(JsonObject agent, CancellationToken cancel)
    {
        var body = new JsonObject();
        foreach (var (name, value) in agent.Where(field => Kept.Contains(field.Key) || field.Key is "memory_blocks" or "model_settings"))
        {
            body[name] = value?.DeepClone();
        }

        foreach (var block in (body["memory_blocks"] as JsonArray ?? []).OfType<JsonObject>())
        {
            block["description"] ??= AppServerMemory.DescriptionOf(block["label"]!.GetValue<string>());
        }

        var answer = await link.AskAsync("agent_create", new() { ["body"] = body }, cancel);
        return (answer.TryGetProperty("agent", out var made) ? LettaAgent.TextOf(made, "id") : null)
            ?? throw new JsonException("The new agent has no id.");
    }

    private async Task<string> CreateWithStandardPromptAsync(JsonObject agent, CancellationToken cancel)
    {
        var parameters = new JsonObject { ["personality"] = "blank" };
        if (agent["model"]?.GetValue<string>() is { Length: > 0 } model)
        {
            parameters["model"] = model;
        }

        var answer = await link.AskAsync("create_agent", parameters, cancel);
        var id = LettaAgent.TextOf(answer, "agent_id") ?? throw new JsonException("The new agent has no id.");
        var fields = new JsonObject();
        foreach (var name in new[] { "name", "description", "tags" })
        {
            if (agent[name] is { } value)
            {
                fields[name] = value.DeepClone();
            }
        }

        await PatchAsync(id, fields, cancel);
        foreach (var block in (agent["memory_blocks"] as JsonArray ?? []).OfType<JsonObject>())
        {
            await _memory.WriteBlockAsync(id, block["label"]!.GetValue<string>(), block["value"]?.GetValue<string>() ?? "", cancel);
        }

        return id;
    }
}
