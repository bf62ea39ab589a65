using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>Moves agents, one after the other: makes each on the App Server, compares it, and lets the registry's agent belong to it.</summary>
public sealed partial class AgentMover(
    IDbContextFactory<RegistryDbContext> registries,
    SavedLetta letta,
    AgentWrites writes,
    TimeProvider clock,
    ILogger<AgentMover> log
)
{
    /// <summary>So many failures in a row to reach the App Server, and it counts as gone.</summary>
    private const int MostUnreached = 3;

    /// <summary>Of a text that differs, so much is in the report: the agent's page shows all of it.</summary>
    private const int MostShown = 500;

    internal const string Stopped = "The move was stopped before it.";

    /// <summary>
    /// One that fails does not stop the others; cancelling lets the present one come to its end. What was moved before is not made again.
    /// </summary>
    /// <param name="uids">Their ids on the V1 server.</param>
    /// <param name="isDryRun">Does all but write.</param>
    /// <param name="say">Told of each agent when it has ended.</param>
    internal async Task MoveAllAsync(
        MoveSource source,
        IEnumerable<string> uids,
        MoveForm form,
        bool isDryRun,
        Func<MovedAgent, Task> say,
        CancellationToken cancel
    )
    {
        var unreached = 0;
        foreach (var uid in uids)
        {
            MovedAgent ended;
            if (cancel.IsCancellationRequested || unreached >= MostUnreached)
            {
                var why = unreached >= MostUnreached ? "The App Server can't be reached." : Stopped;
                ended = new(uid, source.NameOf(uid), MoveEnd.NotBegun, null, null, null, [], [], why);
            }
            else
            {
                (ended, var isReached) = await MoveAsync(source, uid, form, isDryRun);
                unreached = isReached ? 0 : unreached + 1;
            }

            await say(ended);
        }
    }

    /// <summary>Moves one agent, on a connection of its own: one that was lost with the agent before does not fail this one.</summary>
    private async Task<(MovedAgent Ended, bool IsReached)> MoveAsync(MoveSource source, string uid, MoveForm form, bool isDryRun)
    {
        var ended = new MovedAgent(uid, source.NameOf(uid), MoveEnd.Failed, null, null, null, [], [], null);
        LettaAgent? agent;
        try
        {
            agent = await source.Agents.FindAsync(uid, CancellationToken.None);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, CancellationToken.None) is { } why)
        {
            return (ended with { Problem = AgentMove.UnreadV1(why) }, true);
        }

        if (agent is null)
        {
            return (ended with { Problem = "It is no longer on the V1 server." }, true);
        }

        var carried = AgentMove.CarriedOf(agent);
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
        var before = await target.FindTaggedAsync(AgentMove.TagOf(agent.Id), CancellationToken.None);
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
            ? await MakeAsync(target, carried.ToJson(LettaKind.AppServer, model: model), AgentMove.TagOf(agent.Id))
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
        var differences = AgentDifference.Between(
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
        return [.. differences.Select(difference => difference with { Declared = Cut(difference.Declared), Live = Cut(difference.Live) })];
    }

    private static string? Cut(string? text) => text is { Length: > MostShown } ? $"{text[..MostShown]}…" : text;

    /// <summary>
    /// Lets the agent of the registry belong to the new one. What it declares stays, but for what had to become otherwise; the history keeps
    /// its old id, and can undo it.
    /// </summary>
    /// <returns>The agent of the registry, and what is left to do.</returns>
    private async Task<(int? Id, string? Problem)> PointAsync(LettaAgent from, LettaAgent live)
    {
        var known = await AgentMove.KnownAsync(registries, CancellationToken.None);
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
                Tags = declared.Tags is { } tags
                    ? [.. tags.Append(AgentMove.TagOf(from.Id)).Distinct().Order(StringComparer.Ordinal)]
                    : null,
            }
        ).WriteTo(row);
        AgentStatus.WriteTo(row, live, clock.GetUtcNow());
    }

    [LoggerMessage(LogLevel.Warning, "The agent {LettaUid} could not be moved to the App Server")]
    private partial void LogFailed(Exception exception, string lettaUid);
}
