using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace Sanctum.Configurator.Components;

/// <summary>
/// The document. Decides the render mode once: a circuit without prerendering for the console; no circuit and no script for
/// pages that are excluded from interactive routing (log-in, set-up).
/// </summary>
public sealed partial class App
{
    private string? _theme;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = null!;

    [Inject]
    public required IEnumerable<KeptTheme> Themes { get; init; }

    private bool IsInteractive => HttpContext.AcceptsInteractiveRouting();

    private InteractiveServerRenderMode? Mode => IsInteractive ? new InteractiveServerRenderMode(prerender: false) : null;

    protected override async Task OnInitializedAsync() =>
        _theme = Themes.FirstOrDefault() is { } kept ? await kept.FindAsync(HttpContext.RequestAborted) : null;
}
