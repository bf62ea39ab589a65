using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>The jobs, how they are, and what is done with one or several of them.</summary>
public sealed partial class JobList
{
    private static readonly IReadOnlyList<Choice<string>> States =
    [
        new("", "Every state"),
        .. Enum.GetValues<JobState>().Select(state => new Choice<string>(EnumText<JobState>.Of(state), JobLabels.Of(state))),
    ];

    private readonly Selection _selection = new();
    private DataTable<JobRow>? _table;
    private PageRequest? _shown;
    private IReadOnlyList<JobRow> _rows = [];
    private string? _problem;
    private bool _maySelect;

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
    public required JobService Jobs { get; init; }

    [Inject]
    public required JobReader Reader { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    internal Task ReloadListAsync() => _table?.ReloadAsync() ?? Task.CompletedTask;

    protected override async Task OnInitializedAsync()
    {
        WatchRuns(() => TryAsync(LookAsync));
        _maySelect = await Caller.MayAsync(Policies.OperateRegistry);
    }

    private async Task<PageOf<JobRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var found = await FindAsync(page, cancel);
        (_shown, _rows) = (page, found.Items);
        StateHasChanged();
        return found;
    }

    private Task<PageOf<JobRow>> FindAsync(PageRequest page, CancellationToken cancel) =>
        Reader.PageAsync(new(int.TryParse(Agent, out var agent) ? agent : null, EnumText<JobState>.Find(State)), page, cancel);

    /// <summary>A list that is as it was is not worth a new one, which a screen reader would tell of.</summary>
    private async Task LookAsync(CancellationToken cancel)
    {
        if (_shown is { } page && !(await FindAsync(page, cancel)).Items.Select(MarkOf).SequenceEqual(_rows.Select(MarkOf)))
        {
            await ReloadListAsync();
        }
    }

    private static (int, int, JobState, DateTimeOffset?, DateTimeOffset?, RunMark?, string?) MarkOf(JobRow job) =>
        (job.Id, job.Version, job.State, job.NextRun, job.LastRun, job.Recent.Count > 0 ? job.Recent[^1] : null, job.Problem);

    private async Task<string?> NameOfAsync(int id) => (await Reader.FindAsync(id, CancellationToken.None))?.Job.Name;

    private async Task<string?> EnableAsync(int id, string name, bool isEnabled) =>
        (await Jobs.EnableAsync(id, isEnabled, null, CancellationToken.None)).ProblemWith(name);

    private async Task<string?> RunNowAsync(int id, string name) =>
        (await Jobs.RunAsync(id, null, CancellationToken.None)).ProblemWith(name);

    private async Task ActedAsync(string? problem)
    {
        _problem = problem;
        await ReloadListAsync();
    }
}
