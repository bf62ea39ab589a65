using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>Pauses a job until a moment, or until it is resumed.</summary>
public sealed partial class PauseDialog
{
    private readonly EditContext _context = new(new object());
    private string? _until;
    private string? _problem;
    private string? _notice;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required JobRow Job { get; set; }

    [Inject]
    public required JobService Jobs { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    internal static Dictionary<string, object?> For(JobRow job) => new() { [nameof(Job)] = job };

    private async Task SaveAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            (var until, _problem) = ZonedTime.Read(_until, Job.TimeZone);
            if (_problem is null)
            {
                Show(await Jobs.PauseAsync(Job.Id, until, null, CancellationToken.None));
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show(Outcome<JobRow> outcome)
    {
        switch (outcome)
        {
            case Outcome<JobRow>.Done:
                Shown.Close($"{Job.Name} is paused.");
                break;
            case Outcome<JobRow>.Refused refused when refused.Reasons.TryGetValue("until", out var reason):
                _problem = reason;
                break;
            default:
                _notice = outcome.ProblemWith(Job.Name);
                break;
        }
    }
}
