using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>The graph of what needs what: drawn, as a table, and what is wrong in it.</summary>
public sealed partial class GraphPage
{
    private const int MostHits = 12;

    private DependencyGraph? _graph;
    private DependencyNode? _chosen;
    private IReadOnlyList<DependencyNode> _nodes = [];
    private IReadOnlyList<DependencyEdge> _edges = [];
    private (DependencyGraph Graph, string? Kind)? _shown;
    private string _words = "";

    /// <summary>The chosen node, such as <c>plugin:12</c>.</summary>
    [SupplyParameterFromQuery(Name = "node")]
    public string? Node { get; set; }

    [SupplyParameterFromQuery(Name = "kind")]
    public string? Kind { get; set; }

    [Inject]
    public required DependencyReader Reader { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private IReadOnlyList<DependencyNode> Hits =>
        [.. _graph!.Nodes.Where(node => node.Name.Contains(_words.Trim(), StringComparison.OrdinalIgnoreCase)).Take(MostHits)];

    private string Unchosen => Navigation.UrlWith(("node", null));

    protected override void OnInitialized() =>
        Watch(
            Tables.Plugins,
            Tables.PluginLinks,
            Tables.Agents,
            Tables.Tools,
            Tables.ToolInstances,
            Tables.McpServers,
            Tables.ScheduledJobs,
            Tables.Configurations
        );

    protected override void OnParametersSet() => Show();

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _graph = await Reader.ReadAsync(cancel);
        Show();
    }

    private void Show()
    {
        if (_graph is not { } graph)
        {
            return;
        }

        _chosen = NodeId.Find(Node) is { } id ? graph.Find(id) : null;
        if (_shown != (graph, Kind))
        {
            _shown = (graph, Kind);
            var kind = NodeId.KindOf(Kind);
            (_nodes, _edges) = graph.Among(node => kind is null || node.Kind == kind);
        }
    }
}
