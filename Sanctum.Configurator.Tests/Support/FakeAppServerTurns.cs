using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

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
                        ["content"] = (string?)message["content"],
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
                    TakeTurnAsync(agent, conversation, (string)message["content"]!, (string?)message["client_message_id"] ?? "")
                );
            }

            return Accepted(true, isQueued ? "queued" : "started");
        }
    }

    private JsonObject RemoveQueued(JsonObject command)
    {
        var (agent, conversation) = ScopeOf(command);
        lock (conversation.Queue)
        {
            if (conversation.Queue.Find(item => (string?)item["id"] == (string?)command["item_id"]) is not { } item)
            {
                return No(command, "Queue item not found");
            }

            conversation.Queue.Remove(item);
            Tell(Queue(agent, conversation, ((string)item["client_message_id"]!, "cancelled")));
            return Yes(command, ("item_id", (string)item["id"]!));
        }
    }

    private JsonObject ResumeQueue(JsonObject command)
    {
        var (agent, conversation) = ScopeOf(command);
        TakeNext(agent, conversation);
        return Yes(command, ("resumed", 1));
    }

    /// <summary>Begins the turn of the message that waits longest.</summary>
    private void TakeNext(FakeAppAgent agent, FakeConversation conversation)
    {
        lock (conversation.Queue)
        {
            if (conversation.IsBusy || conversation.Queue is not [var next, ..])
            {
                return;
            }

            conversation.Queue.Remove(next);
            conversation.Queue.ForEach(item => item.Remove("paused"));
            conversation.IsBusy = true;
            var (text, own) = ((string)next["content"]!, (string)next["client_message_id"]!);
            Delta(
                agent,
                conversation,
                new()
                {
                    ["id"] = $"user-msg-{own}",
                    ["message_type"] = "user_message",
                    ["content"] = text,
                    ["otid"] = own,
                }
            );
            Tell(Queue(agent, conversation, (own, "dequeued")));
            _ = Task.Run(() => TakeTurnAsync(agent, conversation, text, own));
        }
    }

    private (FakeAppAgent Agent, FakeConversation Conversation) ScopeOf(JsonObject command)
    {
        var agent = Agents[(string)command["runtime"]!["agent_id"]!];
        return (agent, agent.Open((string)command["runtime"]!["conversation_id"]!));
    }

    private JsonObject Abort(FakeSocket socket, JsonObject command)
    {
        var runtime = (JsonObject)command["runtime"]!;
        var agent = Agents[(string)runtime["agent_id"]!];
        var conversation = agent.Open((string)runtime["conversation_id"]!);
        var ran = conversation.IsBusy || conversation.Pending.Count > 0;
        conversation.Pending.Clear();
        if (ran)
        {
            socket.Subscribe(agent.Id, conversation.Id);
            lock (conversation.Queue)
            {
                conversation.Queue.ForEach(item => item["paused"] = true);
            }

            Tell(Queue(agent, conversation));
            Finish(agent, conversation, "cancelled");
        }

        return Yes(command, ("runtime", runtime.DeepClone()), ("aborted", ran));
    }

    /// <summary>The connection that began a turn has gone: it is cancelled, unless somebody else hears it.</summary>
    private void Leave(FakeSocket socket)
    {
        foreach (var agent in Agents.Values)
        {
            foreach (var conversation in agent.Conversations.Values.Where(c => c.Owner == socket).ToList())
            {
                conversation.Owner = _sockets.Keys.FirstOrDefault(other => other.Hears(agent.Id, conversation.Id));
                if (conversation.Owner is null)
                {
                    conversation.Pending.Clear();
                    conversation.Queue.Clear();
                    conversation.IsBusy = false;
                }
            }
        }
    }

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
            var (tool, input) = (
                text.Split(' ')[1],
                text[text.IndexOf('{', StringComparison.Ordinal)..text.LastIndexOf(" END", StringComparison.Ordinal)]
            );
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
            return;
        }

        var id = NextId();
        LastFirstWord = System.Diagnostics.Stopwatch.GetTimestamp();
        foreach (var word in new[] { "Hello", " from", " fake" })
        {
            Delta(agent, conversation, Word(id, word));
            if (text.Contains("SLOW", StringComparison.Ordinal) && word == " from")
            {
                await _released.Task.WaitAsync(TimeSpan.FromMinutes(1));
            }
        }

        conversation.Add(Message("assistant_message", "Hello from fake", null, id));
        Delta(agent, conversation, new() { ["message_type"] = "stop_reason", ["stop_reason"] = "end_turn" });
        Finish(agent, conversation, "end_turn");
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

    private string NextId() => $"ui-msg-{Interlocked.Increment(ref _messages)}";

    private static JsonObject Word(string id, string word) =>
        new()
        {
            ["id"] = id,
            ["message_type"] = "assistant_message",
            ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = word }),
        };

    private JsonObject Message(string type, string? text, string? own, string? id = null)
    {
        var message = new JsonObject
        {
            ["id"] = id ?? NextId(),
            ["date"] = TimeProvider
                .System.GetUtcNow()
                .ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture),
            ["message_type"] = type,
        };
        if (text is not null)
        {
            var parts = new JsonArray();
            if (type == "user_message")
            {
                parts.Add(
                    new JsonObject { ["type"] = "text", ["text"] = "<system-reminder>\nThis is an automated message.\n</system-reminder>" }
                );
            }

            parts.Add(new JsonObject { ["type"] = "text", ["text"] = text });
            message["content"] = parts;
        }

        if (own is not null)
        {
            message["otid"] = own;
        }

        return message;
    }

    private void Delta(FakeAppAgent agent, FakeConversation conversation, JsonObject delta) =>
        Tell(agent, conversation, "stream_delta", ("delta", delta));

    private void Tell(FakeAppAgent agent, FakeConversation conversation, string type, params (string Name, JsonNode? Value)[] fields) =>
        Tell(Event(agent, conversation, type, fields));

    private void Tell(JsonObject happened)
    {
        var (agent, conversation) = ((string)happened["runtime"]!["agent_id"]!, (string)happened["runtime"]!["conversation_id"]!);
        foreach (var socket in _sockets.Keys.Where(socket => socket.Hears(agent, conversation)))
        {
            socket.Post(happened);
        }
    }

    private static JsonObject Queue(FakeAppAgent agent, FakeConversation conversation, params (string Own, string Disposition)[] removed) =>
        Event(
            agent,
            conversation,
            "update_queue",
            ("queue", new JsonArray([.. conversation.Queue.ToList().Select(item => item.DeepClone())])),
            (
                "removed",
                new JsonArray([
                    .. removed.Select(item => new JsonObject { ["client_message_id"] = item.Own, ["disposition"] = item.Disposition }),
                ])
            )
        );

    private JsonObject Device(FakeAppAgent agent, FakeConversation conversation) =>
        Event(
            agent,
            conversation,
            "update_device_status",
            (
                "device_status",
                new JsonObject
                {
                    ["is_processing"] = conversation.IsBusy,
                    ["current_permission_mode"] = conversation.Mode,
                    ["pending_control_requests"] = new JsonArray([
                        .. conversation.Pending.Values.ToList().Select(asked => asked.DeepClone()),
                    ]),
                    ["memory_directory"] = $"/memory/{agent.Id}",
                    ["current_available_skills"] = new JsonArray([
                        .. conversation.IsAnswered ? Skills.ToList().Select(skill => skill.DeepClone()) : [],
                    ]),
                    ["available_toolsets"] = new JsonArray([
                        .. Enumerable
                            .Range(0, 40)
                            .Select(at => JsonValue.Create($"toolset {at} with a long description of what it is for")),
                    ]),
                }
            )
        );

    private static JsonObject Event(
        FakeAppAgent agent,
        FakeConversation conversation,
        string type,
        params (string Name, JsonNode? Value)[] fields
    )
    {
        var happened = new JsonObject { ["type"] = type, ["runtime"] = Runtime(agent.Id, conversation.Id) };
        foreach (var (name, value) in fields)
        {
            happened[name] = value;
        }

        return happened;
    }

    private static JsonObject Runtime(string agent, string conversation) =>
        new() { ["agent_id"] = agent, ["conversation_id"] = conversation };
}
