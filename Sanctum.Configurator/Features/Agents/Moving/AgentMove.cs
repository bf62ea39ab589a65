using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>
/// Moves agents of a V1 server to the App Server of the system settings: makes each there anew, with what an App Server can have, and lets
/// the agent in the registry belong to the new one. The agents of the V1 server stay as they are.
/// </summary>
public sealed class AgentMove(
    IDbContextFactory<RegistryDbContext> registries,
    SavedLetta letta,
    V1Server v1,
    AgentWrites writes,
    AgentMover mover,
    TimeProvider clock
)
{
    internal const string NotAppServer =
        "The Letta server of the system settings is a V1 server. Save the App Server's address there first; the V1 server's is kept here.";

    /// <summary>The agents of the V1 server.</summary>
    public async Task<Outcome<IReadOnlyList<V1AgentRow>>> ListAsync(CancellationToken cancel)
    {
        if (await writes.RefuseAsync<IReadOnlyList<V1AgentRow>>(Policies.WriteRegistry) is { } mayNot)
        {
            return mayNot;
        }

        try
        {
            var (server, _) = await v1.OpenAsync(cancel);
            using (server)
            {
                var (agents, known) = (await server.ListAsync((_, _) => { }, cancel), await KnownAsync(registries, cancel));
                return new Outcome<IReadOnlyList<V1AgentRow>>.Ok([
                    .. agents
                        .Agents.OrderBy(agent => agent.Name, StringComparer.OrdinalIgnoreCase)
                        .Select(agent => new V1AgentRow(
                            agent.Id,
                            agent.Name,
                            agent.Model,
                            agent.Blocks.Count,
                            agent.Tools.Count,
                            known.TryGetValue(agent.Id, out var id) ? id : null
                        )),
                ]);
            }
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<IReadOnlyList<V1AgentRow>>.Invalid("", UnreadV1(why));
        }
    }

    /// <summary>Does all of a move but write.</summary>
    /// <param name="say">Told how many of how many agents have ended.</param>
    public async Task<Outcome<MoveReport>> TryAsync(MoveForm form, Action<int, int> say, CancellationToken cancel)
    {
        if (await RefuseAsync<MoveReport>(form) is { } refused)
        {
            return refused;
        }

        var opened = await OpenAsync(cancel);
        if (opened is not Outcome<MoveSource>.Ok { Value: var source })
        {
            return new Outcome<MoveReport>.Invalid(((Outcome<MoveSource>.Invalid)opened).Reasons);
        }

        using (source)
        {
            var (began, uids, tried) = (clock.GetUtcNow(), form.Uids!.Distinct().ToList(), new List<MovedAgent>());
            await mover.MoveAllAsync(
                source,
                uids,
                form,
                isDryRun: true,
                agent =>
                {
                    tried.Add(agent);
                    say(tried.Count, uids.Count);
                    return Task.CompletedTask;
                },
                cancel
            );
            return new Outcome<MoveReport>.Ok(new(source.Address, began, clock.GetUtcNow(), IsDryRun: true, tried));
        }
    }

    /// <summary>The V1 server to move from, where the saved server can take its agents.</summary>
    internal async Task<Outcome<MoveSource>> OpenAsync(CancellationToken cancel)
    {
        MoveSource? source = null;
        try
        {
            var (agents, address) = await v1.OpenAsync(cancel);
            source = new(agents, address);
            if (await letta.KindAsync(cancel) == LettaKind.AppServer)
            {
                await source.ReadNamesAsync(cancel);
                return new Outcome<MoveSource>.Ok(source);
            }

            source.Dispose();
            return new Outcome<MoveSource>.Invalid("", NotAppServer);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            source?.Dispose();
            return new Outcome<MoveSource>.Invalid("", UnreadV1(why));
        }
    }

    internal static string UnreadV1(string why) => $"The V1 server could not be read: {why}";

    /// <summary>The tag of a moved agent: by it a move that is repeated goes on where it ended.</summary>
    internal static string TagOf(string uid) => CarriedAgents.MovedFrom + uid;

    /// <summary>What the agent should be on the App Server.</summary>
    internal static CarriedAgent CarriedOf(LettaAgent agent)
    {
        var carried = CarriedAgents.Of(agent);
        return carried with { Tags = [.. carried.Tags, TagOf(agent.Id)] };
    }

    internal async Task<Outcome<T>.Invalid?> RefuseAsync<T>(MoveForm form) =>
        await writes.RefuseAsync<T>(Policies.WriteRegistry) is { } mayNot ? mayNot
        : FormRules.Check(form) is { Count: > 0 } reasons ? new(reasons)
        : form.Uids is not { Count: > 0 and <= MoveForm.MostAgents }
            ? new(nameof(form.Uids), $"Choose from one to {MoveForm.MostAgents} agents.")
        : null;

    /// <summary>Id of Letta → id of the agent in the registry.</summary>
    internal static async Task<IReadOnlyDictionary<string, int>> KnownAsync(
        IDbContextFactory<RegistryDbContext> registries,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Agents.Where(a => a.LettaUid != null).ToDictionaryAsync(a => a.LettaUid!, a => a.Id, cancel);
    }
}
