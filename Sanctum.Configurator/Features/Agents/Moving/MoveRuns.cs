using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>
/// Begins moves in the background, and tells how they stand: one at a time in all consoles of a registry. One that ended before its end,
/// as with its console, can be gone on with.
/// </summary>
public sealed class MoveRuns(AgentMove moves, MoveRunner runner, LongRuns runs, CurrentUser caller)
{
    internal const string Action = "move_from_v1";

    private const string Name = "Move from V1";
    private const string Busy = "Another move is running. Wait until it has ended.";

    /// <summary>Begins to move the agents, and does not wait for it.</summary>
    public async Task<Outcome<MoveRun>> BeginAsync(MoveForm form, CancellationToken cancel) =>
        await moves.RefuseAsync<MoveRun>(form) is { } refused ? refused : await BeginAsync(form, [], cancel);

    /// <summary>Goes on with what is left of a move that has ended.</summary>
    public async Task<Outcome<MoveRun>> ResumeAsync(int id, CancellationToken cancel)
    {
        if (await moves.RefuseAsync<MoveRun>(Any) is { } refused)
        {
            return refused;
        }

        if (await runs.FindAsync(Action, id, cancel) is not { } run || ArgumentsOf(run) is not { } arguments)
        {
            return new Outcome<MoveRun>.NotFound();
        }

        var before = ReportOf(run, arguments).Agents.Where(IsThere).ToList();
        return run.IsOpen ? new Outcome<MoveRun>.Invalid("", Busy)
            : before.Count == arguments.Form.Uids!.Count
                ? new Outcome<MoveRun>.Invalid("", "Nothing of this move is left: all its agents were moved.")
            : await BeginAsync(arguments.Form, before, cancel);
    }

    /// <summary>The newest move, or the one with this id.</summary>
    public async Task<Outcome<MoveRun>> FindAsync(int? id, CancellationToken cancel) =>
        await moves.RefuseAsync<MoveRun>(Any) is { } refused ? refused
        : await runs.FindAsync(Action, id, cancel) is { } run && ViewOf(run) is { } view ? new Outcome<MoveRun>.Ok(view)
        : new Outcome<MoveRun>.NotFound();

    /// <summary>Lets it end after the present agent.</summary>
    public async Task<Outcome<MoveRun>> CancelAsync(int id, CancellationToken cancel) =>
        await moves.RefuseAsync<MoveRun>(Any) is { } refused ? refused
        : await runs.FindAsync(Action, id, cancel) is null ? new Outcome<MoveRun>.NotFound()
        : await runs.CancelAsync(Action, id, cancel) ? await FindAsync(id, cancel)
        : new Outcome<MoveRun>.Invalid("", "This move has ended already.");

    internal static string LinesOf(IEnumerable<MovedAgent> agents) =>
        string.Concat(agents.Select(agent => JsonSerializer.Serialize(agent, ApiJson.Options) + "\n"));

    /// <summary>It is on the App Server.</summary>
    internal static bool IsThere(MovedAgent agent) => agent.End is MoveEnd.Moved or MoveEnd.MovedBefore;

    /// <summary>Passes the rules of a form: it is not one that is looked at.</summary>
    private static MoveForm Any => new() { Uids = [""] };

    private async Task<Outcome<MoveRun>> BeginAsync(MoveForm form, IReadOnlyList<MovedAgent> before, CancellationToken cancel)
    {
        form.Uids = [.. form.Uids!.Distinct()];
        var opened = await moves.OpenAsync(cancel);
        if (opened is not Outcome<MoveSource>.Ok { Value: var source })
        {
            return new Outcome<MoveRun>.Invalid(((Outcome<MoveSource>.Invalid)opened).Reasons);
        }

        source.Dispose();
        var names = form.Uids.ToDictionary(uid => uid, source.NameOf);
        var arguments = JsonSerializer.Serialize(new Arguments(source.Address, form, names), ApiJson.Options);
        if (await runs.BeginAsync(Action, Name, arguments, LinesOf(before), cancel) is not { } id)
        {
            return new Outcome<MoveRun>.Invalid("", Busy);
        }

        runner.Begin(id, form, before, caller);
        return await FindAsync(id, cancel);
    }

    private static MoveRun? ViewOf(LongRun run)
    {
        if (ArgumentsOf(run) is not { } arguments)
        {
            return null;
        }

        var report = ReportOf(run, arguments);
        var total = arguments.Form.Uids!.Count;
        return new(
            run.Id,
            run.Outcome,
            report.Agents.Count(agent => agent.End != MoveEnd.NotBegun),
            total,
            total - report.Agents.Count(IsThere),
            run.Outcome == RunOutcome.Lost ? WhereItStopped(run, report, total) : run.Message,
            run.By,
            run.IsCancelRequested,
            report
        );
    }

    private static string WhereItStopped(LongRun run, MoveReport report, int total) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Message} It came as far as agent {report.Agents.Count(agent => agent.End != MoveEnd.NotBegun)} of {total}. Go on with what is left: nothing is made twice."
        );

    private static MoveReport ReportOf(LongRun run, Arguments arguments)
    {
        var ended = (run.Output ?? "")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<MovedAgent>(line, ApiJson.Options)!)
            .ToDictionary(agent => agent.Uid);
        var agents = arguments.Form.Uids!.Select(uid =>
            ended.GetValueOrDefault(uid)
            ?? (
                run.IsOpen
                    ? null
                    : new MovedAgent(uid, arguments.NameOf(uid), MoveEnd.NotBegun, null, null, null, [], [], AgentMover.Stopped)
            )
        );
        return new(arguments.From, run.StartedAt, run.EndedAt, IsDryRun: false, [.. agents.OfType<MovedAgent>()]);
    }

    private static Arguments? ArgumentsOf(LongRun run) =>
        run.Arguments is { } text
        && JsonSerializer.Deserialize<Arguments>(text, ApiJson.Options) is { From: not null, Form.Uids: not null } read
            ? read
            : null;

    /// <summary>What a move was told.</summary>
    /// <param name="Names">Of the agents when it was begun; null in one of an older console.</param>
    private sealed record Arguments(Uri From, MoveForm Form, IReadOnlyDictionary<string, string>? Names = null)
    {
        public string NameOf(string uid) => Names?.GetValueOrDefault(uid) ?? uid;
    }
}
