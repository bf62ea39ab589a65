using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>A <see cref="LiveComponent"/> on which something is done: it asks by dialogs, says how it went, and leads on to other pages.</summary>
public abstract class LivePage : LiveComponent
{
    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }
}
