using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>What it tells of its conversations.</summary>
public sealed partial class FakeAppServer
{
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
