using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>All jobs, what of them is coming up, and what their runs came to.</summary>
public sealed partial class JobsPage : IDisposable
{
    private JobList? _list;
    private IDisposable? _changes;
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

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    public void Dispose() => _changes?.Dispose();

    protected override Task OnInitializedAsync()
    {
        _changes = Feed.Subscribe(change => change.Tables.Overlaps(["scheduled_jobs", "agents"]) ? InvokeAsync(ReadAsync) : Task.CompletedTask);
        return ReadAsync();
    }

    private async Task ReadAsync()
    {
        _owners = await Reader.OwnersAsync(CancellationToken.None);
        StateHasChanged();
    }

    private async Task AddAsync()
    {
        if (await Dialogs.AskAsync<JobDialog, JobRow>(JobDialog.For(new())) is { } made)
        {
            Notices.Say($"{made.Name} is made.", Tone.Good);
            await (_list?.ReloadAsync() ?? Task.CompletedTask);
        }
    }
}
