using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>One conversation of an agent, which the protocol calls a runtime.</summary>
/// <param name="Conversation"><see cref="Default"/>, or an id.</param>
public sealed record AppServerScope(string Agent, string Conversation)
{
    /// <summary>The conversation that every agent has, and that no list names.</summary>
    public const string Default = "default";

    /// <summary>Null where a message belongs to no conversation.</summary>
    public static AppServerScope? Find(JsonElement message) =>
        message.TryGetProperty("runtime", out var runtime)
        && LettaAgent.TextOf(runtime, "agent_id") is { } agent
        && LettaAgent.TextOf(runtime, "conversation_id") is { } conversation
            ? new(agent, conversation)
            : null;

    public JsonObject ToJson() => new() { ["agent_id"] = Agent, ["conversation_id"] = Conversation };
}
