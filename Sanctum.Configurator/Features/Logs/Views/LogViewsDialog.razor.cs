using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Logs.Views;

/// <summary>All views that the reader sees; his own are renamed, changed and deleted here.</summary>
public sealed partial class LogViewsDialog
{
    private DataTable<LogViewRow> _table = null!;
    private string? _problem;

    [Inject]
    public required LogViewService Views { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    private async Task EditAsync(LogViewRow view)
    {
        _problem = null;
        if (
            await Dialogs.AskAsync<LogViewDialog, string>(
                new Dictionary<string, object?> { [nameof(LogViewDialog.Form)] = view.ToForm() }
            ) is
            { } said
        )
        {
            Notices.Say(said, Tone.Good);
        }

        await _table.ReloadAsync();
    }

    private async Task DeleteAsync(LogViewRow view)
    {
        if (
            await Confirm.AskAsync(
                $"Delete {view.Name}?",
                view.IsShared ? "The view is deleted for everybody. The log lines are kept." : "The log lines are kept.",
                "Delete view"
            )
        )
        {
            var outcome = await Views.DeleteAsync(view.Id, view.Version, CancellationToken.None);
            _problem = outcome.ProblemWith(view.Name);
            if (_problem is null)
            {
                Notices.Say($"{view.Name} was deleted.", Tone.Good);
            }

            await _table.ReloadAsync();
        }
    }
}
