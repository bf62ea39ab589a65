using MudBlazor;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>Asks before something that cannot be taken back.</summary>
public sealed class Confirm(IDialogService dialogs)
{
    /// <summary>True when the reader pressed the button named <paramref name="verb"/>.</summary>
    /// <param name="verb">What will be done, such as "Delete agent".</param>
    /// <param name="nameToType">Must be typed before the button can be pressed: for deleting or restoring data.</param>
    /// <param name="isDanger">Colours the button; false for a question that harms nothing.</param>
    public Task<bool> AskAsync(string title, string text, string verb, string? nameToType = null, bool isDanger = true) =>
        dialogs.AskAsync<ConfirmDialog, bool>(
            new Dictionary<string, object?>
            {
                [nameof(ConfirmDialog.Title)] = title,
                [nameof(ConfirmDialog.Text)] = text,
                [nameof(ConfirmDialog.Verb)] = verb,
                [nameof(ConfirmDialog.NameToType)] = nameToType,
                [nameof(ConfirmDialog.IsDanger)] = isDanger,
            }
        );
}
