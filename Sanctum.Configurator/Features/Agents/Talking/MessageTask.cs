using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Agents.Talking;

/// <summary>Sends a message to an agent and waits for its answer.</summary>
internal sealed class MessageTask(AgentTalk talk) : IBuiltInTask
{
    public string Name => "message_agent";

    public string Description => "Sends a message to an agent and waits for its answer.";

    public string Policy => Policies.OperateRegistry;

    public string Schema =>
        """
            {"type": "object", "required": ["agent_id", "message"], "additionalProperties": false, "properties": {
              "agent_id": {"type": "integer", "title": "Agent", "description": "The agent's id in the registry."},
              "message": {"type": "string", "title": "Message", "minLength": 1, "maxLength": 100000}}}
            """;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
    {
        var begun = await talk.SendAsync((int?)arguments["agent_id"] ?? 0, new() { Text = (string?)arguments["message"] }, cancel);
        if (begun is not Outcome<IAsyncEnumerable<LettaMessage>>.Ok { Value: var parts })
        {
            return new Outcome<string>.Invalid("", begun.ProblemWith("The agent")!);
        }

        var joined = new LettaMessageJoiner();
        await foreach (var part in parts.WithCancellation(cancel))
        {
            joined.Add(part);
        }

        return joined.Problem is { } problem
            ? new Outcome<string>.Invalid("", problem)
            : new Outcome<string>.Ok(joined.Answer.Length > 0 ? joined.Answer : "No answer.");
    }
}
