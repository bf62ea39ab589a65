using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>The way of agents from a V1 server to the App Server: server, agents, plan, move, report. The move itself goes on without it.</summary>
public sealed partial class MovePage
{
    private readonly Dictionary<string, string?> _models = [];
    private HashSet<string> _chosen = [];
    private V1ServerView? _kept;
    private IReadOnlyList<V1AgentRow> _agents = [];
    private MovePlan? _plan;
    private MoveReport? _tried;
    private MoveRun? _run;
    private ITimer? _timer;
    private MoveStep _step;

    private enum MoveStep
    {
        Server,
        Agents,
        Plan,
        Move,
        Report,

        /// <summary>Tries the move, and shows the report of it.</summary>
        Trial,
    }

    [Inject]
    public required V1Server Server { get; init; }

    [Inject]
    public required AgentMove Moves { get; init; }

    [Inject]
    public required MovePlanner Planner { get; init; }

    [Inject]
    public required MoveRuns Runs { get; init; }

    /// <summary>Every agent needs a model that the App Server offers.</summary>
    private bool IsBlocked => _plan?.Agents.Any(agent => agent is { NewModel: null, MovedAs: null }) == true;

    /// <summary>The step of the wizard.</summary>
    private int At => (int)(_step == MoveStep.Trial ? MoveStep.Move : _step);

    private string PlanText => _chosen.Count == 0 ? "Nothing chosen" : $"Plan {AgentLabels.Count(_chosen.Count, "agent")}";

    private MoveForm Form => new() { Uids = [.. _agents.Select(agent => agent.Uid).Where(_chosen.Contains)], Models = _models };

    protected override async Task OnInitializedAsync()
    {
        var watch = WatchRuns(FollowAsync);

        // Another console tells nobody here of its move.
        _timer = Hold(Clock.CreateTimer(_ => watch.Ask(), null, Timeout.InfiniteTimeSpan, AtMost));
        var outcome = await Server.FindAsync(Gone);
        Problem = outcome.ProblemWith("the V1 server");
        _kept = (outcome as Outcome<V1ServerView?>.Ok)?.Value;
        await FindAsync();
        _step = _run?.IsOpen == true ? MoveStep.Move : MoveStep.Server;
    }

    /// <summary>Shows how the move stands, and its report when it has ended.</summary>
    private Task FollowAsync() =>
        TryAsync(async _ =>
        {
            var wasOpen = _run?.IsOpen == true;
            await FindAsync();
            if (_run?.IsOpen == true && _step != MoveStep.Trial)
            {
                (_step, _tried) = (MoveStep.Move, null);
            }
            else if (wasOpen && _step == MoveStep.Move)
            {
                _step = MoveStep.Report;
            }

            StateHasChanged();
        });

    private async Task FindAsync()
    {
        _run = (await Runs.FindAsync(null, Gone) as Outcome<MoveRun>.Ok)?.Value ?? _run;
        _timer?.Change(_run?.IsOpen == true ? AtMost : Timeout.InfiniteTimeSpan, AtMost);
    }

    private Task ReadAgentsAsync(V1ServerView kept)
    {
        _kept = kept;
        return MoveOthersAsync();
    }

    private Task MoveOthersAsync() =>
        WorkAsync(async () =>
        {
            if (Taken(await Moves.ListAsync(Gone), "the V1 server") is { } agents)
            {
                (_agents, _step) = (agents, MoveStep.Agents);
                _chosen.IntersectWith(agents.Select(agent => agent.Uid));
            }
        });

    private Task PlanAsync() =>
        WorkAsync(async () =>
        {
            if (Taken(await Planner.PlanAsync(Form, Gone), "the agents") is { } plan)
            {
                (_plan, _step) = (plan, MoveStep.Plan);
            }
        });

    private Task MapAsync((string Model, string Chosen) mapped)
    {
        _models[mapped.Model] = mapped.Chosen;
        return PlanAsync();
    }

    private void ShowTried(Outcome<MoveReport> outcome)
    {
        _tried = Taken(outcome, "the agents");
        _step = _tried is null ? MoveStep.Plan : MoveStep.Report;
    }

    private Task MoveAsync() => BeginAsync(() => Runs.BeginAsync(Form, CancellationToken.None));

    private Task ResumeAsync() => BeginAsync(() => Runs.ResumeAsync(_run!.Id!.Value, CancellationToken.None));

    private Task CancelAsync() =>
        WorkAsync(async () => _run = Taken(await Runs.CancelAsync(_run!.Id!.Value, CancellationToken.None), "the move") ?? _run);

    private Task BeginAsync(Func<Task<Outcome<MoveRun>>> begin) =>
        WorkAsync(async () =>
        {
            if (Taken(await begin(), "the move") is { } run)
            {
                (_run, _tried, _step) = (run, null, MoveStep.Move);
                await FollowAsync();
            }
        });

    private static string MoveText(int agents) => $"Move {AgentLabels.Count(agents, "agent")}";

    private void ShowLast() => (_tried, _step, Problem) = (null, MoveStep.Report, null);

    private void Go(MoveStep step) => (_step, Problem) = (step, null);

    private T? Taken<T>(Outcome<T> outcome, string name)
        where T : class
    {
        Problem = outcome.ProblemWith(name);
        return (outcome as Outcome<T>.Ok)?.Value;
    }
}
