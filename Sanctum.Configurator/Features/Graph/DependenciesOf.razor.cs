using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>The neighbourhood of one thing in the graph of dependencies, read when it is shown.</summary>
public sealed partial class DependenciesOf
{
    private DependencyGraph? _graph;

    [Parameter, EditorRequired]
    public NodeKind Kind { get; set; }

    [Parameter, EditorRequired]
    public int Id { get; set; }

    [Inject]
    public required DependencyReader Dependencies { get; init; }

    protected override async Task ReadAsync(CancellationToken cancel) => _graph = await Dependencies.ReadAsync(cancel);
}
