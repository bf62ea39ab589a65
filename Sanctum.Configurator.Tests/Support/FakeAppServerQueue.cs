using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>What waits in its conversations, and what ends their turns from outside.</summary>
public sealed partial class FakeAppServer
{
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
            var (text, own) = (TextOf(next["content"]), (string)next["client_message_id"]!);
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
}
