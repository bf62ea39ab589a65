namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>
/// Reads the agents in a file, so that a server of another kind can be given them: files of the console's own, and Letta's agent files.
/// </summary>
public static class CarriedAgents
{
    /// <summary>What the console's own files say that they are.</summary>
    public const string Format = "sanctum-agent";

    public const int Version = 1;

    /// <summary>Before the id of the V1 server's agent, in the tag of the one agent that was made of it: no copy is given it.</summary>
    public const string MovedFrom = "moved-from:";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Whether it is a file of the console's own.</summary>
    public static bool IsOwn(JsonElement file) => LettaAgent.TextOf(file, "format") == Format;

    /// <exception cref="LettaCallException">It is a file of a later version, or none with agents.</exception>
    public static IReadOnlyList<CarriedAgent> Read(ReadOnlyMemory<byte> file, out bool isOwn)
    {
        try
        {
            using var outer = JsonDocument.Parse(file, Options);
            if (outer.RootElement.ValueKind != JsonValueKind.String)
            {
                return Read(outer.RootElement, out isOwn);
            }

            using var inner = JsonDocument.Parse(outer.RootElement.GetString()!, Options);
            return Read(inner.RootElement, out isOwn);
        }
        catch (JsonException e)
        {
            throw new LettaCallException("the file is damaged: it can't be read as JSON.", e);
        }
    }

    /// <summary>The tags of a copy.</summary>
    public static IReadOnlyList<string> WithoutMarks(IReadOnlyList<string> tags) =>
        [.. tags.Where(tag => !tag.StartsWith(MovedFrom, StringComparison.Ordinal))];

    /// <summary>An agent that is on a server, with what of it can be carried.</summary>
    public static CarriedAgent Of(LettaAgent agent) =>
        new(
            CarriedMemory.Plain(agent.Name),
            agent.Description is { } said ? CarriedMemory.Plain(said) : null,
            agent.System is { } system ? CarriedMemory.Plain(system) : null,
            agent.Model,
            null,
            agent.Tags,
            [.. agent.Blocks.Select(block => CarriedMemory.Block(block.Label, block.Value, null))]
        )
        {
            Embedding = agent.Embedding,
            Tools = [.. agent.Tools.Select(tool => tool.Name)],
            Messages = null,
        };

    /// <exception cref="LettaCallException">It is a file of a later version, or none with agents.</exception>
    public static IReadOnlyList<CarriedAgent> Read(JsonElement file, out bool isOwn)
    {
        if (isOwn = IsOwn(file))
        {
            return [ReadOwn(file)];
        }

        var blocks = LettaAgent
            .ItemsOf(file, "blocks")
            .Where(block => LettaAgent.TextOf(block, "id") is not null && LettaAgent.TextOf(block, "label") is not null)
            .ToDictionary(block => LettaAgent.TextOf(block, "id")!);
        var tools = LettaAgent
            .ItemsOf(file, "tools")
            .Where(tool => LettaAgent.TextOf(tool, "id") is not null)
            .ToDictionary(tool => LettaAgent.TextOf(tool, "id")!, tool => LettaAgent.TextOf(tool, "name") ?? "");
        var agents = LettaAgent.ItemsOf(file, "agents").Select(agent => ReadV1(agent, blocks, tools)).ToList();
        return agents.Count > 0 ? agents : throw new LettaCallException("the file contains no agents.");
    }

    private static CarriedAgent ReadOwn(JsonElement file)
    {
        if (!file.TryGetProperty("version", out var said) || !said.TryGetInt32(out var version) || version != Version)
        {
            throw new LettaCallException(
                $"the file was written by a later console. This one reads version {Version} of its agent files. Update the console."
            );
        }

        if (
            !file.TryGetProperty("agent", out var agent)
            || agent.ValueKind != JsonValueKind.Object
            || Plain(agent, "name") is not { Length: > 0 } name
        )
        {
            throw new LettaCallException("the agent in the file has no name.");
        }

        var conversations = LettaAgent.ItemsOf(file, "conversations").ToList();
        return new(
            name,
            Plain(agent, "description"),
            Plain(agent, "system"),
            LettaAgent.TextOf(agent, "model"),
            agent.TryGetProperty("model_settings", out var settings) ? JsonNode.Parse(settings.GetRawText()) as JsonObject : null,
            WithoutMarks(TextsIn(agent, "tags")),
            [.. LettaAgent.ItemsOf(file, "memory").Select(MemoryOf).OfType<CarriedMemory>()]
        )
        {
            Conversations = conversations.Count,
            Messages = conversations.Sum(conversation => LettaAgent.ItemsOf(conversation, "messages").Count()),
            IsMemoryCut = file.TryGetProperty("memory_is_whole", out var isWhole) && isWhole.ValueKind == JsonValueKind.False,
        };
    }

    private static CarriedMemory? MemoryOf(JsonElement file) =>
        LettaAgent.TextOf(file, "path") is not { Length: > 0 } path ? null
        : LettaAgent.TextOf(file, "encoding") == "base64"
            ? new(path, Plain(file, "description"), null, LettaAgent.TextOf(file, "content") ?? "")
        : new(path, Plain(file, "description"), Plain(file, "content") ?? "");

    private static CarriedAgent ReadV1(JsonElement agent, Dictionary<string, JsonElement> blocks, Dictionary<string, string> tools) =>
        new(
            Plain(agent, "name") ?? throw new LettaCallException("an agent in the file has no name."),
            Plain(agent, "description"),
            Plain(agent, "system"),
            LettaAgent.TextOf(agent, "model") ?? LettaAgent.HandleIn(agent, "llm_config", "model"),
            null,
            TextsIn(agent, "tags"),
            [
                .. from id in TextsIn(agent, "block_ids")
                where blocks.ContainsKey(id)
                let block = blocks[id]
                select CarriedMemory.Block(
                    LettaAgent.TextOf(block, "label")!,
                    LettaAgent.TextOf(block, "value") ?? "",
                    Plain(block, "description")
                ),
            ]
        )
        {
            Embedding = LettaAgent.TextOf(agent, "embedding") ?? LettaAgent.HandleIn(agent, "embedding_config", "embedding_model"),
            Tools = [.. TextsIn(agent, "tool_ids").Select(id => tools.GetValueOrDefault(id)).OfType<string>()],
            Messages = LettaAgent.ItemsOf(agent, "messages").Count(),
            Secrets = [.. NamesIn(agent, "tool_exec_environment_variables").Concat(NamesIn(agent, "secrets")).Distinct()],
            Sources = LettaAgent.ItemsOf(agent, "source_ids").Count() + LettaAgent.ItemsOf(agent, "files_agents").Count(),
        };

    private static IEnumerable<string> NamesIn(JsonElement agent, string field) =>
        agent.TryGetProperty(field, out var values) && values.ValueKind == JsonValueKind.Object
            ? values.EnumerateObject().Select(value => value.Name)
            : [];

    private static IReadOnlyList<string> TextsIn(JsonElement from, string name) =>
        [.. LettaAgent.ItemsOf(from, name).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];

    private static string? Plain(JsonElement from, string name) =>
        LettaAgent.TextOf(from, name) is { } text ? CarriedMemory.Plain(text) : null;
}
