using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Layout;

/// <summary>The shell: app bar, side menu, the page within its error boundary, dialogs and notices.</summary>
public sealed partial class MainLayout
{
    private IReadOnlyList<AppBarItem> _items = [];
    private RenderFragment? _body;
    private IncidentBoundary? _boundary;

    [Inject]
    public required IEnumerable<AppBarItem> Items { get; init; }

    protected override void OnInitialized() => _items = [.. Items.OrderBy(item => item.Order)];

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_body, Body))
        {
            // Another page: a failure of the one before is no longer of interest.
            _body = Body;
            _boundary?.Recover();
        }
    }
}
