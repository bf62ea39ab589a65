using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.History;

/// <summary>Shows what taking a change back would do, and does it.</summary>
public sealed partial class UndoDialog
{
    private UndoPlan? _plan;

    [Parameter, EditorRequired]
    public required ChangeRow Change { get; set; }

    [Inject]
    public required HistoryUndo Undo { get; init; }

    protected override string Thing => "change";

    protected override Task OnInitializedAsync() =>
        RunAsync(async () => _plan = Take(await Undo.UndoAsync(Change.Id, isDryRun: true, Closed)));

    protected override async Task<Outcome<UndoPlan>> SaveAsync()
    {
        var outcome = await Undo.UndoAsync(Change.Id, isDryRun: false, CancellationToken.None);
        _plan = outcome is Outcome<UndoPlan>.Ok ? _plan : null;
        return outcome;
    }

    protected override object Answer(UndoPlan saved) => $"Change {Change.Id} was undone.";
}
