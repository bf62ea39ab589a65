using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>One run: what it was told, what it says while it runs, and how it ended.</summary>
public sealed partial class RunDialog : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private PulseWatch? _watch;
    private ITimer? _timer;
    private RunView? _view;
    private int _id;
    private string? _problem;
    private bool _isRead;
    private bool _isBusy;
    private bool _failed;

    [Parameter, EditorRequired]
    public required int RunId { get; set; }

    [Inject]
    public required JobRunService Runs { get; init; }

    [Inject]
    public required JobPulse Pulse { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required ILogger<RunDialog> Log { get; init; }

    internal static Dictionary<string, object?> For(int id) => new() { [nameof(RunId)] = id };

    public void Dispose()
    {
        _watch?.Dispose();
        _timer?.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync()
    {
        _id = RunId;
        _watch = new(Pulse, Feed, Clock, () => _ = InvokeAsync(ReadAsync));

        // What it says is told by nobody.
        _timer = Clock.CreateTimer(_ => _watch.Ask(), null, Timeout.InfiniteTimeSpan, PulseWatch.AtMost);
        return ReadAsync();
    }

    private async Task ReadAsync()
    {
        if (_gone.IsCancellationRequested)
        {
            return;
        }

        try
        {
            (_view, _isRead, _failed) = (await Runs.FindAsync(_id, _gone.Token), true, false);
            _timer?.Change(_view?.Run.IsOpen == true ? PulseWatch.AtMost : Timeout.InfiniteTimeSpan, PulseWatch.AtMost);
        }
        catch (Exception) when (_gone.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (e is System.Data.Common.DbException or InvalidOperationException)
        {
            _failed = true;
            LogFailed(Log, e, _id);
        }

        StateHasChanged();
    }

    private Task CancelAsync() => DoAsync(async () => await Runs.CancelAsync(_id, CancellationToken.None));

    private Task AgainAsync() => DoAsync(async () =>
    {
        var outcome = await Runs.AgainAsync(_id, CancellationToken.None);
        _id = outcome is Outcome<RunRow>.Done done ? done.Value.Id : _id;
        return outcome;
    });

    private async Task DoAsync(Func<Task<Outcome<RunRow>>> act)
    {
        _isBusy = true;
        try
        {
            _problem = (await act()).ProblemWith("The run");
            await ReadAsync();
        }
        finally
        {
            _isBusy = false;
        }
    }

    [LoggerMessage(LogLevel.Error, "Run {RunId} could not be read")]
    private static partial void LogFailed(ILogger logger, Exception exception, int runId);
}
