using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>Where <see cref="Kit.Dialogs"/> are drawn; stands once in the layout. Leaving the page cancels them.</summary>
public sealed partial class DialogHost : IDisposable
{
    private string _path = "";

    [Inject]
    public required Dialogs Dialogs { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    public void Dispose()
    {
        Dialogs.Changed -= Redraw;
        Navigation.LocationChanged -= CancelWhenPageIsLeft;
    }

    protected override void OnInitialized()
    {
        _path = Path(Navigation.Uri);
        Dialogs.Changed += Redraw;
        Navigation.LocationChanged += CancelWhenPageIsLeft;
    }

    private static string Path(string uri) => new Uri(uri).AbsolutePath;

    private void Redraw() => _ = InvokeAsync(StateHasChanged);

    private void CancelWhenPageIsLeft(object? sender, LocationChangedEventArgs change)
    {
        var path = Path(change.Location);
        if (path != _path)
        {
            _path = path;
            _ = InvokeAsync(Dialogs.CancelAll);
        }
    }
}
