using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>Compares all agents of the registry with those of the Letta server, and takes new ones over.</summary>
public sealed partial class AgentSync(
    IDbContextFactory<RegistryDbContext> registries,
    SavedLetta letta,
    AgentWrites writes,
    TimeProvider clock,
    ILogger<AgentSync> log
)
{
    /// <summary>Written at once: others write in between.</summary>
    private const int RowsAtOnce = 200;

    /// <summary>So many agents are asked for one by one; more are quicker read from the list of all.</summary>
    private const int MostSingles = 20;

    /// <summary>Of an id of an agent.</summary>
    private const int MostCharacters = 64;

    /// <summary>Compares, and lets the statuses follow. Nothing else is changed.</summary>
    /// <param name="say">Told how many agents of how many are read.</param>
    public async Task<Outcome<SyncResult>> SynchroniseAsync(bool isDryRun, Action<int, int> say, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<SyncResult>(Policies.OperateRegistry) is { } refused)
        {
            return refused;
        }

        IReadOnlyDictionary<string, LettaAgent> live;
        try
        {
            using var server = await letta.AgentsAsync(cancel);
            live = await ReadAllAsync(server, say, cancel);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<SyncResult>.Invalid("", Unread(why));
        }

        var (result, changed) = await CompareAsync(live, cancel);
        if (!isDryRun)
        {
            await FollowAsync(changed, live, cancel);
            LogSynchronised(live.Count, changed.Count);
        }

        return new Outcome<SyncResult>.Ok(result);
    }

    /// <summary>Puts agents of the server into the registry, as they are now.</summary>
    public async Task<Outcome<AdoptResult>> AdoptAsync(IReadOnlyList<string>? uids, Action<int, int> say, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<AdoptResult>(Policies.WriteRegistry) is { } refused)
        {
            return refused;
        }

        List<string> wanted = [.. (uids ?? []).Where(uid => !string.IsNullOrWhiteSpace(uid)).Distinct()];
        if (wanted.Count == 0 || wanted.Find(uid => uid.Length > MostCharacters) is not null)
        {
            return RefuseAdopting(wanted.Count == 0 ? "Give the Letta ids of the agents." : "One of these is not a valid agent id.");
        }

        if (await FindKnownAsync(wanted, cancel) is { } known)
        {
            return RefuseAdopting($"{known} is in the registry already. Synchronise again.");
        }

        IReadOnlyDictionary<string, LettaAgent> agents;
        try
        {
            using var server = await letta.AgentsAsync(cancel);
            agents = await ReadAsync(server, wanted, say, cancel);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<AdoptResult>.Invalid("", Unread(why));
        }

        return wanted.Find(uid => !agents.ContainsKey(uid)) is { } missing
            ? RefuseAdopting($"{missing} is not on the Letta server. Synchronise again.")
            : await AddAsync([.. wanted.Select(uid => agents[uid])], cancel);
    }

    internal static string Unread(string why) => $"The Letta server could not be read: {LettaFailures.Advised(why)}";

    private static Outcome<AdoptResult>.Invalid RefuseAdopting(string reason) => new(nameof(AdoptForm.LettaUids), reason);

    private static async Task<IReadOnlyDictionary<string, LettaAgent>> ReadAsync(
        ILettaAgents server,
        List<string> uids,
        Action<int, int> say,
        CancellationToken cancel
    )
    {
        if (uids.Count > MostSingles)
        {
            return (await server.ListAsync(say, cancel)).Agents.ToDictionary(agent => agent.Id);
        }

        var found = new Dictionary<string, LettaAgent>();
        foreach (var uid in uids)
        {
            if (await server.FindAsync(uid, cancel) is { } agent)
            {
                found[uid] = agent;
                say(found.Count, uids.Count);
            }
        }

        return found;
    }

    /// <summary>
    /// The agents of the server by their ids. A list may lack some that are there (letta-ai/letta#3088): no agent counts as gone before it
    /// was asked for by its id, or, where that are too many, before the list has as many as the server counts.
    /// </summary>
    private async Task<IReadOnlyDictionary<string, LettaAgent>> ReadAllAsync(
        ILettaAgents server,
        Action<int, int> say,
        CancellationToken cancel
    )
    {
        var list = await server.ListAsync(say, cancel);
        var live = list.Agents.ToDictionary(agent => agent.Id);
        var lacking = (await KnownAsync(cancel)).Where(uid => !live.ContainsKey(uid)).ToList();
        if (lacking.Count > MostSingles)
        {
            return list.Agents.Count >= list.Counted
                ? live
                : throw new LettaCallException(
                    $"it reports {AgentLabels.Count(list.Counted, "agent")} but listed {list.Agents.Count}. Nothing was changed. Try again."
                );
        }

        foreach (var uid in lacking)
        {
            if (await server.FindAsync(uid, cancel) is { } agent)
            {
                live[uid] = agent;
            }
        }

        return live;
    }

    /// <summary>What differs, and the rows whose status is another one now.</summary>
    private async Task<(SyncResult Result, IReadOnlyList<int> Changed)> CompareAsync(
        IReadOnlyDictionary<string, LettaAgent> live,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var (known, changed) = (new HashSet<string>(), new List<int>());
        var (gone, differing) = (new List<ComparedAgent>(), new List<ComparedAgent>());
        var (same, unlinked) = (0, 0);
        await foreach (
            var agent in registry.Agents.AsNoTracking().OrderBy(a => a.Name).ThenBy(a => a.Id).AsAsyncEnumerable().WithCancellation(cancel)
        )
        {
            if (agent.LettaUid is not { } uid)
            {
                unlinked++;
                continue;
            }

            known.Add(uid);
            var there = live.GetValueOrDefault(uid);
            if (!AgentStatus.IsIn(agent, there))
            {
                changed.Add(agent.Id);
            }

            var fields = there is null ? [] : AgentDifference.Between(DeclaredAgent.Of(agent), there).Select(field => field.Field).ToList();
            var compared = new ComparedAgent(agent.Id, agent.Name, uid, fields);
            (
                there is null ? gone
                : fields.Count > 0 ? differing
                : null
            )?.Add(compared);
            same += there is not null && fields.Count == 0 ? 1 : 0;
        }

        var newcomers = live
            .Values.Where(agent => !known.Contains(agent.Id))
            .OrderBy(agent => agent.Name, StringComparer.Ordinal)
            .Select(NewOf)
            .ToList();
        return (new(newcomers, gone, differing, same, unlinked, changed.Count), changed);
    }

    private static NewAgent NewOf(LettaAgent agent)
    {
        var (status, reason) = AgentStatus.Of(agent);
        return new(agent.Id, agent.Name, agent.Model, status, reason);
    }

    private async Task FollowAsync(IReadOnlyList<int> changed, IReadOnlyDictionary<string, LettaAgent> live, CancellationToken cancel)
    {
        foreach (var ids in changed.Chunk(RowsAtOnce))
        {
            await using var registry = await registries.CreateDbContextAsync(cancel);
            await registry.BeginWritingAsync(cancel);
            registry.Reason = "synchronised";
            foreach (var agent in await registry.Agents.Where(a => ids.Contains(a.Id) && a.LettaUid != null).ToListAsync(cancel))
            {
                AgentStatus.WriteTo(agent, live.GetValueOrDefault(agent.LettaUid!), clock.GetUtcNow());
            }

            await registry.SaveChangesAsync(cancel);
            await registry.CommitWritingAsync(cancel);
        }
    }

    private async Task<string?> FindKnownAsync(List<string> uids, CancellationToken cancel) =>
        uids.Find((await KnownAsync(cancel)).Contains);

    /// <summary>The ids of Letta that the registry has.</summary>
    private async Task<HashSet<string>> KnownAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return [.. await registry.Agents.Where(a => a.LettaUid != null).Select(a => a.LettaUid!).ToListAsync(cancel)];
    }

    private async Task<Outcome<AdoptResult>> AddAsync(IReadOnlyList<LettaAgent> live, CancellationToken cancel)
    {
        var ids = new List<int>();
        foreach (var some in live.Chunk(RowsAtOnce))
        {
            await using var registry = await registries.CreateDbContextAsync(cancel);
            registry.Reason = "adopted from the Letta server";
            List<Agent> agents = [.. some.Select(NewRow)];
            registry.AddRange(agents);
            try
            {
                await registry.SaveChangesAsync(cancel);
            }
            catch (DbUpdateException e)
            {
                if (await FindKnownAsync([.. some.Select(agent => agent.Id)], cancel) is not { } taken)
                {
                    throw;
                }

                LogTaken(e, taken);
                return RefuseAdopting(
                    $"Somebody else adopted {taken} at the same time.{(ids.Count > 0 ? $" {AgentLabels.Count(ids.Count, "agent")} before it were adopted." : " Nothing was written.")} Synchronise again."
                );
            }

            ids.AddRange(agents.Select(agent => agent.Id));
        }

        LogAdopted(ids.Count);
        return new Outcome<AdoptResult>.Ok(new(ids));
    }

    private Agent NewRow(LettaAgent live)
    {
        var now = clock.GetUtcNow();
        var agent = new Agent
        {
            Name = live.Name,
            LettaUid = live.Id,
            CreatedAt = now,
            UpdatedAt = now,
        };
        DeclaredAgent.Take(live, agent);
        AgentStatus.WriteTo(agent, live, now);
        return agent;
    }

    [LoggerMessage(LogLevel.Information, "{Agents} agents of the Letta server were compared; {Changed} statuses changed")]
    private partial void LogSynchronised(int agents, int changed);

    [LoggerMessage(LogLevel.Information, "{Agents} agents were adopted from the Letta server")]
    private partial void LogAdopted(int agents);

    [LoggerMessage(LogLevel.Information, "The agent {LettaUid} was adopted twice at the same time")]
    private partial void LogTaken(Exception exception, string lettaUid);
}
