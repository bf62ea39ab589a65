using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.History;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>Runs of one job or of all, the newest first and growing as they come; older ones are read from where the list ends.</summary>
public sealed partial class RunList : IDisposable
{
    private const int AtOnce = 50;
    private const int MostAnew = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _gone = new();
    private CancellationTokenSource? _typing;
    private PulseWatch? _watch;
    private List<RunRow> _runs = [];
    private (int?, string?, string?, string?)? _shown;
    private string? _next;
    private string? _typed;
    private int? _open;
    private int _total;
    private bool _isRead;
    private bool _isBusy;
    private bool _failed;

    /// <summary>Null for all jobs.</summary>
    [Parameter]
    public int? JobId { get; set; }

    /// <summary>The word of a <see cref="RunOutcome"/>, as the page's address has it.</summary>
    [Parameter]
    public string? Outcome { get; set; }

    /// <summary>The id of an agent, likewise.</summary>
    [Parameter]
    public string? Agent { get; set; }

    [Parameter]
    public string? Search { get; set; }

    /// <summary>The run that is open, as the page's address has it.</summary>
    [Parameter]
    public int? Run { get; set; }

    [Parameter]
    public IReadOnlyList<JobAgent> Owners { get; set; } = [];

    [Inject]
    public required JobRunService Runs { get; init; }

    [Inject]
    public required JobPulse Pulse { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required ILogger<RunList> Log { get; init; }

    private bool IsFiltered => Outcome is { Length: > 0 } || Agent is { Length: > 0 } || Search is { Length: > 0 };

    private string Position => string.Create(CultureInfo.InvariantCulture, $"{_runs.Count:N0} of {_total:N0}{(_total >= JobRunService.MostCounted ? " or more" : "")}");

    private RunFilter Filter => new(JobId, Words<RunOutcome>.Find(Outcome), int.TryParse(Agent, out var agent) ? agent : null);

    public void Dispose()
    {
        _watch?.Dispose();
        _typing?.Cancel();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized() => _watch = new(Pulse, Feed, Clock, () => _ = InvokeAsync(ReadAsync));

    protected override async Task OnParametersSetAsync()
    {
        _open = Run is null ? null : _open;
        if (_shown != (JobId, Outcome, Agent, Search))
        {
            _typed = _typing is null ? Search : _typed;
            (_shown, _runs) = ((JobId, Outcome, Agent, Search), []);
            await ReadAsync();
        }
    }

    /// <summary>The newest again; what is older stays as it was read.</summary>
    private Task ReadAsync() => ReadAsync(async () =>
    {
        var shown = _shown;
        var page = await Runs.PageAsync(Filter, new(0, Math.Clamp(_runs.Count, AtOnce, MostAnew), Search: Search), _gone.Token);
        if (shown == _shown)
        {
            var older = page.NextCursor is not null ? _runs.Where(run => run.Id < page.Items[^1].Id).ToList() : [];
            (_runs, _total, _next) = ([.. page.Items, .. older], page.Total, older.Count > 0 ? _next : page.NextCursor);
        }
    });

    private Task MoreAsync() => ReadAsync(async () =>
    {
        var page = await Runs.PageAsync(Filter, new(0, AtOnce, Search: Search, Cursor: _next), _gone.Token);
        _runs.AddRange(page.Items);
        (_total, _next) = (Math.Max(_total, _runs.Count), page.NextCursor);
    });

    private async Task ReadAsync(Func<Task> read)
    {
        if (_gone.IsCancellationRequested)
        {
            return;
        }

        try
        {
            _isBusy = true;
            await read();
            (_isRead, _failed) = (true, false);
        }
        catch (Exception) when (_gone.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (e is System.Data.Common.DbException or InvalidOperationException)
        {
            _failed = true;
            LogFailed(Log, e);
        }
        finally
        {
            _isBusy = false;
        }

        StateHasChanged();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Run is { } id && id != _open)
        {
            await OpenAsync(id);
        }
    }

    /// <summary>While a run is open, the page's address is the run's own.</summary>
    private async Task OpenAsync(int id)
    {
        _open = id;
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("run", id), replace: true);
        await Dialogs.AskAsync<RunDialog, string>(RunDialog.For(id));
        if (!_gone.IsCancellationRequested)
        {
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("run", (int?)null), replace: true);
            await ReadAsync();
        }
    }

    private async Task TypeAsync(string? text)
    {
        _typing?.Cancel();
        using var typing = _typing = new CancellationTokenSource();
        _typed = text;
        try
        {
            await Task.Delay(Pause, Clock, typing.Token);
            _typing = null;
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("run-search", string.IsNullOrWhiteSpace(text) ? null : text), replace: true);
        }
        catch (OperationCanceledException)
        {
            // More was typed: the newer search goes on.
        }
    }

    private void Choose(string key, string? value) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(key, value is { Length: > 0 } ? value : null));

    [LoggerMessage(LogLevel.Error, "The runs of jobs could not be read for a page")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
