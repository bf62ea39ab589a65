using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>What is said in its conversations, and what comes of it.</summary>
public sealed partial class FakeAppServer
{
    private JsonObject Start(FakeSocket socket, JsonObject command)
    {
        if (!Agents.TryGetValue((string?)command["agent_id"] ?? "", out var agent))
        {
            return No(command, $"Agent {command["agent_id"]} not found");
        }

        var conversation = agent.Open((string?)command["conversation_id"] ?? "default");
        conversation.Mode = KeepsMode ? conversation.Mode : (string?)command["mode"] ?? conversation.Mode;
        socket.Subscribe(agent.Id, conversation.Id);
        return Yes(command, ("runtime", Runtime(agent.Id, conversation.Id)), ("agent", agent.ToJson()));
    }

    private JsonObject Sync(FakeSocket socket, JsonObject command)
    {
        var runtime = (JsonObject)command["runtime"]!;
        if (!Agents.TryGetValue((string?)runtime["agent_id"] ?? "", out var agent))
        {
            return No(command, $"Agent {runtime["agent_id"]} not found");
        }

        var conversation = agent.Open((string?)runtime["conversation_id"] ?? "default");
        socket.Subscribe(agent.Id, conversation.Id);
        foreach (var waiting in conversation.Pending.Values.ToList())
        {
            socket.Post(Event(agent, conversation, "control_request", [.. waiting.Select(field => (field.Key, field.Value?.DeepClone()))]));
        }

        socket.Post(Device(agent, conversation));
        socket.Post(Queue(agent, conversation));
        return Yes(command, ("runtime", Runtime(agent.Id, conversation.Id)));
    }

    private JsonObject Input(FakeSocket socket, JsonObject command)
    {
        var (runtime, payload) = ((JsonObject)command["runtime"]!, (JsonObject)command["payload"]!);
        JsonObject Accepted(bool accepted, string? disposition, string? error = null) =>
            new()
            {
                ["type"] = "input_accepted",
                ["request_id"] = (string?)command["request_id"],
                ["runtime"] = runtime.DeepClone(),
                ["accepted"] = accepted,
                ["disposition"] = disposition,
                ["error"] = error,
            };
        if (!Agents.TryGetValue((string?)runtime["agent_id"] ?? "", out var agent))
        {
            return Accepted(false, null, $"Agent {runtime["agent_id"]} not found");
        }

        var conversation = agent.Open((string?)runtime["conversation_id"] ?? "default");
        socket.Subscribe(agent.Id, conversation.Id);
        if ((string?)payload["kind"] == "approval_response")
        {
            if (!conversation.Pending.Remove((string?)payload["request_id"] ?? "", out var asked))
            {
                return Accepted(false, null, "No pending approval request");
            }

            var isAllowed = (string?)payload["decision"]!["behavior"] == "allow";
            Tell(Device(agent, conversation));
            _ = Task.Run(() => GoOnAsync(agent, conversation, asked, isAllowed));
            return Accepted(true, "started");
        }

        var message = (JsonObject)payload["messages"]![0]!;
        lock (conversation.Queue)
        {
            var isQueued = conversation.IsBusy || conversation.Pending.Count > 0;
            if (isQueued)
            {
                conversation.Queue.Add(
                    new()
                    {
                        ["id"] = $"q-{++_queued}",
                        ["client_message_id"] = (string?)message["client_message_id"],
                        ["kind"] = "message",
                        ["source"] = "user",
                        ["content"] = message["content"]?.DeepClone(),
                        ["enqueued_at"] = "2026-11-29T02:21:03.168Z",
                    }
                );
                Tell(Queue(agent, conversation));
            }
            else
            {
                conversation.Owner = socket;
                conversation.IsBusy = true;
                _ = Task.Run(() =>
                    TakeTurnAsync(agent, conversation, TextOf(message["content"]), (string?)message["client_message_id"] ?? "")
                );
            }

            return Accepted(true, isQueued ? "queued" : "started");
        }
    }

    /// <summary>What is said, in one piece or in several.</summary>
    private static string TextOf(JsonNode? content) =>
        content is JsonArray parts ? string.Join('\n', parts.Select(part => (string)part!["text"]!)) : (string)content!;

    private async Task TakeTurnAsync(FakeAppAgent agent, FakeConversation conversation, string text, string own)
    {
        var run = $"local-run-{Interlocked.Increment(ref _runs)}";
        conversation.Add(Message("user_message", text, own));
        Tell(Device(agent, conversation));
        Tell(
            agent,
            conversation,
            "update_loop_status",
            (
                "loop_status",
                new JsonObject
                {
                    ["status"] = "PROCESSING_API_RESPONSE",
                    ["active_run_ids"] = new JsonArray(run),
                    ["client_message_ids_by_run_id"] = new JsonObject { [run] = new JsonArray(own) },
                }
            )
        );
        if (text.Contains("FAIL", StringComparison.Ordinal))
        {
            Delta(
                agent,
                conversation,
                new()
                {
                    ["id"] = NextId(),
                    ["message_type"] = "error_message",
                    ["message"] = "401: {\"error\":{\"message\":\"Invalid API key sk-abcdef123456\",\"code\":\"invalid_api_key\"}}",
                }
            );
            Finish(agent, conversation, "error");
            return;
        }

        if (text.StartsWith("CALL ", StringComparison.Ordinal))
        {
            Say(agent, conversation, "I call.");
            Ask(
                agent,
                conversation,
                text.Split(' ')[1],
                text[text.IndexOf('{', StringComparison.Ordinal)..text.LastIndexOf(" END", StringComparison.Ordinal)]
            );
            return;
        }

        var id = NextId();
        LastFirstWord = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var at = 0; at < Words.Count; at++)
        {
            Delta(agent, conversation, Word(id, Words[at]));
            if (text.Contains("SLOW", StringComparison.Ordinal) && at == 1)
            {
                await _released.Task.WaitAsync(TimeSpan.FromMinutes(1));
            }
        }

        conversation.Add(Message("assistant_message", string.Concat(Words), null, id));
        if (Usage is not null)
        {
            Delta(agent, conversation, (JsonObject)Usage.DeepClone());
        }

        Delta(agent, conversation, new() { ["message_type"] = "stop_reason", ["stop_reason"] = "end_turn" });
        Finish(agent, conversation, "end_turn");
    }

    /// <summary>The agent asks to call a tool; beside another call that waits already, where there is one.</summary>
    public void Ask(FakeAppAgent agent, FakeConversation conversation, string tool, string input)
    {
        var call = $"call_{Interlocked.Increment(ref _messages)}";
        var asks = Message("approval_request_message", null, null);
        asks["tool_call"] = new JsonObject
        {
            ["tool_call_id"] = call,
            ["name"] = tool,
            ["arguments"] = input,
        };
        conversation.Add(asks);
        Delta(agent, conversation, (JsonObject)asks.DeepClone());
        Delta(agent, conversation, new() { ["message_type"] = "stop_reason", ["stop_reason"] = "requires_approval" });
        var request = new JsonObject
        {
            ["request_id"] = $"perm-{call}",
            ["request"] = new JsonObject
            {
                ["subtype"] = "can_use_tool",
                ["tool_name"] = tool,
                ["input"] = JsonNode.Parse(input),
                ["tool_call_id"] = call,
            },
        };
        conversation.Pending[$"perm-{call}"] = request;
        Tell(agent, conversation, "control_request", [.. request.Select(field => (field.Key, field.Value?.DeepClone()))]);
        Tell(Device(agent, conversation));
    }

    private Task GoOnAsync(FakeAppAgent agent, FakeConversation conversation, JsonObject asked, bool isAllowed)
    {
        var call = (string)asked["request"]!["tool_call_id"]!;
        JsonObject OfTool(string type) =>
            new()
            {
                ["message_type"] = type,
                ["tool_call_id"] = call,
                ["status"] = isAllowed ? "success" : "error",
            };
        if (isAllowed)
        {
            Delta(agent, conversation, OfTool("client_tool_start"));
        }

        Delta(agent, conversation, OfTool("client_tool_end"));
        var returned = Message("tool_return_message", null, null);
        (returned["tool_call_id"], returned["status"], returned["tool_return"]) = (
            call,
            isAllowed ? "success" : "error",
            isAllowed ? "done" : "denied"
        );
        conversation.Add(returned);
        Delta(agent, conversation, (JsonObject)returned.DeepClone());
        Say(agent, conversation, isAllowed ? "It is done." : "Then not.");
        Delta(agent, conversation, new() { ["message_type"] = "stop_reason", ["stop_reason"] = "end_turn" });
        Finish(agent, conversation, "end_turn");
        return Task.CompletedTask;
    }

    private void Say(FakeAppAgent agent, FakeConversation conversation, string text)
    {
        var id = NextId();
        Delta(agent, conversation, Word(id, text));
        conversation.Add(Message("assistant_message", text, null, id));
    }

    private void Finish(FakeAppAgent agent, FakeConversation conversation, string reason)
    {
        conversation.IsBusy = false;
        conversation.IsAnswered = true;
        Tell(Device(agent, conversation));
        conversation.IsAnswered = false;
        Tell(agent, conversation, "turn_finished", ("stop_reason", reason), ("run_id", $"local-run-{_runs}"));
        if (reason != "cancelled")
        {
            TakeNext(agent, conversation);
        }
    }
}
