using MudBlazor;

namespace Sanctum.Configurator.Components.Kit;

public static class DialogAnswers
{
    /// <summary>
    /// Shows a dialog and waits for its answer; <c>default</c> when it was cancelled. The dialog itself saves; whoever showed it reloads.
    /// </summary>
    public static async Task<TAnswer?> AskAsync<TDialog, TAnswer>(
        this IDialogService dialogs,
        IDictionary<string, object?>? parameters = null
    )
        where TDialog : Microsoft.AspNetCore.Components.IComponent
    {
        var given = new DialogParameters();
        foreach (var (name, value) in parameters ?? new Dictionary<string, object?>())
        {
            given.Add(name, value);
        }

        var dialog = await dialogs.ShowAsync<TDialog>(null, given);
        return await dialog.Result is { Canceled: false, Data: TAnswer answer } ? answer : default;
    }
}
