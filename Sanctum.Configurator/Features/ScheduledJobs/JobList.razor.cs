using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>The jobs, how they are, and what is done with one or several of them.</summary>
public sealed partial class JobList : IDisposable
{
    private readonly HashSet<int> _chosen = [];
    private readonly CancellationTokenSource _gone = new();
    private DataTable<JobRow>? _table;
    private PulseWatch? _watch;
    private PageRequest? _shown;
    private IReadOnlyList<JobRow> _rows = [];
    private string? _problem;
    private bool _mayChoose;

    /// <summary>The word of a <see cref="JobState"/>, as the page's address has it.</summary>
    [Parameter]
    public string? State { get; set; }

    /// <summary>The id of an agent, likewise.</summary>
    [Parameter]
    public string? Agent { get; set; }

    [Parameter]
    public IReadOnlyList<JobAgent> Owners { get; set; } = [];

    [Parameter]
    public EventCallback OnAdd { get; set; }

    [Inject]
    public required JobReader Reader { get; init; }

    [Inject]
    public required JobPulse Pulse { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required ILogger<JobList> Log { get; init; }

    public void Dispose()
    {
        _watch?.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    internal Task ReloadAsync() => _table?.ReloadAsync() ?? Task.CompletedTask;

    protected override async Task OnInitializedAsync()
    {
        _watch = new(Pulse, Feed, Clock, () => _ = InvokeAsync(LookAsync));
        _mayChoose = await Caller.MayAsync(Policies.OperateRegistry);
    }

    private async Task<PageOf<JobRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var found = await FindAsync(page, cancel);
        (_shown, _rows) = (page, found.Items);
        StateHasChanged();
        return found;
    }

    private Task<PageOf<JobRow>> FindAsync(PageRequest page, CancellationToken cancel) =>
        Reader.PageAsync(new(int.TryParse(Agent, out var agent) ? agent : null, Words<JobState>.Find(State)), page, cancel);

    /// <summary>A list that is as it was is not worth a new one, which a screen reader would tell of.</summary>
    private async Task LookAsync()
    {
        try
        {
            if (_shown is { } page && !_gone.IsCancellationRequested && !(await FindAsync(page, _gone.Token)).Items.Select(MarkOf).SequenceEqual(_rows.Select(MarkOf)))
            {
                await ReloadAsync();
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        catch (ObjectDisposedException)
        {
            // The console has ended under an open page.
            _watch?.Dispose();
        }
        catch (Exception e) when (e is System.Data.Common.DbException or InvalidOperationException)
        {
            LogFailed(Log, e);
        }
    }

    private static (int, int, JobState, DateTimeOffset?, DateTimeOffset?, RunMark?, string?) MarkOf(JobRow job) =>
        (job.Id, job.Version, job.State, job.NextRun, job.LastRun, job.Recent.Count > 0 ? job.Recent[^1] : null, job.Problem);

    private void Tick(int id, bool isChosen) => _ = isChosen ? _chosen.Add(id) : _chosen.Remove(id);

    private void ChoosePage() => _chosen.UnionWith(_rows.Select(job => job.Id));

    private void Choose(string key, string? value) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(key, value is { Length: > 0 } ? value : null));

    private async Task ActedAsync(string? problem)
    {
        _problem = problem;
        await ReloadAsync();
    }

    [LoggerMessage(LogLevel.Error, "The jobs could not be looked at for a page")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
