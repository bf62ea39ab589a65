using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Sanctum.Configurator.Components.Layout;

/// <summary>Keeps a page's failure to the page: shows an incident number that is also in the log, and a way to try again.</summary>
public sealed partial class IncidentBoundary : ErrorBoundaryBase
{
    private string _incident = "";

    [Inject]
    public required ILogger<IncidentBoundary> Log { get; init; }

    protected override Task OnErrorAsync(Exception exception)
    {
        _incident = Guid.NewGuid().ToString("N")[..8].ToUpperInvariant();
        LogIncident(Log, exception, _incident);
        return Task.CompletedTask;
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (CurrentException is null)
        {
            builder.AddContent(0, ChildContent);
            return;
        }

        builder.OpenComponent<ErrorPanel>(1);
        builder.AddComponentParameter(2, nameof(ErrorPanel.Incident), _incident);
        builder.AddComponentParameter(3, nameof(ErrorPanel.OnRetry), EventCallback.Factory.Create(this, Recover));
        builder.CloseComponent();
    }

    [LoggerMessage(LogLevel.Error, "A page failed: incident {Incident}")]
    private static partial void LogIncident(ILogger log, Exception exception, string incident);
}
