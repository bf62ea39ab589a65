using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Registry.Jobs;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>Runs of one job or of all, the newest first and growing as they come; older ones are read from where the list ends.</summary>
public sealed partial class RunList
{
    private const int AtOnce = 50;
    private const int MostAnew = 200;

    private static readonly IReadOnlyList<Choice<string>> Outcomes =
    [
        new("", "Every outcome"),
        .. Enum.GetValues<RunOutcome>().Select(outcome => new Choice<string>(EnumText<RunOutcome>.Of(outcome), JobLabels.Of(outcome))),
    ];

    private List<RunRow> _runs = [];
    private object? _shown;
    private string? _next;
    private readonly TypedSearch _search = new();
    private int? _open;
    private int _total;
    private bool _isBusy;

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

    private bool IsFiltered => Outcome is { Length: > 0 } || Agent is { Length: > 0 } || Search is { Length: > 0 };

    private string Position =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{_runs.Count:N0} of {_total:N0}{(_total >= JobRunService.MostCounted ? " or more" : "")}"
        );

    private RunFilter Filter => new(JobId, EnumText<RunOutcome>.Find(Outcome), int.TryParse(Agent, out var agent) ? agent : null);

    protected override object LoadKey => (JobId, Outcome, Agent, Search);

    protected override void OnInitialized() => WatchRuns();

    protected override void Dispose(bool isDisposing)
    {
        _search.Dispose();
        base.Dispose(isDisposing);
    }

    protected override void OnParametersSet() => _open = Run is null ? null : _open;

    /// <summary>The newest again; what is older stays as it was read.</summary>
    protected override async Task ReadAsync(CancellationToken cancel)
    {
        if (!Equals(_shown, LoadKey))
        {
            (_shown, _runs) = (LoadKey, []);
            _search.Show(Search);
        }

        await RunAsync(async () =>
        {
            var page = await Runs.PageAsync(Filter, new(0, Math.Clamp(_runs.Count, AtOnce, MostAnew), Search: Search), cancel);
            var older = page.NextCursor is not null ? _runs.Where(run => run.Id < page.Items[^1].Id).ToList() : [];
            (_runs, _total, _next) = ([.. page.Items, .. older], page.Total, older.Count > 0 ? _next : page.NextCursor);
        });
    }

    private Task MoreAsync() =>
        TryAsync(cancel =>
            RunAsync(async () =>
            {
                var page = await Runs.PageAsync(Filter, new(0, AtOnce, Search: Search, Cursor: _next), cancel);
                _runs.AddRange(page.Items);
                (_total, _next) = (Math.Max(_total, _runs.Count), page.NextCursor);
            })
        );

    private async Task RunAsync(Func<Task> read)
    {
        _isBusy = true;
        try
        {
            await read();
        }
        finally
        {
            _isBusy = false;
        }
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
        Navigation.Show("run", id, replace: true);
        await Dialogs.AskAsync<RunDialog, string>(RunDialog.For(id));
        if (!Gone.IsCancellationRequested)
        {
            Navigation.Show("run", null, replace: true);
            await ReloadAsync();
        }
    }

    private async Task TypeAsync(string? text)
    {
        if (await _search.TypeAsync(text, Clock))
        {
            Navigation.Show("run-search", text?.Trim() is "" ? null : text, replace: true);
        }
    }
}
