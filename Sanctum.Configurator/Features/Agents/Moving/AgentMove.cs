using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>
/// Moves agents of a V1 server to the App Server of the system settings: makes each there anew, with what an App Server can have, and lets
/// the agent in the registry belong to the new one. The agents of the V1 server stay as they are.
/// </summary>
public sealed partial class AgentMove(
    IDbContextFactory<RegistryDbContext> registries,
    SavedLetta letta,
    V1Server v1,
    AgentWrites writes,
    RunningMove running,
    TimeProvider clock,
    ILogger<AgentMove> log
)
{
    /// <summary>So many failures in a row to reach the App Server, and it counts as gone.</summary>
    private const int MostUnreached = 3;

    /// <summary>So many agents are asked for one by one; more are quicker read from the list of all.</summary>
    private const int MostSingles = 20;

    private const string NotAppServer =
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
                var (agents, known) = (await server.ListAsync((_, _) => { }, cancel), await KnownAsync(cancel));
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

    /// <summary>What moving would do, agent by agent. Nothing is written.</summary>
    public async Task<Outcome<MovePlan>> PlanAsync(MoveForm form, CancellationToken cancel)
    {
        if (await RefuseAsync<MovePlan>(form) is { } refused)
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
            return new Outcome<MovePlan>.Invalid("", UnreadV1(why));
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
                : new Outcome<MovePlan>.Invalid("", NotAppServer);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<MovePlan>.Invalid("", AgentSync.Unread(why));
        }
    }

    /// <summary>
    /// Moves them one after the other. One that fails does not stop the others; cancelling lets the present one come to its end. What was
    /// moved before is not made again.
    /// </summary>
    /// <param name="isDryRun">Does all but write.</param>
    /// <param name="say">Told of each agent when it has ended, and how many of how many have.</param>
    public async Task<Outcome<MoveReport>> MoveAsync(
        MoveForm form,
        bool isDryRun,
        Action<MovedAgent, int, int> say,
        CancellationToken cancel
    )
    {
        if (await RefuseAsync<MoveReport>(form) is { } refused)
        {
            return refused;
        }

        using var turn = isDryRun ? null : running.TryBegin();
        if (turn is null && !isDryRun)
        {
            return new Outcome<MoveReport>.Invalid("", "Another move is running. Wait until it has ended.");
        }

        try
        {
            var began = clock.GetUtcNow();
            var (source, address) = await v1.OpenAsync(cancel);
            using (source)
            {
                if (await letta.KindAsync(cancel) != LettaKind.AppServer)
                {
                    return new Outcome<MoveReport>.Invalid("", NotAppServer);
                }

                var moved = await MoveAllAsync(source, form, isDryRun, say, cancel);
                LogMoved(moved.Count(agent => agent.End == MoveEnd.Moved), moved.Count);
                return new Outcome<MoveReport>.Ok(new(address, began, clock.GetUtcNow(), isDryRun, moved));
            }
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<MoveReport>.Invalid("", UnreadV1(why));
        }
    }

    internal static string UnreadV1(string why) => $"The V1 server could not be read: {why}";

    /// <summary>The tag of a moved agent: by it a move that is repeated goes on where it ended.</summary>
    private static string TagOf(string uid) => CarriedAgents.MovedFrom + uid;

    /// <summary>What the agent should be on the App Server.</summary>
    private static CarriedAgent CarriedOf(LettaAgent agent)
    {
        var carried = CarriedAgents.Of(agent);
        return carried with { Tags = [.. carried.Tags, TagOf(agent.Id)] };
    }

    private async Task<Outcome<T>.Invalid?> RefuseAsync<T>(MoveForm form) =>
        await writes.RefuseAsync<T>(Policies.WriteRegistry) is { } mayNot ? mayNot
        : FormRules.Check(form) is { Count: > 0 } reasons ? new(reasons)
        : form.Uids is not { Count: > 0 and <= MoveForm.MostAgents }
            ? new(nameof(form.Uids), $"Choose from one to {MoveForm.MostAgents} agents.")
        : null;

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
        var (models, known) = (await target.ModelsAsync(cancel), await KnownAsync(cancel));
        var names = (await target.NamesAsync(cancel)).Select(agent => agent.Name).ToHashSet(StringComparer.Ordinal);
        var planned = new List<PlannedMove>();
        foreach (var agent in agents)
        {
            var (carried, before) = (CarriedOf(agent), await target.FindTaggedAsync(TagOf(agent.Id), cancel));
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

    private async Task<IReadOnlyList<MovedAgent>> MoveAllAsync(
        ILettaAgents source,
        MoveForm form,
        bool isDryRun,
        Action<MovedAgent, int, int> say,
        CancellationToken cancel
    )
    {
        var (uids, moved, unreached) = (form.Uids!.Distinct().ToList(), new List<MovedAgent>(), 0);
        foreach (var uid in uids)
        {
            MovedAgent ended;
            if (cancel.IsCancellationRequested || unreached >= MostUnreached)
            {
                var why = unreached >= MostUnreached ? "The App Server can't be reached." : "The move was stopped before it.";
                ended = new(uid, uid, MoveEnd.NotBegun, null, null, null, [], [], why);
            }
            else
            {
                (ended, var isReached) = await MoveAsync(source, uid, form, isDryRun);
                unreached = isReached ? 0 : unreached + 1;
            }

            moved.Add(ended);
            say(ended, moved.Count, uids.Count);
        }

        return moved;
    }

    /// <summary>Moves one agent, on a connection of its own: one that was lost with the agent before does not fail this one.</summary>
    private async Task<(MovedAgent Ended, bool IsReached)> MoveAsync(ILettaAgents source, string uid, MoveForm form, bool isDryRun)
    {
        var ended = new MovedAgent(uid, uid, MoveEnd.Failed, null, null, null, [], [], null);
        LettaAgent? agent;
        try
        {
            agent = await source.FindAsync(uid, CancellationToken.None);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, CancellationToken.None) is { } why)
        {
            return (ended with { Problem = UnreadV1(why) }, true);
        }

        if (agent is null)
        {
            return (ended with { Problem = "It is no longer on the V1 server." }, true);
        }

        var carried = CarriedOf(agent);
        ended = ended with { Name = agent.Name, Lost = carried.LostOn(LettaKind.AppServer) };
        ILettaAgents target;
        try
        {
            target = await letta.AgentsAsync(CancellationToken.None);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, CancellationToken.None) is { } why)
        {
            return (ended with { Problem = AgentSync.Unread(why) }, false);
        }

        using (target)
        {
            try
            {
                return (await MoveAsync(target, agent, carried, ended, form, isDryRun), true);
            }
            catch (Exception e) when (LettaFailures.WhyOf(e, CancellationToken.None) is { } why)
            {
                LogFailed(e, uid);
                return (ended with { Problem = $"It was not moved: {why} Move it again: what is there already is not made twice." }, true);
            }
            catch (DbUpdateException e)
            {
                LogFailed(e, uid);
                return (ended with { Problem = "It is on the App Server, but the registry could not be written. Move it again." }, true);
            }
        }
    }

    private async Task<MovedAgent> MoveAsync(
        ILettaAgents target,
        LettaAgent agent,
        CarriedAgent carried,
        MovedAgent ended,
        MoveForm form,
        bool isDryRun
    )
    {
        var before = await target.FindTaggedAsync(TagOf(agent.Id), CancellationToken.None);
        var model = form.ModelFor(agent.Model, await target.ModelsAsync(CancellationToken.None));
        if (before is null && model is null)
        {
            return ended with { Problem = $"The App Server doesn't offer {agent.Model ?? "a model for it"}. Choose one of its models." };
        }

        if (isDryRun)
        {
            return ended with { End = before is null ? MoveEnd.WouldMove : MoveEnd.MovedBefore, NewUid = before, Model = model };
        }

        var live = before is null
            ? await MakeAsync(target, carried.ToJson(LettaKind.AppServer, model: model), TagOf(agent.Id))
            : await target.FindAsync(before, CancellationToken.None) ?? throw new LettaCallException($"{before} is not there any more.");
        var (id, problem) = await PointAsync(agent, live);
        return ended with
        {
            End = before is null ? MoveEnd.Moved : MoveEnd.MovedBefore,
            NewUid = live.Id,
            AgentId = id,
            Model = live.Model,
            Differences = Between(carried, agent, model ?? live.Model, live),
            Problem = problem,
        };
    }

    /// <summary>Makes it whole, or not at all: the server may say no and have made it half.</summary>
    private static async Task<LettaAgent> MakeAsync(ILettaAgents target, JsonObject agent, string tag)
    {
        try
        {
            return await target.CreateAsync(agent, CancellationToken.None);
        }
        catch (LettaCallException)
        {
            if (await target.FindTaggedAsync(tag, CancellationToken.None) is { } half)
            {
                await target.DeleteAsync(half, CancellationToken.None);
            }

            throw;
        }
    }

    /// <summary>What of it is otherwise on the App Server than it should be.</summary>
    private static IReadOnlyList<FieldDifference> Between(CarriedAgent carried, LettaAgent agent, string? model, LettaAgent live)
    {
        static string Text(string text) => text.TrimEnd('\n', '\r');
        var blocks = carried.Blocks(LettaKind.AppServer).ToDictionary(block => block.Label, block => Text(block.File.Text!));
        return AgentDifference.Between(
            DeclaredAgent.Of(agent) with
            {
                Model = model,
                Tags = [.. carried.Tags],
                Blocks = blocks,
            },
            live with
            {
                Blocks = [.. live.Blocks.Select(block => block with { Value = Text(block.Value) })],
            }
        );
    }

    /// <summary>
    /// Lets the agent of the registry belong to the new one. What it declares stays, but for what had to become otherwise; the history keeps
    /// its old id, and can undo it.
    /// </summary>
    /// <returns>The agent of the registry, and what is left to do.</returns>
    private async Task<(int? Id, string? Problem)> PointAsync(LettaAgent from, LettaAgent live)
    {
        var known = await KnownAsync(CancellationToken.None);
        if (!known.TryGetValue(from.Id, out var id))
        {
            return known.TryGetValue(live.Id, out id) ? (id, null) : (null, "It is not in the registry. Synchronise and adopt it.");
        }

        if (known.TryGetValue(live.Id, out var other))
        {
            return (other, $"The registry has both: {Urls.Agent(id)} still belongs to the V1 server's agent.");
        }

        var written = await writes.WriteAsync(
            Policies.WriteRegistry,
            id,
            null,
            (registry, row) =>
            {
                registry.Reason = $"moved from V1, where it is {from.Id}";
                Point(row, from, live);
                return Task.FromResult<Outcome<AgentRow>.Invalid?>(null);
            },
            CancellationToken.None
        );
        return written.ProblemWith(from.Name) is { } problem ? (id, problem) : (id, null);
    }

    private void Point(Agent row, LettaAgent from, LettaAgent live)
    {
        row.LettaUid = live.Id;
        var declared = DeclaredAgent.Of(row);
        (
            declared with
            {
                Model = declared.Model == from.Model ? live.Model : declared.Model,
                Tags = declared.Tags is { } tags ? [.. tags.Append(TagOf(from.Id)).Distinct().Order(StringComparer.Ordinal)] : null,
            }
        ).WriteTo(row);
        AgentStatus.WriteTo(row, live, clock.GetUtcNow());
    }

    /// <summary>Id of Letta → id of the agent in the registry.</summary>
    private async Task<IReadOnlyDictionary<string, int>> KnownAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Agents.Where(a => a.LettaUid != null).ToDictionaryAsync(a => a.LettaUid!, a => a.Id, cancel);
    }

    [LoggerMessage(LogLevel.Information, "{Moved} of {Agents} agents were moved from the V1 server to the App Server")]
    private partial void LogMoved(int moved, int agents);

    [LoggerMessage(LogLevel.Warning, "The agent {LettaUid} could not be moved to the App Server")]
    private partial void LogFailed(Exception exception, string lettaUid);
}
