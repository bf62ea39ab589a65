using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>The way of agents from a V1 server to the App Server: server, agents, plan, move, report. The move itself goes on without it.</summary>
public sealed partial class MovePage
{
    private const int PageLength = 25;

    private static readonly JsonSerializerOptions Written = new(ApiJson.Options) { WriteIndented = true };

    private readonly HashSet<string> _chosen = [];
    private readonly Dictionary<string, string?> _models = [];
    private V1ServerForm _server = new();
    private V1ServerView? _kept;
    private LettaReport? _test;
    private IReadOnlyList<V1AgentRow> _agents = [];
    private MovePlan? _plan;
    private MoveReport? _tried;
    private MoveRun? _run;
    private ITimer? _timer;
    private CancellationTokenSource? _stop;
    private MoveStep _step;
    private string? _problem;
    private int _done;
    private int _total;

    private enum MoveStep
    {
        Server,
        Agents,
        Plan,
        Move,
        Report,
    }

    [Inject]
    public required V1Server Server { get; init; }

    [Inject]
    public required AgentMove Moves { get; init; }

    [Inject]
    public required MoveRuns Runs { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    private bool IsBusy { get; set; }

    /// <summary>Every agent needs a model that the App Server offers.</summary>
    private bool IsBlocked => _plan?.Agents.Any(agent => agent is { NewModel: null, MovedAs: null }) == true;

    private string PlanText => _chosen.Count == 0 ? "Nothing chosen" : $"Plan {AgentLabels.Count(_chosen.Count, "agent")}";

    private MoveForm Form => new() { Uids = [.. _agents.Select(agent => agent.Uid).Where(_chosen.Contains)], Models = _models };

    /// <summary>Of the dry run that was just made, or else of the newest move.</summary>
    private MoveReport? Report => _tried ?? _run?.Report;

    protected override async Task OnInitializedAsync()
    {
        var watch = WatchRuns(FollowAsync);

        // Another console tells nobody here of its move.
        _timer = Hold(Clock.CreateTimer(_ => watch.Ask(), null, Timeout.InfiniteTimeSpan, AtMost));
        var outcome = await Server.FindAsync(Gone);
        _problem = outcome.ProblemWith("the V1 server");
        Keep((outcome as Outcome<V1ServerView?>.Ok)?.Value);
        await FindAsync();
        _step = _run?.IsOpen == true ? MoveStep.Move : MoveStep.Server;
    }

    protected override void Dispose(bool isDisposing)
    {
        _stop?.Cancel();
        base.Dispose(isDisposing);
    }

    /// <summary>Shows how the move stands, and its report when it has ended.</summary>
    private Task FollowAsync() =>
        TryAsync(async _ =>
        {
            var wasOpen = _run?.IsOpen == true;
            await FindAsync();
            if (_run?.IsOpen == true && _stop is null)
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

    private void Keep(V1ServerView? kept)
    {
        _kept = kept;
        _server = new() { Address = kept?.Address.AbsoluteUri };
    }

    private Task TestAsync() => WorkAsync(async () => _test = Taken(await Server.TestAsync(_server, Gone), "the V1 server"));

    private Task SaveServerAsync() =>
        WorkAsync(async () =>
        {
            if (Taken(await Server.SaveAsync(_server, CancellationToken.None), "the V1 server") is { } kept)
            {
                Keep(kept);
                await ReadAsync();
            }
        });

    private Task ReadAgentsAsync() => WorkAsync(ReadAsync);

    private async Task ReadAsync()
    {
        if (Taken(await Moves.ListAsync(Gone), "the V1 server") is { } agents)
        {
            (_agents, _test) = (agents, null);
            _chosen.IntersectWith(agents.Select(agent => agent.Uid));
            _step = MoveStep.Agents;
        }
    }

    private Task PlanAsync() =>
        WorkAsync(async () =>
        {
            if (Taken(await Moves.PlanAsync(Form, Gone), "the agents") is { } plan)
            {
                (_plan, _step) = (plan, MoveStep.Plan);
            }
        });

    private Task MapAsync(string model, string chosen)
    {
        _models[model] = chosen;
        return PlanAsync();
    }

    private Task TryAsync() =>
        WorkAsync(async () =>
        {
            using var stop = _stop = CancellationTokenSource.CreateLinkedTokenSource(Gone);
            var from = _step;
            (_step, _done, _total) = (MoveStep.Move, 0, Form.Uids!.Count);
            StateHasChanged();
            try
            {
                _tried = Taken(await Moves.TryAsync(Form, Say, stop.Token), "the agents");
                _step = _tried is null ? from : MoveStep.Report;
            }
            finally
            {
                _stop = null;
            }
        });

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

    private void Say(int done, int total) =>
        _ = InvokeAsync(() =>
        {
            (_done, _total) = (done, total);
            StateHasChanged();
        });

    private Task SaveMarkdownAsync() => SaveAsync("md", MoveReportText.Of(Report!));

    private Task SaveJsonAsync() => SaveAsync("json", JsonSerializer.Serialize(Report, Written));

    private async Task SaveAsync(string extension, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await Browser.DownloadAsync($"move-from-v1-{Report!.BeganAt:yyyyMMdd-HHmmss}.{extension}", content);
    }

    private Task<PageOf<V1AgentRow>> PageAsync(PageRequest page, CancellationToken cancel)
    {
        var found = page.Search is { } text
            ? [.. _agents.Where(row => row.Name.Contains(text, StringComparison.OrdinalIgnoreCase))]
            : _agents;
        return Task.FromResult(new PageOf<V1AgentRow>([.. found.Skip(page.Skip).Take(page.Take)], found.Count));
    }

    private void ChooseAll() => _chosen.UnionWith(_agents.Select(agent => agent.Uid));

    private void Choose(string uid, bool isChosen)
    {
        _ = isChosen ? _chosen.Add(uid) : _chosen.Remove(uid);
    }

    private void ShowLast() => (_tried, _step, _problem) = (null, MoveStep.Report, null);

    private void Go(MoveStep step) => (_step, _problem) = (step, null);

    private async Task WorkAsync(Func<Task> act)
    {
        if (IsBusy)
        {
            return;
        }

        (IsBusy, _problem) = (true, null);
        try
        {
            await act();
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            IsBusy = false;
        }
    }

    private T? Taken<T>(Outcome<T> outcome, string name)
        where T : class
    {
        _problem = outcome.ProblemWith(name);
        return (outcome as Outcome<T>.Ok)?.Value;
    }
}
