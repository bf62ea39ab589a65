using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.History;

/// <summary>Shows what taking a change back would do, and does it.</summary>
public sealed partial class UndoDialog
{
    private UndoPlan? _plan;
    private string? _problem;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required ChangeRow Change { get; set; }

    [Inject]
    public required HistoryUndo Undo { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    private string? Text => _problem is null ? "It is a new change, which can be undone." : null;

    protected override async Task OnInitializedAsync() => Show(await Undo.UndoAsync(Change.Id, isDryRun: true, CancellationToken.None));

    private async Task UndoAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            var outcome = await Undo.UndoAsync(Change.Id, isDryRun: false, CancellationToken.None);
            Show(outcome);
            if (outcome is Outcome<UndoPlan>.Done)
            {
                Shown.Close($"Change {Change.Id} is undone.");
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show(Outcome<UndoPlan> outcome)
    {
        _plan = (outcome as Outcome<UndoPlan>.Done)?.Value;
        _problem = outcome.ProblemWith($"Change {Change.Id}");
    }
}
