using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>How a <see cref="FakeLetta"/> answers when an agent is talked to.</summary>
public enum FakeLettaReply
{
    /// <summary>Thinks, calls a tool, gets its answer and speaks, in parts.</summary>
    Answers,

    /// <summary>Ends the stream in the middle, without saying so.</summary>
    EndsEarly,

    /// <summary>Fails in the stream, under the status 200 that has gone out.</summary>
    FailsInTheStream,

    /// <summary>Asks to be allowed to call a tool.</summary>
    AsksForApproval,

    /// <summary>401 about the model's provider, which is not the server's password.</summary>
    RefusesTheModelKey,

    /// <summary>Thinks until the caller has gone.</summary>
    NeverEnds,

    /// <summary>Sends what is no JSON.</summary>
    Mumbles,
}

/// <summary>What a <see cref="FakeLettaTalk"/> keeps of what it was told.</summary>
public enum FakeLettaMemory
{
    All,
    Questions,
    Nothing,
}

/// <summary>The conversations with the agents of a <see cref="FakeLettaAgents"/>.</summary>
public sealed class FakeLettaTalk(FakeLettaAgents agents)
{
    private const string Call = """{"name":"web_search","arguments":"{\"query\":\"lamps\"}","tool_call_id":"call-1"}""";
    private const string Pending = "PENDING_APPROVAL";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<JsonObject>> _said = [];

    public FakeLettaReply Reply { get; set; }

    /// <summary>What of a message the server keeps, whatever it streams: all, or not the answer, or nothing.</summary>
    public FakeLettaMemory Memory { get; set; }

    /// <summary>What it says of how full a context is; null where it has no such call.</summary>
    public JsonObject? Context { get; set; }

    /// <summary>What is told of the tokens of an answer.</summary>
    public JsonObject Usage { get; set; } =
        new()
        {
            ["message_type"] = "usage_statistics",
            ["step_count"] = 2,
            ["total_tokens"] = 42,
        };

    /// <summary>What arrived in the bodies of messages.</summary>
    public IReadOnlyList<JsonObject> Heard { get; private set; } = [];

    /// <summary>Ids of agents whose runs were cancelled.</summary>
    public IReadOnlyList<string> Cancelled { get; private set; } = [];

    /// <returns>False where the request is about something else.</returns>
    internal async Task<bool> AnswerAsync(HttpContext context, string path, bool isLegacy, CancellationToken cancel)
    {
        if (path.Split('/') is ["", "v1", "agents", var named, "context"] && agents.Pending(named) is not null)
        {
            await WriteAsync(context, Context is null ? 404 : 200, Context?.ToJsonString() ?? """{"detail":"Not Found"}""", cancel);
            return true;
        }

        if (
            path.Split('/') is not ["", "v1", "agents", var id, "messages" or "reset-messages", .. var rest]
            || agents.Pending(id) is not { } pending
        )
        {
            return false;
        }

        var body = context.Request.HasJsonContentType()
            ? await JsonNode.ParseAsync(context.Request.Body, cancellationToken: cancel) as JsonObject
            : null;
        var answer = (context.Request.Method, rest) switch
        {
            ("GET", []) => (200, History(id, context.Request.Query)),
            ("PATCH", []) => Reset(id, body),
            ("POST", ["cancel"]) => Cancel(id),
            ("POST", []) => Refusal(id, body!, pending, isLegacy),
            _ => (404, """{"detail":"Not Found"}"""),
        };
        await (answer is var (status, json) ? WriteAsync(context, status, json, cancel) : SpeakAsync(context, id, body!, cancel));
        return true;
    }

    private string History(string id, IQueryCollection query)
    {
        lock (_lock)
        {
            var said = Said(id);
            var limit = int.TryParse(query["limit"], out var asked) ? asked : 100;
            var shown = (query["order"] == "asc" ? said : Enumerable.Reverse(said)).Take(limit);
            return $"[{string.Join(',', shown.Select(message => message.ToJsonString()))}]";
        }
    }

    private (int, string)? Reset(string id, JsonObject? body)
    {
        lock (_lock)
        {
            Said(id).Clear();
            if ((bool?)body?["add_default_initial_messages"] == true)
            {
                Said(id).Add(Message("system_message", "content", "You are a helpful agent."));
            }
        }

        agents.Await(id, null);
        return (200, "null");
    }

    private (int, string)? Cancel(string id)
    {
        Cancelled = [.. Cancelled, id];
        agents.Await(id, null);
        return (200, """{"run-1":"cancelled"}""");
    }

    private (int, string)? Refusal(string id, JsonObject body, JsonNode pending, bool isLegacy)
    {
        var isApproval = (string?)body["messages"]![0]!["type"] == "approval";
        Heard = [.. Heard, body];
        return (bool?)body["streaming"] == true && isLegacy
                ? (422, """{"trace_id":"","detail":"[{'type': 'extra_forbidden', 'loc': ('body', 'streaming')}]"}""")
            : pending is JsonObject && !isApproval
                ? (
                    409,
                    $$$"""{"detail":{"code":"{{{Pending}}}","message":"Cannot send a new message: The agent is waiting for approval on a tool call."}}"""
                )
            : pending is not JsonObject && isApproval
                ? (400, """{"detail":"Cannot process approval response: No tool call is currently awaiting approval."}""")
            : Reply == FakeLettaReply.RefusesTheModelKey
                ? (401, """{"error":{"type":"llm_authentication","message":"Invalid API key of openai","detail":"x"}}""")
            : null;
    }

    private async Task SpeakAsync(HttpContext context, string id, JsonObject body, CancellationToken cancel)
    {
        var message = body["messages"]!.AsArray()[^1]!;
        var isApproval = (string?)message["type"] == "approval";
        var approved = (bool?)message["approvals"]?[0]?["approve"];
        var reply = isApproval ? FakeLettaReply.Answers : Reply;
        agents.Await(id, reply == FakeLettaReply.AsksForApproval ? Asking() : null);
        agents.Ended(
            id,
            reply switch
            {
                FakeLettaReply.AsksForApproval => "requires_approval",
                FakeLettaReply.FailsInTheStream => "llm_api_error",
                _ => "end_turn",
            }
        );
        lock (_lock)
        {
            if (Memory != FakeLettaMemory.Nothing)
            {
                Said(id).Add(isApproval ? Message("approval_response_message", "approve", approved == true) : Said(message));
            }

            if (Memory == FakeLettaMemory.All)
            {
                Said(id).AddRange(reply == FakeLettaReply.AsksForApproval ? [Asking()] : Whole(approved));
            }
        }

        if ((bool?)body["streaming"] != true)
        {
            var usage =
                """{"message_type":"usage_statistics","step_count":1,"total_tokens":42,"prompt_tokens":30,"completion_tokens":12}""";
            await WriteAsync(
                context,
                200,
                $$"""{"messages":[{{string.Join(',', Whole(approved).Select(each => each.ToJsonString()))}}],"stop_reason":{"message_type":"stop_reason","stop_reason":"end_turn"},"usage":{{usage}}}""",
                cancel
            );
            return;
        }

        context.Response.ContentType = "text/event-stream";
        foreach (var line in Parts(reply, approved))
        {
            await context.Response.WriteAsync(line + "\n\n", cancel);
            await context.Response.Body.FlushAsync(cancel);
        }

        if (reply == FakeLettaReply.NeverEnds)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancel);
        }
    }

    private IEnumerable<string> Parts(FakeLettaReply reply, bool? approved)
    {
        yield return """data: {"message_type":"ping"}""";
        yield return """data: {"id":"message-1","message_type":"reasoning_message","reasoning":"Let me "}""";
        yield return """data: {"id":"message-1","message_type":"reasoning_message","reasoning":"think."}""";
        switch (reply)
        {
            case FakeLettaReply.EndsEarly or FakeLettaReply.NeverEnds:
                yield break;
            case FakeLettaReply.Mumbles:
                yield return "data: <html>";
                yield break;
            case FakeLettaReply.FailsInTheStream:
                yield return "event: error\ndata: {\"error\":{\"type\":\"llm_rate_limit\",\"message\":\"Rate limited by openai\",\"detail\":\"429\"}}";
                yield return "data: [DONE]";
                yield break;
            case FakeLettaReply.AsksForApproval:
                yield return "data: " + Asking().ToJsonString();
                yield return """data: {"message_type":"stop_reason","stop_reason":"requires_approval"}""";
                yield return "data: [DONE]";
                yield break;
        }

        // A call in parts: the name first, the arguments after it.
        yield return Told(
            1,
            "tool_call_message",
            """{"tool_call":{"name":"web_search","arguments":"{\"query\":","tool_call_id":"call-1"}}"""
        );
        yield return Told(1, "tool_call_message", """{"tool_call":{"name":null,"arguments":"\"lamps\"}","tool_call_id":null}}""");
        yield return Told(
            2,
            "tool_return_message",
            """{"name":"web_search","tool_return":"3 lamps","status":"success","tool_call_id":"call-1"}"""
        );
        yield return Told(3, "assistant_message", """{"content":"I found "}""");
        var found = approved == false ? "nothing" : "three lamps";
        yield return Told(3, "assistant_message", $$"""{"content":[{"type":"text","text":"{{found}}."}]}""");
        yield return """data: {"id":"message-4","message_type":"a_type_of_tomorrow","colour":"blue"}""";
        yield return """data: {"message_type":"stop_reason","stop_reason":"end_turn"}""";
        yield return $"data: {Usage.ToJsonString()}";
        yield return "data: [DONE]";
    }

    private static string Told(int message, string type, string more) =>
        $$"""data: {"id":"message-{{message}}","message_type":"{{type}}",{{more[1..]}}""";

    private static List<JsonObject> Whole(bool? approved) =>
        [
            Message("reasoning_message", "reasoning", "Let me think."),
            Message("tool_call_message", "tool_call", JsonNode.Parse(Call)!),
            Message("assistant_message", "content", approved == false ? "I found nothing." : "I found three lamps."),
        ];

    private static JsonObject Said(JsonNode message)
    {
        var said = Message("user_message", "content", (string)message["content"]!);
        said["otid"] = (string?)message["otid"];
        return said;
    }

    private static JsonObject Asking() => Message("approval_request_message", "tool_call", JsonNode.Parse(Call)!);

    private static JsonObject Message(string type, string field, JsonNode value) =>
        new()
        {
            ["id"] = $"message-{Guid.NewGuid()}",
            ["date"] = "2026-11-21T10:00:00+00:00",
            ["message_type"] = type,
            [field] = value,
        };

    private static async Task WriteAsync(HttpContext context, int status, string json, CancellationToken cancel)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        (context.Response.StatusCode, context.Response.ContentType, context.Response.ContentLength) = (
            status,
            "application/json",
            bytes.Length
        );
        await context.Response.Body.WriteAsync(bytes, cancel);
    }

    private List<JsonObject> Said(string id) => _said.TryGetValue(id, out var said) ? said : _said[id] = [];
}
