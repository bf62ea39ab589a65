using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>The buttons of a job's row.</summary>
public sealed partial class JobActs
{
    [Parameter, EditorRequired]
    public required JobRow Job { get; set; }

    /// <summary>Why it was not done, in a sentence; null where it was.</summary>
    [Parameter]
    public EventCallback<string?> OnDone { get; set; }

    [Inject]
    public required JobService Jobs { get; init; }

    [Inject]
    public required JobReader Reader { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    private async Task RunNowAsync()
    {
        var outcome = await Jobs.RunAsync(Job.Id, null, CancellationToken.None);
        await OnDone.InvokeAsync(outcome.ProblemWith(Job.Name));
        if (outcome is Outcome<RunRow>.Ok done)
        {
            await Dialogs.AskAsync<RunDialog, string>(RunDialog.For(done.Value.Id));
        }
    }

    private async Task PauseAsync()
    {
        if (await Dialogs.AskAsync<PauseDialog, string>(PauseDialog.For(Job)) is { } said)
        {
            Notices.Say(said, Tone.Good);
        }

        await OnDone.InvokeAsync(null);
    }

    private async Task ResumeAsync() => await TellAsync(await Jobs.ResumeAsync(Job.Id, null, CancellationToken.None), "is resumed");

    private async Task SwitchAsync() =>
        await TellAsync(
            await Jobs.EnableAsync(Job.Id, !Job.IsEnabled, null, CancellationToken.None),
            Job.IsEnabled ? "is disabled" : "is enabled"
        );

    private async Task EditAsync()
    {
        if (await Reader.FindAsync(Job.Id, CancellationToken.None) is not { } view)
        {
            await OnDone.InvokeAsync($"{Job.Name} no longer exists.");
        }
        else if (await Dialogs.AskAsync<JobDialog, JobRow>(JobDialog.For(view.Form, view.Job.AgentName)) is { } saved)
        {
            Notices.Say($"{saved.Name} was saved.", Tone.Good);
            await OnDone.InvokeAsync(null);
        }
    }

    private async Task DeleteAsync()
    {
        if (await Confirm.AskAsync($"Delete {Job.Name}?", JobLabels.GoneWithIt, "Delete job", Job.Name))
        {
            await TellAsync(await Jobs.DeleteAsync(Job.Id, Job.Version, CancellationToken.None), "was deleted");
        }
    }

    private async Task TellAsync(Outcome<JobRow> outcome, string done)
    {
        var problem = outcome.ProblemWith(Job.Name);
        if (problem is null)
        {
            Notices.Say($"{Job.Name} {done}.", Tone.Good);
        }

        await OnDone.InvokeAsync(problem);
    }
}
