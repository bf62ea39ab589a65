using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>One job: how it is, when it runs next, what its runs came to and how it is set.</summary>
public sealed partial class JobPage
{
    private JobView? _view;
    private string? _problem;

    [Parameter]
    public int Id { get; set; }

    [SupplyParameterFromQuery(Name = "outcome")]
    public string? Outcome { get; set; }

    [SupplyParameterFromQuery(Name = "run-search")]
    public string? RunSearch { get; set; }

    [SupplyParameterFromQuery(Name = "run")]
    public int? Run { get; set; }

    [Inject]
    public required JobReader Reader { get; init; }

    [Inject]
    public required JobService Jobs { get; init; }

    protected override object LoadKey => Id;

    protected override void OnInitialized() => WatchRuns();

    protected override async Task ReadAsync(CancellationToken cancel) => _view = await Reader.FindAsync(Id, cancel);

    private async Task RunNowAsync()
    {
        if (await Dialogs.AskAsync<RunNowDialog, RunRow>(RunNowDialog.For(_view!)) is { } run)
        {
            await Dialogs.AskAsync<RunDialog, string>(RunDialog.For(run.Id));
        }

        await ReloadAsync();
    }

    private async Task PauseAsync()
    {
        if (await Dialogs.AskAsync<PauseDialog, string>(PauseDialog.For(_view!.Job)) is { } said)
        {
            Notices.Say(said, Tone.Good);
        }

        await ReloadAsync();
    }

    private async Task ResumeAsync() => await TellAsync(await Jobs.ResumeAsync(Id, null, CancellationToken.None), "is resumed");

    private async Task SwitchAsync()
    {
        var isEnabled = _view!.Job.IsEnabled;
        await TellAsync(await Jobs.EnableAsync(Id, !isEnabled, null, CancellationToken.None), isEnabled ? "is disabled" : "is enabled");
    }

    private async Task EditAsync()
    {
        // Read anew: what was cancelled in a dialog is no part of the next.
        if (
            await Reader.FindAsync(Id, CancellationToken.None) is { } view
            && await Dialogs.AskAsync<JobDialog, JobRow>(JobDialog.For(view.Form, view.Job.AgentName)) is { } saved
        )
        {
            Notices.Say($"{saved.Name} was saved.", Tone.Good);
        }

        await ReloadAsync();
    }

    private async Task DeleteAsync()
    {
        var job = _view!.Job;
        if (
            await Confirm.AskAsync($"Delete {job.Name}?", JobLabels.GoneWithIt, "Delete job", job.Name)
            && await TellAsync(await Jobs.DeleteAsync(Id, job.Version, CancellationToken.None), "was deleted")
        )
        {
            Navigation.NavigateTo(Urls.ScheduledJobs);
        }
    }

    private async Task<bool> TellAsync(Outcome<JobRow> outcome, string done)
    {
        var name = _view!.Job.Name;
        _problem = outcome.ProblemWith(name);
        if (_problem is null)
        {
            Notices.Say($"{name} {done}.", Tone.Good);
        }

        await ReloadAsync();
        return _problem is null;
    }
}
