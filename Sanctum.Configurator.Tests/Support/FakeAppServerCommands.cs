using System.Text;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>Its answers to commands.</summary>
public sealed partial class FakeAppServer
{
    private async Task AnswerAsync(FakeSocket socket, JsonObject command)
    {
        var type = (string?)command["type"];
        var answer = type switch
        {
            "app_server_info" => Info(command),
            "agent_list" => AgentList(command),
            "agent_retrieve" => OfAgent(command, agent => Yes(command, ("agent", agent.ToJson()))),
            "agent_create" => Create(command, (JsonObject)command["body"]!, standard: false),
            "create_agent" => Create(command, command, standard: true),
            "agent_update" => OfAgent(command, agent => Update(command, agent)),
            "agent_delete" => OfAgent(command, agent => Delete(command, agent)),
            "list_models" => Yes(
                command,
                (
                    "entries",
                    new JsonArray([
                        .. Models.Select(model => new JsonObject
                        {
                            ["id"] = model,
                            ["handle"] = model,
                            ["label"] = model,
                        }),
                    ])
                ),
                ("available_handles", new JsonArray())
            ),
            "list_memory" => OfAgent(
                command,
                agent =>
                    agent.Broken is { } why
                        ? No(command, why)
                        : Yes(command, ("entries", agent.MemoryEntries()), ("done", true), ("total", agent.Memory.Count))
            ),
            "read_memory_file" => OfAgent(
                command,
                agent =>
                    agent.Binary.TryGetValue((string)command["path"]!, out var bytes) && (string?)command["encoding"] == "base64"
                        ? Yes(command, ("content", bytes), ("encoding", "base64"))
                    : agent.Unlisted.TryGetValue((string)command["path"]!, out var text)
                        ? Yes(command, ("content", Convert.ToBase64String(Encoding.UTF8.GetBytes(text))), ("encoding", "base64"))
                    : agent.Memory.TryGetValue((string)command["path"]!, out var content)
                        ? Yes(command, ("content", content), ("encoding", "utf8"))
                    : No(command, "ENOENT: no such file or directory")
            ),
            "write_memory_file" => OfAgent(command, agent => WriteMemory(command, agent)),
            "delete_memory_file" => OfAgent(
                command,
                agent =>
                    agent.Memory.TryRemove((string)command["path"]!, out _)
                        ? No(command, "Command failed: git add\nfatal: pathspec did not match any files")
                        : Yes(command, ("committed", false))
            ),
            "get_tree" => Tree(command),
            "skill_enable" => EnableSkill(command),
            "skill_disable" => Skills.RemoveAll(skill => (string?)skill["name"] == (string?)command["name"]) > 0
                ? Yes(command, ("name", (string?)command["name"]))
                : No(command, $"Skill not found: {command["name"]}"),
            "memory_history" => OfAgent(
                command,
                _ =>
                    Yes(
                        command,
                        (
                            "commits",
                            new JsonArray(
                                new JsonObject
                                {
                                    ["sha"] = "255b1542",
                                    ["message"] = "learned a name",
                                    ["timestamp"] = "2026-11-29T02:18:52+00:00",
                                    ["author_name"] = "Hermes",
                                }
                            )
                        )
                    )
            ),
            "memory_commit_diff" => OfAgent(command, _ => Yes(command, ("diff", "@@ -1 +1 @@\n-A person.\n+A tall person.\n"))),
            "cron_list" => Yes(
                command,
                (
                    "tasks",
                    new JsonArray([
                        .. Schedules
                            .Values.Where(task => (string?)task["agent_id"] == (string?)command["agent_id"])
                            .Select(task => task.DeepClone()),
                    ])
                )
            ),
            "cron_add" => AddSchedule(command),
            "cron_pause" => OfSchedule(command, task => task["status"] = "paused"),
            "cron_resume" => OfSchedule(command, task => task["status"] = "active"),
            "cron_trigger" => OfSchedule(command, task => task["fire_count"] = (int)task["fire_count"]! + 1),
            "cron_delete" => OfSchedule(command, task => Schedules.TryRemove((string)task["id"]!, out _)),
            "list_connect_providers" => Providers(command),
            "connect_provider" => Connect(command),
            "disconnect_provider" => Disconnect(command),
            "conversation_list" => ConversationList(command),
            "conversation_create" => CreateConversation(command),
            "conversation_update" => OfConversation(command, conversation => UpdateConversation(command, conversation)),
            "conversation_messages_list" => MessageList(command),
            "runtime_start" => Start(socket, command),
            "sync" => Sync(socket, command),
            "input" => Input(socket, command),
            "abort_message" => Abort(socket, command),
            "remove_queue_item" => RemoveQueued(command),
            "resume_queue" => ResumeQueue(command),
            _ => null,
        };
        if (answer is not null)
        {
            if (Padded.TryGetValue(type!, out var length))
            {
                answer["padding"] = new string('x', length);
            }

            OnAnswer?.Invoke(command, answer);
            await socket.SendAsync(answer);
        }
    }

    private static JsonObject Yes(JsonObject command, params (string Name, JsonNode? Value)[] more)
    {
        var answer = new JsonObject
        {
            ["type"] = $"{command["type"]}_response",
            ["request_id"] = (string?)command["request_id"],
            ["success"] = true,
        };
        foreach (var (name, value) in more)
        {
            answer[name] = value;
        }

        return answer;
    }

    private static JsonObject No(JsonObject command, string error)
    {
        var answer = Yes(command, ("error", error));
        answer["success"] = false;
        return answer;
    }

    private JsonObject Info(JsonObject command) =>
        Yes(
            command,
            ("backend", Backend),
            ("letta_code_version", Version),
            ("protocol_version", Protocol),
            (
                "capabilities",
                new JsonObject
                {
                    ["agent_management"] = ManagesAgents,
                    ["conversation_management"] = true,
                    ["memory_management"] = true,
                }
            )
        );
}
