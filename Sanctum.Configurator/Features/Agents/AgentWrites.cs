using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>The one way in which an agent's row is changed: permission, version and rules are looked at while nobody else writes.</summary>
public sealed partial class AgentWrites(IDbContextFactory<RegistryDbContext> registries, CurrentUser caller, ILogger<AgentWrites> log)
{
    private const string MayNot = "You don't have permission to change agents.";

    /// <summary>Null where the caller may.</summary>
    internal async Task<Outcome<T>.Invalid?> RefuseAsync<T>(string policy) =>
        await caller.MayAsync(policy) ? null : new Outcome<T>.Invalid("", MayNot);

    /// <param name="version">Null where the newest version is meant, whichever it is.</param>
    /// <param name="change">Changes the row, or refuses.</param>
    internal async Task<Outcome<AgentRow>> WriteAsync(
        string policy,
        int id,
        int? version,
        Func<RegistryDbContext, Agent, Task<Outcome<AgentRow>.Invalid?>> change,
        CancellationToken cancel
    )
    {
        if (await RefuseAsync<AgentRow>(policy) is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.Agents.SingleOrDefaultAsync(a => a.Id == id, cancel) is not { } agent)
        {
            return new Outcome<AgentRow>.NotFound();
        }

        if (version is { } read && agent.Version != read)
        {
            return new Outcome<AgentRow>.Conflict(AgentRow.Of(agent));
        }

        if (await change(registry, agent) is { } refused)
        {
            return refused;
        }

        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        LogWritten(agent.Id, agent.Version);
        return new Outcome<AgentRow>.Ok(AgentRow.Of(agent));
    }

    [LoggerMessage(LogLevel.Information, "Agent {AgentId} was written as version {Version}")]
    private partial void LogWritten(int agentId, int version);
}
