using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>Compares one agent with the same agent on the Letta server, and brings the one's fields to the other.</summary>
public sealed partial class AgentExchange(
    IDbContextFactory<RegistryDbContext> registries,
    SavedLetta letta,
    AgentWrites writes,
    TimeProvider clock,
    ILogger<AgentExchange> log
)
{
    private const string NotThere = "This agent is not on the Letta server.";
    private const string Moved = "The agent was changed on the Letta server in the meantime. Review the differences again.";

    /// <param name="isForPush">Says also what pushing could not bring to the server.</param>
    public async Task<Outcome<AgentDifference>> CompareAsync(int id, bool isForPush, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { } agent)
        {
            return new Outcome<AgentDifference>.NotFound();
        }

        try
        {
            using var server = await letta.AgentsAsync(cancel);
            var live = await LiveAsync(server, agent, cancel);
            var plan = live is not null && isForPush ? await PushPlan.MakeAsync(server, DeclaredAgent.Of(agent), live, cancel) : null;
            return new Outcome<AgentDifference>.Ok(AgentDifference.Of(agent, live, plan?.LeftOut));
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<AgentDifference>.Invalid("", AgentSync.Unread(why));
        }
    }

    /// <summary>Writes what the agent is on the server into the registry.</summary>
    /// <param name="version">Of the row that was compared; null where any will do.</param>
    /// <param name="seen">Of the server's agent that was compared; null where any will do.</param>
    public async Task<Outcome<AgentRow>> TakeAsync(int id, int? version, string? seen, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<AgentRow>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        if (await FindAsync(id, cancel) is not { } agent)
        {
            return new Outcome<AgentRow>.NotFound();
        }

        LettaAgent? live;
        try
        {
            using var server = await letta.AgentsAsync(cancel);
            live = await LiveAsync(server, agent, cancel);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<AgentRow>.Invalid("", AgentSync.Unread(why));
        }

        if (Refusal(live, seen) is { } refusal)
        {
            return new Outcome<AgentRow>.Invalid("", refusal);
        }

        return await writes.WriteAsync(
            Policies.WriteRegistry,
            id,
            version,
            (registry, row) =>
            {
                registry.Reason = "taken from the Letta server";
                DeclaredAgent.Take(live!, row);
                AgentStatus.WriteTo(row, live, clock.GetUtcNow());
                return Task.FromResult<Outcome<AgentRow>.Invalid?>(
                    row.LettaUid == live!.Id ? null : new("", "This agent now has another Letta id.")
                );
            },
            cancel
        );
    }

    /// <summary>Brings what the registry declares to the server, and answers with what differs afterwards.</summary>
    /// <param name="version">Of the row that was compared; null where any will do.</param>
    /// <param name="seen">Of the server's agent that was compared; null where any will do.</param>
    public async Task<Outcome<AgentDifference>> PushAsync(int id, int? version, string? seen, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<AgentDifference>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        if (await FindAsync(id, cancel) is not { } agent)
        {
            return new Outcome<AgentDifference>.NotFound();
        }

        try
        {
            using var server = await letta.AgentsAsync(cancel);
            var live = await LiveAsync(server, agent, cancel);
            if (version is { } read && agent.Version != read)
            {
                return new Outcome<AgentDifference>.Conflict(AgentDifference.Of(agent, live));
            }

            return Refusal(live, seen) is { } refusal
                ? new Outcome<AgentDifference>.Invalid("", refusal)
                : await PushAsync(server, agent, live!, cancel);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<AgentDifference>.Invalid("", AgentSync.Unread(why));
        }
    }

    private static string? Refusal(LettaAgent? live, string? seen) =>
        live is null ? NotThere
        : live.Unread is { } why ? $"The agent could not be read whole: {why}"
        : seen is { Length: > 0 } && seen != DeclaredAgent.Of(live).Mark() ? Moved
        : null;

    private static async Task<LettaAgent?> LiveAsync(ILettaAgents server, Agent agent, CancellationToken cancel) =>
        agent.LettaUid is { } uid ? await server.FindAsync(uid, cancel) : null;

    private async Task<Outcome<AgentDifference>> PushAsync(ILettaAgents server, Agent agent, LettaAgent live, CancellationToken cancel)
    {
        var plan = await PushPlan.MakeAsync(server, DeclaredAgent.Of(agent), live, cancel);
        var difference = AgentDifference.Of(agent, live);

        // Recorded first: what cannot be recorded is not done. The calls then run to their end, whoever has left.
        await RecordAsync(agent, difference, cancel);
        try
        {
            await plan.SendAsync(server, live.Id, CancellationToken.None);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, CancellationToken.None) is { } why)
        {
            LogFailed(e, agent.Id);
            return new Outcome<AgentDifference>.Invalid("", $"Not everything was pushed: {why} Compare again to see the current state.");
        }

        LogPushed(agent.Id, difference.Fields.Count);
        return new Outcome<AgentDifference>.Ok(AgentDifference.Of(agent, await LiveAsync(server, agent, cancel), plan.LeftOut));
    }

    private async Task RecordAsync(Agent agent, AgentDifference difference, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        registry.Reason = "pushed to the Letta server";
        var after = new SortedDictionary<string, string?>(
            difference.Fields.ToDictionary(field => field.Field, field => field.Declared),
            StringComparer.Ordinal
        );
        await registry.RecordAsync("push", "agents", $"{agent.Id}", JsonSerializer.Serialize(after), cancel);
    }

    private async Task<Agent?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Agents.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel);
    }

    [LoggerMessage(LogLevel.Information, "Agent {AgentId} was pushed to the Letta server in {Fields} fields")]
    private partial void LogPushed(int agentId, int fields);

    [LoggerMessage(LogLevel.Warning, "Agent {AgentId} was only partly pushed to the Letta server")]
    private partial void LogFailed(Exception exception, int agentId);
}
