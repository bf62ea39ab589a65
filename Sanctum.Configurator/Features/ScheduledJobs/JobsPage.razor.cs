using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>All jobs, what of them is coming up, and what their runs came to.</summary>
public sealed partial class JobsPage
{
    private JobList? _list;
    private IReadOnlyList<JobAgent> _owners = [];

    [SupplyParameterFromQuery(Name = "state")]
    public string? State { get; set; }

    [SupplyParameterFromQuery(Name = "agent")]
    public string? Agent { get; set; }

    [SupplyParameterFromQuery(Name = "span")]
    public string? Span { get; set; }

    [SupplyParameterFromQuery(Name = "outcome")]
    public string? Outcome { get; set; }

    [SupplyParameterFromQuery(Name = "run-search")]
    public string? RunSearch { get; set; }

    [SupplyParameterFromQuery(Name = "run")]
    public int? Run { get; set; }

    [Inject]
    public required JobReader Reader { get; init; }

    protected override void OnInitialized() => Watch(Tables.ScheduledJobs, Tables.Agents);

    protected override async Task ReadAsync(CancellationToken cancel) => _owners = await Reader.OwnersAsync(cancel);

    private async Task AddAsync()
    {
        if (await Dialogs.AskAsync<JobDialog, JobRow>(JobDialog.For(new())) is { } made)
        {
            Notices.Say($"{made.Name} was created.", Tone.Good);
            await (_list?.ReloadListAsync() ?? Task.CompletedTask);
        }
    }
}
