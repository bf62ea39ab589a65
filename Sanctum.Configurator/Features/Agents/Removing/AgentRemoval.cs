using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents.Removing;

/// <summary>A block of an agent's memory, which the Letta server keeps when the agent goes.</summary>
/// <param name="OtherAgents">Some of the other agents that have it, by id.</param>
public sealed record KeptBlock(string Id, string Label, IReadOnlyList<string> OtherAgents);

/// <summary>What deleting an agent on the Letta server too means.</summary>
/// <param name="IsThere">False where the server does not have it.</param>
public sealed record RemovalPlan(
    AgentRow Agent,
    AgentDependants Dependants,
    bool IsThere,
    IReadOnlyList<KeptBlock> Blocks,
    LettaKind Kind = LettaKind.V1
);

/// <summary>What was deleted.</summary>
/// <param name="LeftOut">What could not be deleted on the server, in sentences.</param>
public sealed record Removed(string Name, IReadOnlyList<string> LeftOut);

/// <summary>Deletes agents on the Letta server and in the registry.</summary>
public sealed partial class AgentRemoval(
    IDbContextFactory<RegistryDbContext> registries,
    SavedLetta letta,
    AgentWrites writes,
    AgentService agents,
    ILogger<AgentRemoval> log
)
{
    /// <summary>What no command of an App Server deletes.</summary>
    public const string OnDisk = "An App Server keeps the agent's memory files, secrets and transcripts on its disk.";

    public async Task<Outcome<RemovalPlan>> PlanAsync(int id, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<RemovalPlan>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        if (await FindAsync(id, cancel) is not { } agent)
        {
            return new Outcome<RemovalPlan>.NotFound();
        }

        try
        {
            using var server = await letta.AgentsAsync(cancel);
            var live = agent.LettaUid is { } uid ? await server.FindAsync(uid, cancel) : null;
            return new Outcome<RemovalPlan>.Ok(
                new(
                    AgentRow.Of(agent),
                    await agents.DependantsAsync(id, cancel),
                    live is not null,
                    live is null ? [] : await BlocksAsync(server, live, cancel),
                    server.Kind
                )
            );
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<RemovalPlan>.Invalid("", AgentSync.Unread(why));
        }
    }

    /// <summary>
    /// Deletes the agent on the server, and then in the registry. What keeps it in the registry keeps it on the server too.
    /// </summary>
    /// <param name="withBlocks">Deletes the blocks too that no other agent has.</param>
    public async Task<Outcome<Removed>> DeleteAsync(int id, int? version, bool withBlocks, CancellationToken cancel)
    {
        var planned = await PlanAsync(id, cancel);
        if (planned is not Outcome<RemovalPlan>.Ok { Value: var plan })
        {
            return planned is Outcome<RemovalPlan>.Invalid refused
                ? new Outcome<Removed>.Invalid(refused.Reasons)
                : new Outcome<Removed>.NotFound();
        }

        if (version is { } read && plan.Agent.Version != read)
        {
            return new Outcome<Removed>.Conflict(new(plan.Agent.Name, []));
        }

        if (AgentLabels.KeptBy(plan.Dependants) is { } kept)
        {
            return new Outcome<Removed>.Invalid("", kept);
        }

        var leftOut = new List<string>();
        if (plan.IsThere && await DeleteThereAsync(plan, withBlocks, leftOut, cancel) is { } failure)
        {
            return new Outcome<Removed>.Invalid("", failure);
        }

        // The server has deleted it: the row goes too, whoever has changed it meanwhile.
        return await agents.DeleteAsync(id, null, CancellationToken.None) switch
        {
            Outcome<AgentRow>.Invalid { Reasons: var reasons } => new Outcome<Removed>.Invalid(
                "",
                $"The agent was deleted from the Letta server, but not from the registry. {reasons.Values.First()}"
            ),
            _ => new Outcome<Removed>.Ok(new(plan.Agent.Name, leftOut)),
        };
    }

    private static async Task<IReadOnlyList<KeptBlock>> BlocksAsync(ILettaAgents server, LettaAgent live, CancellationToken cancel)
    {
        var blocks = new List<KeptBlock>();
        foreach (var block in live.Blocks.Where(block => block.Id is not null))
        {
            var users = await server.AgentsOfBlockAsync(block.Id!, cancel);
            blocks.Add(new(block.Id!, block.Label, [.. users.Where(user => user != live.Id)]));
        }

        return blocks;
    }

    /// <returns>Why the agent could not be deleted there.</returns>
    private async Task<string?> DeleteThereAsync(RemovalPlan plan, bool withBlocks, List<string> leftOut, CancellationToken cancel)
    {
        List<KeptBlock> orphans = withBlocks ? [.. plan.Blocks.Where(block => block.OtherAgents.Count == 0)] : [];
        try
        {
            using var server = await letta.AgentsAsync(cancel);

            // Recorded first: what cannot be recorded is not done. The calls then run to their end, whoever has left.
            await RecordAsync(plan, orphans, cancel);
            await server.DeleteAsync(plan.Agent.LettaUid!, CancellationToken.None);
            LogDeleted(plan.Agent.LettaUid!);
            if (server.Kind == LettaKind.AppServer)
            {
                leftOut.Add(OnDisk);
            }

            foreach (var block in orphans)
            {
                await DeleteBlockAsync(server, block, leftOut);
            }

            return null;
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return $"The agent was not deleted, neither from the Letta server nor from the registry: {why}";
        }
    }

    private static async Task DeleteBlockAsync(ILettaAgents server, KeptBlock block, List<string> leftOut)
    {
        try
        {
            await server.DeleteBlockAsync(block.Id, CancellationToken.None);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, CancellationToken.None) is { } why)
        {
            leftOut.Add($"The block {block.Label} ({block.Id}) stays on the Letta server: {why}");
        }
    }

    private async Task RecordAsync(RemovalPlan plan, IReadOnlyList<KeptBlock> blocks, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        registry.Reason = "deleted on the Letta server";
        await registry.RecordAsync(
            "delete there",
            "agents",
            $"{plan.Agent.Id}",
            JsonSerializer.Serialize(new { plan.Agent.LettaUid, Blocks = blocks.Select(block => block.Id) }, ApiJson.Options),
            cancel
        );
    }

    private async Task<Agent?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Agents.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel);
    }

    [LoggerMessage(LogLevel.Information, "The agent {LettaUid} was deleted on the Letta server")]
    private partial void LogDeleted(string lettaUid);
}
