using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>Stands at the bottom while there is something to save, and guards against leaving without.</summary>
public sealed partial class SaveBar
{
    [Parameter, EditorRequired]
    public IReadOnlyList<Change> Changes { get; set; } = [];

    [Parameter]
    public EventCallback OnSave { get; set; }

    [Parameter]
    public EventCallback OnDiscard { get; set; }

    [Parameter]
    public bool Busy { get; set; }

    /// <summary>Saving is not possible now, such as while a field is wrong.</summary>
    [Parameter]
    public bool Blocked { get; set; }

    /// <summary>Why the last try did not save.</summary>
    [Parameter]
    public string? Error { get; set; }

    [Parameter]
    public string Verb { get; set; } = "Save";

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private string Count => string.Create(CultureInfo.InvariantCulture, $"{Changes.Count} unsaved change{(Changes.Count == 1 ? "" : "s")}");

    private async Task AskBeforeLeavingAsync(LocationChangingContext leaving)
    {
        var here = new Uri(Navigation.Uri).AbsolutePath;
        var there = Navigation.ToAbsoluteUri(leaving.TargetLocation).AbsolutePath;
        if (Changes.Count == 0 || here == there)
        {
            return;
        }

        if (await Confirm.AskAsync("Leave without saving?", $"{Count} will be lost.", "Leave"))
        {
            // Or the draft would be back at the next visit.
            await OnDiscard.InvokeAsync();
        }
        else
        {
            leaving.PreventNavigation();
        }
    }
}
