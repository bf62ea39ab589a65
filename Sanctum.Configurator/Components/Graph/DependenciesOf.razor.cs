using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Platform.Dependencies;

namespace Sanctum.Configurator.Components.Graph;

/// <summary>The neighbourhood of one thing in the graph of dependencies, read when it is shown.</summary>
public sealed partial class DependenciesOf
{
    private DependencyGraph? _graph;
    private bool _failed;

    [Parameter, EditorRequired]
    public NodeKind Kind { get; set; }

    [Parameter, EditorRequired]
    public int Id { get; set; }

    [Inject]
    public required IDependencies Dependencies { get; init; }

    [Inject]
    public required ILogger<DependenciesOf> Log { get; init; }

    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task ReadAsync()
    {
        try
        {
            (_graph, _failed) = (await Dependencies.ReadAsync(CancellationToken.None), false);
        }
        catch (Exception e)
        {
            _failed = true;
            LogFailed(Log, e, Kind, Id);
        }
    }

    [LoggerMessage(LogLevel.Error, "The dependencies of {Kind} {Id} could not be read")]
    private static partial void LogFailed(ILogger log, Exception exception, NodeKind kind, int id);
}
