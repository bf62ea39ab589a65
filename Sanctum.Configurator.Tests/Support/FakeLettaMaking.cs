using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>Agents of a <see cref="FakeLetta"/> are made, imported, exported and deleted as on the real server.</summary>
public sealed partial class FakeLettaAgents
{
    private readonly Dictionary<string, JsonObject> _blocks = [];
    private int _made = 900;

    /// <summary>The number of the agent that it made last.</summary>
    public int LastMade
    {
        get => _made;
        init => _made = value;
    }

    /// <summary>The handles that it offers.</summary>
    public IReadOnlyList<string> Models { get; set; } = ["openai/gpt-4.1", "anthropic/claude"];

    public IReadOnlyList<string> Embeddings { get; set; } = ["openai/text-embedding-3-small"];

    /// <summary>The fields of the last form that was imported, without the file.</summary>
    public IReadOnlyDictionary<string, string> Imported { get; private set; } = new Dictionary<string, string>();

    /// <summary>Ids of blocks that no longer have an agent, or still have one.</summary>
    public IReadOnlyCollection<string> Blocks
    {
        get
        {
            lock (_lock)
            {
                return [.. _blocks.Keys];
            }
        }
    }

    /// <summary>Makes a tool, as its author would.</summary>
    public void AddTool(string name) => _tools.Add(Tool(_tools.Count + 1, name));

    /// <summary>Gives one agent's block to another too.</summary>
    public void Share(int from, int to, string label) =>
        Change(
            to,
            agent =>
                agent["blocks"]!
                    .AsArray()
                    .Add(Read(from)["blocks"]!.AsArray().Single(block => (string)block!["label"]! == label)!.DeepClone())
        );

    private (int Status, string Json)? AnswerMaking(string method, string[] path, JsonObject? body, IFormCollection? form) =>
        (method, path) switch
        {
            ("GET", ["", "v1", "models", ""]) => (200, HandlesOf(Models)),
            ("GET", ["", "v1", "models", "embedding"]) => (200, HandlesOf(Embeddings)),
            ("POST", ["", "v1", "agents", ""]) => Create(body!),
            ("POST", ["", "v1", "agents", "import"]) => Import(form!),
            ("GET", ["", "v1", "agents", var id, "export"]) when Find(id) is { } agent => (200, Export(agent)),
            ("DELETE", ["", "v1", "agents", var id]) when Find(id) is not null => Delete(id),
            ("GET", ["", "v1", "blocks", var id, "agents"]) => (
                200,
                $"[{string.Join(',', _agents.Where(agent => Has(agent, id)).Select(agent => agent.ToJsonString()))}]"
            ),
            ("DELETE", ["", "v1", "blocks", var id]) => _blocks.Remove(id) ? (200, "null") : (404, """{"detail":"Block not found"}"""),
            _ => null,
        };

    private static string HandlesOf(IReadOnlyList<string> handles) =>
        new JsonArray([
            .. handles.Select(handle => new JsonObject
            {
                ["handle"] = handle,
                ["name"] = handle.Split('/')[1],
                ["provider_type"] = handle.Split('/')[0],
            }),
        ]).ToJsonString();

    private static bool Has(JsonObject agent, string block) => agent["blocks"]!.AsArray().Any(has => (string?)has!["id"] == block);

    private (int, string)? Create(JsonObject body)
    {
        if (body["model"] is null || body["embedding"] is null)
        {
            return (
                400,
                $$"""{"detail":"Must specify either {{(body["model"] is null ? "model or llm_config" : "embedding or embedding_config")}} in request"}"""
            );
        }

        if (!Models.Contains((string)body["model"]!))
        {
            return (404, $$"""{"detail":"Handle {{body["model"]}} not found, must be one of []"}""");
        }

        Add(++_made, (string?)body["name"]);
        var agent = Find(IdOf(_made))!;
        foreach (var field in Patched.Where(field => body[field] is not null))
        {
            agent[field] = body[field]!.DeepClone();
        }

        var names = (body["tools"]?.AsArray() ?? [])
            .Select(name => (string)name!)
            .Concat((bool?)body["include_base_tools"] == false ? [] : ["send_message"])
            .ToList();
        agent["tools"] = new JsonArray([.. _tools.Where(tool => names.Contains((string)tool["name"]!)).Select(tool => tool.DeepClone())]);
        agent["blocks"] = new JsonArray([
            .. (body["memory_blocks"]?.AsArray() ?? []).Select(block => NewBlock((string)block!["label"]!, (string?)block["value"])),
        ]);
        return (200, agent.ToJsonString());
    }

    private JsonObject NewBlock(string label, string? value)
    {
        var block = new JsonObject
        {
            ["id"] = $"block-{Guid.NewGuid()}",
            ["label"] = label,
            ["value"] = value,
            ["limit"] = 5000,
        };
        _blocks[(string)block["id"]!] = block;
        return (JsonObject)block.DeepClone();
    }

    /// <summary>Its blocks stay.</summary>
    private (int, string)? Delete(string id)
    {
        foreach (var block in Find(id)!["blocks"]!.AsArray())
        {
            _blocks.TryAdd((string)block!["id"]!, (JsonObject)block.DeepClone());
        }

        _agents.RemoveAll(agent => (string)agent["id"]! == id);
        return (200, $$"""{"message":"Agent id={{id}} successfully deleted"}""");
    }

    private (int, string)? Import(IFormCollection form)
    {
        Imported = form.ToDictionary(field => field.Key, field => field.Value.ToString());
        JsonObject? file;
        try
        {
            using var reader = new StreamReader(form.Files["file"]!.OpenReadStream(), Encoding.UTF8);
            var text = JsonNode.Parse(reader.ReadToEnd());
            file = (text is JsonValue twice ? JsonNode.Parse((string)twice!) : text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            file = null;
        }

        if (file?["agents"] is not JsonArray agents)
        {
            return (
                400,
                file is null
                    ? """{"detail":"Corrupted agent file format."}"""
                    : """{"detail":"Legacy AgentSchema format is deprecated. Please use the new AgentFileSchema format with 'agents' field."}"""
            );
        }

        foreach (
            var tool in (file["tools"]?.AsArray() ?? []).Where(tool =>
                _tools.TrueForAll(has => (string)has["name"]! != (string)tool!["name"]!)
            )
        )
        {
            AddTool((string)tool!["name"]!);
        }

        return (
            200,
            new JsonObject
            {
                ["agent_ids"] = new JsonArray([.. agents.Select(agent => ImportOne((JsonObject)agent!, file, form))]),
            }.ToJsonString()
        );
    }

    private JsonNode ImportOne(JsonObject from, JsonObject file, IFormCollection form)
    {
        var suffix = form["append_copy_suffix"] == "false" ? "" : "_copy";
        Add(++_made, form["name"].ToString() is { Length: > 0 } name ? name : (string)from["name"]! + suffix);
        var agent = Find(IdOf(_made))!;
        var blocks = (from["block_ids"]?.AsArray() ?? []).Select(id =>
            file["blocks"]!.AsArray().Single(block => (string)block!["id"]! == (string)id!)!
        );
        var tools = (from["tool_ids"]?.AsArray() ?? [])
            .Select(id => (string)file["tools"]!.AsArray().Single(tool => (string)tool!["id"]! == (string)id!)!["name"]!)
            .ToList();
        agent["system"] = from["system"]?.DeepClone();
        agent["blocks"] = new JsonArray([.. blocks.Select(block => NewBlock((string)block["label"]!, (string?)block["value"]))]);
        agent["tools"] = new JsonArray([.. _tools.Where(tool => tools.Contains((string)tool["name"]!)).Select(tool => tool.DeepClone())]);
        return JsonValue.Create(IdOf(_made));
    }

    /// <summary>Ids are the file's own, and values of secrets are empty.</summary>
    private static string Export(JsonObject agent)
    {
        JsonArray Renamed(string field, string prefix) =>
            new([
                .. agent[field]!
                    .AsArray()
                    .Select(
                        (item, at) =>
                        {
                            var copy = (JsonObject)item!.DeepClone();
                            copy["id"] = $"{prefix}-{at}";
                            return copy;
                        }
                    ),
            ]);
        var (tools, blocks) = (Renamed("tools", "tool"), Renamed("blocks", "block"));
        var exported = new JsonObject
        {
            ["id"] = "agent-0",
            ["name"] = agent["name"]!.DeepClone(),
            ["system"] = agent["system"]?.DeepClone(),
            ["agent_type"] = agent["agent_type"]?.DeepClone(),
            ["tool_ids"] = new JsonArray([.. tools.Select(tool => tool!["id"]!.DeepClone())]),
            ["block_ids"] = new JsonArray([.. blocks.Select(block => block!["id"]!.DeepClone())]),
            ["tool_exec_environment_variables"] = new JsonObject([
                .. agent["secrets"]!.AsArray().Select(secret => KeyValuePair.Create((string)secret!["key"]!, (JsonNode?)"")),
            ]),
            ["messages"] = new JsonArray(),
        };
        return new JsonObject
        {
            ["agents"] = new JsonArray(exported),
            ["groups"] = new JsonArray(),
            ["blocks"] = blocks,
            ["files"] = new JsonArray(),
            ["sources"] = new JsonArray(),
            ["tools"] = tools,
            ["mcp_servers"] = new JsonArray(),
            ["metadata"] = new JsonObject { ["revision_id"] = "1" },
            ["created_at"] = "2026-01-01T00:00:00Z",
        }.ToJsonString();
    }
}
