using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Agents.Moving;

/// <summary>The way of agents from a V1 server to the App Server: server, agents, plan, move, report. The move ends with the page.</summary>
public sealed partial class MovePage
{
    private const int PageLength = 25;

    private static readonly JsonSerializerOptions Written = new(ApiJson.Options) { WriteIndented = true };

    private readonly CancellationTokenSource _gone = new();
    private readonly HashSet<string> _chosen = [];
    private readonly Dictionary<string, string?> _models = [];
    private V1ServerForm _server = new();
    private V1ServerView? _kept;
    private LettaReport? _test;
    private IReadOnlyList<V1AgentRow> _agents = [];
    private MovePlan? _plan;
    private MoveReport? _report;
    private CancellationTokenSource? _stop;
    private MoveStep _step;
    private string? _problem;
    private string _doing = "";
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
    public required Browser Browser { get; init; }

    private bool IsBusy { get; set; }

    /// <summary>Every agent needs a model that the App Server offers.</summary>
    private bool IsBlocked => _plan?.Agents.Any(agent => agent is { NewModel: null, MovedAs: null }) == true;

    private string PlanText => _chosen.Count == 0 ? "Nothing chosen" : $"Plan {AgentLabels.Count(_chosen.Count, "agent")}";

    private MoveForm Form => new() { Uids = [.. _agents.Select(agent => agent.Uid).Where(_chosen.Contains)], Models = _models };

    public void Dispose()
    {
        _stop?.Cancel();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        var outcome = await Server.FindAsync(_gone.Token);
        _problem = outcome.ProblemWith("the V1 server");
        Keep((outcome as Outcome<V1ServerView?>.Ok)?.Value);
    }

    private static Tone ToneOf(MoveEnd end) =>
        end switch
        {
            MoveEnd.Failed => Tone.Bad,
            MoveEnd.NotBegun => Tone.Warning,
            MoveEnd.WouldMove => Tone.Busy,
            _ => Tone.Good,
        };

    private static string Compared(MovedAgent agent) =>
        agent.NewUid is null || agent.End is MoveEnd.WouldMove or MoveEnd.Failed ? "–"
        : agent.Differences.Count == 0 ? "Identical"
        : $"Differs in {string.Join(", ", agent.Differences.Select(difference => difference.Title))}";

    private void Keep(V1ServerView? kept)
    {
        _kept = kept;
        _server = new() { Address = kept?.Address.AbsoluteUri };
    }

    private Task TestAsync() => WorkAsync(async () => _test = Taken(await Server.TestAsync(_server, _gone.Token), "the V1 server"));

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
        if (Taken(await Moves.ListAsync(_gone.Token), "the V1 server") is { } agents)
        {
            (_agents, _test) = (agents, null);
            _chosen.IntersectWith(agents.Select(agent => agent.Uid));
            _step = MoveStep.Agents;
        }
    }

    private Task PlanAsync() =>
        WorkAsync(async () =>
        {
            if (Taken(await Moves.PlanAsync(Form, _gone.Token), "the agents") is { } plan)
            {
                (_plan, _step) = (plan, MoveStep.Plan);
            }
        });

    private Task MapAsync(string model, string chosen)
    {
        _models[model] = chosen;
        return PlanAsync();
    }

    private Task MoveAsync(bool isDryRun) =>
        WorkAsync(async () =>
        {
            using var stop = _stop = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
            var from = _step;
            (_step, _doing, _done, _total) = (MoveStep.Move, isDryRun ? "Trying the move" : "Moving", 0, Form.Uids!.Count);
            StateHasChanged();
            try
            {
                _report = Taken(await Moves.MoveAsync(Form, isDryRun, Say, stop.Token), "the agents");
                _step = _report is null ? from : MoveStep.Report;
            }
            finally
            {
                _stop = null;
            }
        });

    private void Stop()
    {
        _doing = "Stopping after the present agent";
        _stop?.Cancel();
    }

    private void Say(MovedAgent agent, int done, int total) =>
        _ = InvokeAsync(() =>
        {
            (_done, _total) = (done, total);
            StateHasChanged();
        });

    private Task SaveMarkdownAsync() => SaveAsync("md", MoveReportText.Of(_report!));

    private Task SaveJsonAsync() => SaveAsync("json", JsonSerializer.Serialize(_report, Written));

    private async Task SaveAsync(string extension, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await Browser.DownloadAsync($"move-from-v1-{_report!.BeganAt:yyyyMMdd-HHmmss}.{extension}", content);
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
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
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
