using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;

namespace Sanctum.Configurator.Features.Tools.Running;

/// <summary>Says something to an agent of the Letta server, and waits for its answer.</summary>
internal sealed class LettaMessageExecutor(IDbContextFactory<RegistryDbContext> registries, SavedLetta letta, CurrentUser caller)
    : IToolExecutor
{
    public string Kind => "letta_message";

    public string Title => "Message to a Letta agent";

    public IReadOnlyList<string> Overridable => ["message"];

    public TimeSpan Patience => TimeSpan.FromMinutes(10);

    public string Schema =>
        """
            {"type": "object", "required": ["kind", "message"], "properties": {
              "kind": {"const": "letta_message"},
              "message": {"type": "string", "title": "Message", "format": "textarea", "minLength": 1},
              "agent_id": {"type": "integer", "title": "Agent", "description": "The agent's id in the registry. Empty: the instance's agent."},
              "timeout_seconds": {"type": "number", "title": "Time limit", "description": "In seconds.", "exclusiveMinimum": 0, "maximum": 3600}}}
            """;

    public string? TargetOf(JsonObject config) =>
        new ToolCall(config, null).Text("message") is not null ? "A message to a Letta agent" : null;

    public async Task<RunResult> RunAsync(ToolCall run, Action<string> say, CancellationToken cancel)
    {
        var id = run.Config["agent_id"] is JsonValue value && value.TryGetValue<int>(out var named) ? named : run.AgentId;
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agent = id is null ? null : await registry.Agents.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel);
        if (run.Text("message") is not { Length: > 0 } message || agent?.LettaUid is not { } uid)
        {
            return RunResult.Failed(
                id is null ? "No agent is set. Choose one for the instance or in its configuration."
                : agent is null ? $"Agent {id} not found."
                : $"{agent.Name} has no Letta id, or the message is empty."
            );
        }

        try
        {
            using var talking = await letta.TalkingAsync(cancel);
            var joined = new LettaMessageJoiner();
            var speaker = new LettaSpeaker(caller.Actor.Name, await caller.MayAsync(Policies.Everything));
            await foreach (var part in await talking.SendAsync(uid, message, speaker, cancel))
            {
                joined.Add(part);
                if (part.Kind == LettaMessageKind.Assistant)
                {
                    say(part.Text);
                }
            }

            return RunResult.Of(
                joined.Problem is null,
                joined.Problem is { } problem ? $"{agent.Name}: {problem}" : $"{agent.Name} answered.",
                joined.Answer
            );
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return RunResult.Failed($"{agent.Name} did not answer: {why}");
        }
    }
}
