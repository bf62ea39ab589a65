using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>Says what a move would bring along and lose, agent by agent, before anybody begins it.</summary>
public sealed class MovePlanner(IDbContextFactory<RegistryDbContext> registries, SavedLetta letta, V1Server v1, AgentMove moves)
{
    /// <summary>So many agents are asked for one by one; more are quicker read from the list of all.</summary>
    private const int MostSingles = 20;

    /// <summary>What moving would do, agent by agent. Nothing is written.</summary>
    public async Task<Outcome<MovePlan>> PlanAsync(MoveForm form, CancellationToken cancel)
    {
        if (await moves.RefuseAsync<MovePlan>(form) is { } refused)
        {
            return refused;
        }

        IReadOnlyDictionary<string, LettaAgent> agents;
        try
        {
            var (server, _) = await v1.OpenAsync(cancel);
            using (server)
            {
                agents = await ReadAsync(server, form.Uids!, cancel);
            }
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<MovePlan>.Invalid("", AgentMove.UnreadV1(why));
        }

        if (form.Uids!.FirstOrDefault(uid => !agents.ContainsKey(uid)) is { } missing)
        {
            return new Outcome<MovePlan>.Invalid(nameof(form.Uids), $"{missing} is not on the V1 server. Read its agents again.");
        }

        try
        {
            using var target = await letta.AgentsAsync(cancel);
            return target.Kind == LettaKind.AppServer
                ? new Outcome<MovePlan>.Ok(await PlanAsync(target, [.. form.Uids!.Distinct().Select(uid => agents[uid])], form, cancel))
                : new Outcome<MovePlan>.Invalid("", AgentMove.NotAppServer);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<MovePlan>.Invalid("", AgentSync.Unread(why));
        }
    }

    private static async Task<IReadOnlyDictionary<string, LettaAgent>> ReadAsync(
        ILettaAgents server,
        IReadOnlyList<string> uids,
        CancellationToken cancel
    )
    {
        if (uids.Count > MostSingles)
        {
            return (await server.ListAsync((_, _) => { }, cancel)).Agents.ToDictionary(agent => agent.Id);
        }

        var found = new Dictionary<string, LettaAgent>();
        foreach (var uid in uids)
        {
            if (await server.FindAsync(uid, cancel) is { } agent)
            {
                found[uid] = agent;
            }
        }

        return found;
    }

    private async Task<MovePlan> PlanAsync(ILettaAgents target, IReadOnlyList<LettaAgent> agents, MoveForm form, CancellationToken cancel)
    {
        var (models, known) = (await target.ModelsAsync(cancel), await AgentMove.KnownAsync(registries, cancel));
        var names = (await target.NamesAsync(cancel)).Select(agent => agent.Name).ToHashSet(StringComparer.Ordinal);
        var planned = new List<PlannedMove>();
        foreach (var agent in agents)
        {
            var (carried, before) = (AgentMove.CarriedOf(agent), await target.FindTaggedAsync(AgentMove.TagOf(agent.Id), cancel));
            var row =
                known.TryGetValue(agent.Id, out var id) || (before is not null && known.TryGetValue(before, out id)) ? id : (int?)null;
            planned.Add(
                new(
                    agent.Id,
                    agent.Name,
                    agent.Model,
                    form.ModelFor(agent.Model, models),
                    ComesOf(carried),
                    carried.LostOn(LettaKind.AppServer),
                    row,
                    before,
                    before is null && names.Contains(agent.Name)
                )
            );
        }

        return new(
            planned,
            models,
            [.. agents.Select(agent => agent.Model ?? "").Where(model => !models.Contains(model)).Distinct().Order(StringComparer.Ordinal)]
        );
    }

    private static IReadOnlyList<string> ComesOf(CarriedAgent agent) =>
        [
            agent.Description is { Length: > 0 } ? "Name and description." : "Its name.",
            .. agent.System is { Length: > 0 } system
                ? [$"The system prompt ({Number(system.Length)} characters)."]
                : Array.Empty<string>(),
            .. agent.Memory.Count > 0 ? [$"Blocks: {string.Join(", ", agent.Memory.Select(file => file.Label))}."] : Array.Empty<string>(),
            .. agent.Tags.Count > 1 ? [$"Tags: {string.Join(", ", agent.Tags.SkipLast(1))}."] : Array.Empty<string>(),
        ];

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
