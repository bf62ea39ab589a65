using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>The conversations of its agents, listed and read.</summary>
public sealed partial class FakeAppServer
{
    private JsonObject ConversationList(JsonObject command)
    {
        var query = command["query"] as JsonObject ?? [];
        return Agents.TryGetValue((string?)query["agent_id"] ?? "", out var agent)
            ? Yes(
                command,
                (
                    "conversations",
                    new JsonArray([.. agent.Conversations.Values.Where(c => c.Id != "default").Select(c => c.ToJson(agent.Id))])
                )
            )
            : Yes(command, ("conversations", new JsonArray()));
    }

    private JsonObject CreateConversation(JsonObject command)
    {
        var body = (JsonObject)command["body"]!;
        if (!Agents.TryGetValue((string?)body["agent_id"] ?? "", out var agent))
        {
            return No(command, $"Agent {body["agent_id"]} not found");
        }

        var conversation = new FakeConversation($"local-conv-{Interlocked.Increment(ref _conversations)}")
        {
            Summary = (string?)body["summary"],
        };
        agent.Conversations[conversation.Id] = conversation;
        return Yes(command, ("conversation", conversation.ToJson(agent.Id)));
    }

    private JsonObject OfConversation(JsonObject command, Func<FakeConversation, JsonObject> answer) =>
        Agents
            .Values.Select(agent => agent.Conversations.GetValueOrDefault((string)command["conversation_id"]!))
            .FirstOrDefault(c => c is { Id: not "default" })
            is { } found
            ? answer(found)
            : No(command, $"Conversation {command["conversation_id"]} not found");

    private static JsonObject UpdateConversation(JsonObject command, FakeConversation conversation)
    {
        conversation.IsArchived = (bool?)command["body"]!["archived"] ?? conversation.IsArchived;
        return Yes(command);
    }

    private JsonObject MessageList(JsonObject command)
    {
        var query = command["query"] as JsonObject ?? [];
        var id = (string)command["conversation_id"]!;
        var conversation = Agents.TryGetValue((string?)query["agent_id"] ?? "", out var agent)
            ? agent.Conversations.GetValueOrDefault(id)
            : null;
        if (agent is null)
        {
            return No(command, $"Agent {query["agent_id"]} not found");
        }

        List<JsonObject> older = [.. (conversation?.Messages ?? []).AsEnumerable().Reverse()];
        if ((string?)query["before"] is { } before)
        {
            older = [.. older.SkipWhile(message => (string?)message["id"] != before).Skip(1)];
        }

        List<JsonObject> messages = [.. older.Take((int?)query["limit"] ?? 50)];
        return Yes(
            command,
            ("messages", new JsonArray([.. messages.Select(message => message.DeepClone())])),
            ("next_before", (string?)messages.LastOrDefault()?["id"]),
            ("has_more", older.Count > messages.Count)
        );
    }
}
