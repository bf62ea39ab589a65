using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>For how long a target keeps backups, tried on a timeline while it is typed.</summary>
public sealed partial class RetentionDialog
{
    private static readonly IReadOnlyList<Choice<bool>> Sources = [new(false, "What the schedule makes"), new(true, "What it holds now")];

    private EditContext _context = null!;
    private IReadOnlyList<KeepItem> _held = [];
    private Simulation? _played;
    private string? _notice;
    private bool _onPresent;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required BackupTargetForm Form { get; set; }

    /// <summary>The schedule on which the rules are tried, saved or not.</summary>
    [Parameter, EditorRequired]
    public required BackupSchedule Schedule { get; set; }

    [Parameter]
    public bool CanWrite { get; set; }

    [Inject]
    public required BackupTargetService Targets { get; init; }

    [Inject]
    public required RetentionService Retention { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        _context = new(Form);
        Play();
        _held = await Retention.HeldAsync(Form.Id!.Value, CancellationToken.None);
    }

    private void Play()
    {
        if (FormRules.Check(Form.Rules).Count == 0)
        {
            _played = _onPresent ? KeepSimulator.Play(Form.Rules, _held, Clock.GetUtcNow()) : KeepSimulator.Play(Form.Rules, Schedule, Clock.GetUtcNow());
        }
    }

    private async Task SaveAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            switch (await Targets.SaveAsync(Form, CancellationToken.None))
            {
                case Outcome<BackupTargetRow>.Done done:
                    Shown.Close($"{done.Value.Name} keeps: {done.Value.Rules.InWords().ToLowerInvariant()}.");
                    break;
                case Outcome<BackupTargetRow>.Refused refused:
                    _notice = refused.Reasons.Values.First();
                    break;
                case Outcome<BackupTargetRow>.Stale:
                    _notice = "Somebody else changed this target after you opened the form. Cancel and open it again to see the change.";
                    break;
                case Outcome<BackupTargetRow>.Missing:
                    _notice = "This target has been deleted.";
                    break;
            }
        }
        finally
        {
            _isBusy = false;
        }
    }
}
