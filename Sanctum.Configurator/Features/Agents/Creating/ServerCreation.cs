using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents.Creating;

/// <summary>Makes an agent that is only declared in the registry on the Letta server too, and writes its id there into the row.</summary>
public sealed partial class ServerCreation(
    IDbContextFactory<RegistryDbContext> registries,
    SavedLetta letta,
    AgentWrites writes,
    TimeProvider clock,
    ILogger<ServerCreation> log
)
{
    private const string HasId = "This agent already has a Letta id. Compare it with the server instead.";

    /// <param name="version">Of the row that was looked at; null where any will do.</param>
    public async Task<Outcome<NewlyMade>> CreateAsync(int id, int? version, bool isDryRun, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<NewlyMade>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        if (await FindAsync(id, cancel) is not { } agent)
        {
            return new Outcome<NewlyMade>.NotFound();
        }

        var now = new NewlyMade(agent.Id, agent.LettaUid, agent.Name);
        if (version is { } read && agent.Version != read)
        {
            return new Outcome<NewlyMade>.Conflict(now);
        }

        var form = FormOf(DeclaredAgent.Of(agent));
        if (agent.LettaUid is not null)
        {
            return new Outcome<NewlyMade>.Invalid("", HasId);
        }

        try
        {
            using var server = await letta.AgentsAsync(cancel);
            return WhyNot(form, await AgentCreation.PartsAsync(server, cancel)) is { Count: > 0 } reasons
                    ? new Outcome<NewlyMade>.Invalid(reasons)
                : isDryRun ? new Outcome<NewlyMade>.Ok(now with { Sent = form.ToJson() })
                : await LinkAsync(id, await server.CreateAsync(form.ToJson(), CancellationToken.None));
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<NewlyMade>.Invalid("", $"The agent was not created: {why}");
        }
    }

    /// <summary>Letta's own tools come along only where the registry does not say which tools there are.</summary>
    private static NewAgentForm FormOf(DeclaredAgent declared)
    {
        var form = NewAgentForm.Like(declared, declared.Name);
        form.IncludeBaseTools = declared.Tools is null;
        return form;
    }

    /// <summary>What is wrong with the declaration, and what of it the server lacks, with all at once.</summary>
    private static Dictionary<string, string> WhyNot(NewAgentForm form, AgentParts there)
    {
        var reasons = FormRules.Check(form);
        foreach (var (field, reason) in AgentCreation.Lacking(form, there))
        {
            reasons.TryAdd(field, reason);
        }

        return Named(form, reasons);
    }

    /// <summary>Says of a field that is empty where it is filled in.</summary>
    private static Dictionary<string, string> Named(NewAgentForm form, Dictionary<string, string> reasons)
    {
        foreach (
            var (field, what, value) in new[]
            {
                (nameof(form.Model), "model", form.Model),
                (nameof(form.Embedding), "embedding", form.Embedding),
            }
        )
        {
            if (value.Length == 0 && reasons.ContainsKey(field))
            {
                reasons[field] = $"This agent declares no {what}, which a self-hosted server requires. Edit the agent and add it.";
            }
        }

        return reasons;
    }

    private async Task<Agent?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Agents.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel);
    }

    /// <summary>Writes the id into the row, whatever becomes of the caller meanwhile.</summary>
    private async Task<Outcome<NewlyMade>> LinkAsync(int id, LettaAgent made)
    {
        LogCreated(id, made.Id);
        try
        {
            var written = await writes.WriteAsync(
                Policies.WriteRegistry,
                id,
                null,
                (registry, agent) =>
                {
                    if (agent.LettaUid is not null)
                    {
                        return Task.FromResult<Outcome<AgentRow>.Invalid?>(new("", "Somebody else created it at the same time."));
                    }

                    registry.Reason = "created on the Letta server";
                    agent.LettaUid = made.Id;
                    AgentStatus.WriteTo(agent, made, clock.GetUtcNow());
                    return Task.FromResult<Outcome<AgentRow>.Invalid?>(null);
                },
                CancellationToken.None
            );
            return written.ProblemWith(made.Name) is { } problem
                ? OnlyThere(made, problem)
                : new Outcome<NewlyMade>.Ok(new(id, made.Id, made.Name));
        }
        catch (DbUpdateException e)
        {
            LogOnlyThere(e, made.Id);
            return OnlyThere(made, "It could not be saved. See the console's log for details.");
        }
    }

    private static Outcome<NewlyMade>.Invalid OnlyThere(LettaAgent made, string problem) =>
        new(
            "",
            $"Created on the Letta server as {made.Id}, but the id was not saved in the registry: {problem} Delete the agent there, or synchronise on the page Agents and adopt it."
        );

    [LoggerMessage(LogLevel.Information, "Agent {AgentId} was created on the Letta server as {LettaUid}")]
    private partial void LogCreated(int agentId, string lettaUid);

    [LoggerMessage(LogLevel.Error, "{LettaUid} is on the Letta server, and its id could not be written into the registry")]
    private partial void LogOnlyThere(Exception exception, string lettaUid);
}
