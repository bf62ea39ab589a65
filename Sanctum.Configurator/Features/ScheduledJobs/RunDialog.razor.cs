using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>One run: what it was told, what it says while it runs, and how it ended.</summary>
public sealed partial class RunDialog
{
    private ITimer? _timer;
    private RunView? _view;
    private int _id;

    [Parameter, EditorRequired]
    public required int RunId { get; set; }

    [Inject]
    public required JobRunService Runs { get; init; }

    internal static Dictionary<string, object?> For(int id) => new() { [nameof(RunId)] = id };

    protected override void OnInitialized()
    {
        _id = RunId;
        var watch = WatchRuns();

        // What it says is told by nobody.
        _timer = Hold(Clock.CreateTimer(_ => watch.Ask(), null, Timeout.InfiniteTimeSpan, AtMost));
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _view = await Runs.FindAsync(_id, cancel);
        _timer?.Change(_view?.Run.IsOpen == true ? AtMost : Timeout.InfiniteTimeSpan, AtMost);
    }

    private Task CancelAsync() => DoAsync(async () => await Runs.CancelAsync(_id, CancellationToken.None));

    private Task AgainAsync() =>
        DoAsync(async () =>
        {
            var outcome = await Runs.AgainAsync(_id, CancellationToken.None);
            _id = outcome is Outcome<RunRow>.Ok done ? done.Value.Id : _id;
            return outcome;
        });

    private async Task DoAsync(Func<Task<Outcome<RunRow>>> act)
    {
        await WorkAsync(async () =>
        {
            Problem = (await act()).ProblemWith("The run");
            await ReloadAsync();
        });
    }
}
