using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>The agents of a <see cref="FakeLetta"/> that keeps them: they can be listed, read and changed as on the real server.</summary>
public sealed partial class FakeLettaAgents
{
    private static readonly string[] Relations = ["blocks", "tools", "tags", "secrets"];
    private static readonly string[] Patched = ["name", "description", "system", "model", "embedding", "tags"];

    private readonly Lock _lock = new();
    private readonly List<JsonObject> _agents = [];
    private readonly List<JsonObject> _tools = [Tool(1, "send_message"), Tool(2, "web_search")];

    public FakeLettaAgents(int count)
    {
        Talk = new(this);
        for (var number = 1; number <= count; number++)
        {
            Add(number);
        }
    }

    /// <summary>The conversations with them.</summary>
    public FakeLettaTalk Talk { get; }

    /// <summary>Each page begins with the last agent of the page before.</summary>
    public bool RepeatsAcrossPages { get; init; }

    /// <summary>The number beyond which agents are counted and found by id, and not listed.</summary>
    public int ListedUpTo { get; set; } = int.MaxValue;

    /// <summary>Somebody asked for the agents' secrets.</summary>
    public bool HasBeenAskedForSecrets { get; private set; }

    public static string IdOf(int number) => $"agent-00000000-0000-4000-8000-{number:D12}";

    public void Add(int number, string? name = null)
    {
        var agent = new JsonObject
        {
            ["id"] = IdOf(number),
            ["name"] = name ?? $"Agent {number}",
            ["description"] = $"The agent number {number}",
            ["system"] = "You are a helpful agent.",
            ["agent_type"] = "letta_v1_agent",
            ["model"] = "openai/gpt-4.1",
            ["embedding"] = "openai/text-embedding-3-small",
            ["llm_config"] = new JsonObject { ["model"] = "gpt-4.1" },
            ["tags"] = new JsonArray("team"),
            ["tools"] = new JsonArray(_tools[0].DeepClone()),
            ["blocks"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = $"block-00000000-0000-4000-8000-{number:D12}",
                    ["label"] = "persona",
                    ["value"] = "I am kind.",
                    ["limit"] = 5000,
                }
            ),
            ["secrets"] = new JsonArray(new JsonObject { ["key"] = "API_KEY", ["value"] = "a-canary-of-the-agent" }),
            ["pending_approval"] = null,
            ["last_run_completion"] = null,
            ["last_stop_reason"] = null,
        };
        lock (_lock)
        {
            _agents.Add(agent);
        }
    }

    /// <summary>A tool that can be attached, and is attached to some agents.</summary>
    public void AddTool(string id, string name, params int[] agents)
    {
        lock (_lock)
        {
            _tools.Add(new() { ["id"] = id, ["name"] = name });
            foreach (var number in agents)
            {
                Attach(Find(IdOf(number))!, id, isAttaching: true);
            }
        }
    }

    /// <summary>The names of the tools that the agent has.</summary>
    public IEnumerable<string> ToolsOf(int number) => Read(number)["tools"]!.AsArray().Select(tool => (string)tool!["name"]!);

    /// <summary>Changes an agent as somebody else would.</summary>
    public void Change(int number, Action<JsonObject> change)
    {
        lock (_lock)
        {
            change(Find(IdOf(number))!);
        }
    }

    /// <summary>What the server has.</summary>
    public JsonObject Read(int number)
    {
        lock (_lock)
        {
            return (JsonObject)Find(IdOf(number))!.DeepClone();
        }
    }

    public void Remove(int number)
    {
        lock (_lock)
        {
            _agents.RemoveAll(agent => (string)agent["id"]! == IdOf(number));
        }
    }

    /// <summary>What the agent waits for: an object, or another value for nothing; null where there is no such agent.</summary>
    internal JsonNode? Pending(string id)
    {
        lock (_lock)
        {
            return Find(id) is { } agent ? agent["pending_approval"]?.DeepClone() ?? JsonValue.Create(false) : null;
        }
    }

    internal void Await(string id, JsonObject? pending)
    {
        lock (_lock)
        {
            Find(id)!["pending_approval"] = pending;
        }
    }

    internal void Ended(string id, string reason)
    {
        lock (_lock)
        {
            (Find(id)!["last_stop_reason"], Find(id)!["last_run_completion"]) = (reason, "2026-11-21T10:00:00Z");
        }
    }

    /// <summary>The answer to a request for agents or tools; null for everything else.</summary>
    internal async Task<(int Status, string Json)?> AnswerAsync(HttpContext context, string path, bool isLegacy)
    {
        var body =
            context.Request.Method is "PATCH" or "POST" && context.Request.ContentLength is not 0 && context.Request.HasJsonContentType()
                ? await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject
                : null;
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        lock (_lock)
        {
            return AnswerIdentities(context.Request, path.Split('/'), body)
                ?? AnswerMaking(context.Request.Method, path.Split('/'), body, form)
                ?? Answer(context.Request, path.Split('/'), body, isLegacy);
        }
    }

    private (int Status, string Json)? Answer(HttpRequest request, string[] path, JsonObject? body, bool isLegacy) =>
        (request.Method, path) switch
        {
            ("GET", ["", "v1", "agents", "count"]) => (200, _agents.Count.ToString(CultureInfo.InvariantCulture)),
            ("GET", ["", "v1", "agents", ""]) => (
                200,
                $"[{string.Join(',', PageOf(request.Query).Select(agent => Shown(agent, request.Query, isLegacy)))}]"
            ),
            ("GET", ["", "v1", "tools", ""]) => (
                200,
                $"[{string.Join(',', _tools.Where(tool => request.Query["name"].Count == 0 || (string)tool["name"]! == request.Query["name"]).Select(tool => tool.ToJsonString()))}]"
            ),
            (_, ["", "v1", "agents", var id, ..]) when !id.StartsWith("agent-", StringComparison.Ordinal) => null,
            (_, ["", "v1", "agents", var id, ..]) when Find(id) is null => (404, """{"detail":"Agent not found"}"""),
            ("GET", ["", "v1", "agents", var id]) => (200, Shown(Find(id)!, request.Query, isLegacy)),
            ("PATCH", ["", "v1", "agents", var id]) => Patch(Find(id)!, body),
            ("PATCH", ["", "v1", "agents", var id, "tools", "attach" or "detach", var tool]) => Attach(
                Find(id)!,
                tool,
                path[5] == "attach"
            ),
            ("PATCH", ["", "v1", "agents", var id, "core-memory", "blocks", var label]) => PatchBlock(
                Find(id)!,
                Uri.UnescapeDataString(label),
                body
            ),
            _ => null,
        };

    private IEnumerable<JsonObject> PageOf(IQueryCollection query)
    {
        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var asked) ? asked : 50;
        var sorted = query["order"] == "asc" ? _agents : [.. Enumerable.Reverse(_agents)];
        var at = query["after"].ToString() is { Length: > 0 } after ? sorted.FindIndex(agent => (string)agent["id"]! == after) : -1;
        return sorted
            .Where(agent => string.CompareOrdinal((string)agent["id"]!, IdOf(ListedUpTo)) <= 0)
            .Skip(
                at < 0 ? 0
                : RepeatsAcrossPages ? at
                : at + 1
            )
            .Take(limit);
    }

    /// <summary>New clients get the relations that they ask for, and the others empty.</summary>
    private string Shown(JsonObject agent, IQueryCollection query, bool isLegacy)
    {
        var shown = (JsonObject)agent.DeepClone();
        HasBeenAskedForSecrets |= query["include"].Contains("agent.secrets");
        foreach (var relation in Relations.Where(relation => !isLegacy && !query["include"].Contains($"agent.{relation}")))
        {
            shown[relation] = new JsonArray();
        }

        if (!query["include"].Contains("agent.pending_approval"))
        {
            shown["pending_approval"] = null;
        }

        return shown.ToJsonString();
    }

    private static (int Status, string Json) Patch(JsonObject agent, JsonObject? body)
    {
        if ((string?)body?["model"] is { } model && !model.Contains('/', StringComparison.Ordinal))
        {
            return (404, $$"""{"detail":"Handle {{model}} not found, must be one of ['openai/gpt-4.1']"}""");
        }

        foreach (var field in Patched.Where(field => body?[field] is not null))
        {
            agent[field] = body![field]!.DeepClone();
        }

        return (200, agent.ToJsonString());
    }

    private (int Status, string Json) Attach(JsonObject agent, string toolId, bool isAttaching)
    {
        if (_tools.Find(tool => (string)tool["id"]! == toolId) is not { } tool)
        {
            return (404, """{"detail":"Tool not found"}""");
        }

        var others = agent["tools"]!.AsArray().Where(has => (string)has!["id"]! != toolId).Select(has => has!.DeepClone());
        agent["tools"] = new JsonArray([.. others, .. isAttaching ? [tool.DeepClone()] : Array.Empty<JsonNode>()]);
        return (200, "null");
    }

    private static (int Status, string Json) PatchBlock(JsonObject agent, string label, JsonObject? body)
    {
        var block = agent["blocks"]!.AsArray().SingleOrDefault(has => (string)has!["label"]! == label);
        if (block is null)
        {
            return (404, $$"""{"detail":"Block {{label}} not found"}""");
        }

        block["value"] = (string?)body?["value"];
        return (200, block.ToJsonString());
    }

    private static JsonObject Tool(int number, string name) =>
        new()
        {
            ["id"] = $"tool-00000000-0000-4000-8000-{number:D12}",
            ["name"] = name,
            ["source_code"] = "def run(): pass",
        };

    private JsonObject? Find(string id) => _agents.Find(agent => (string)agent["id"]! == id);
}
