using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Dependencies;
using Sanctum.Configurator.Registry.Dependencies;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>The graph of what needs what: drawn, as a table, and what is wrong in it.</summary>
public sealed partial class GraphPage : IDisposable
{
    private const int MostHits = 12;

    private static readonly string[] Tables = ["plugins", "plugin_links", "agents", "tools", "tool_instances", "scheduled_jobs", "configurations"];

    private IDisposable? _changes;
    private DependencyGraph? _graph;
    private DependencyNode? _chosen;
    private IReadOnlyList<DependencyNode> _nodes = [];
    private IReadOnlyList<DependencyEdge> _edges = [];
    private (DependencyGraph Graph, string? Kind)? _shown;
    private string _words = "";
    private bool _failed;

    /// <summary>The chosen node, such as <c>plugin:12</c>.</summary>
    [SupplyParameterFromQuery(Name = "node")]
    public string? Node { get; set; }

    [SupplyParameterFromQuery(Name = "kind")]
    public string? Kind { get; set; }

    [Inject]
    public required DependencyReader Reader { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required ILogger<GraphPage> Log { get; init; }

    private IReadOnlyList<DependencyNode> Hits => [.. _graph!.Nodes.Where(node => node.Name.Contains(_words.Trim(), StringComparison.OrdinalIgnoreCase)).Take(MostHits)];

    private string Unchosen => Navigation.GetUriWithQueryParameter("node", (string?)null);

    public void Dispose() => _changes?.Dispose();

    protected override void OnInitialized() =>
        _changes = Feed.Subscribe(change => change.Tables.Overlaps(Tables) ? InvokeAsync(ReloadAsync) : Task.CompletedTask);

    protected override async Task OnParametersSetAsync()
    {
        if (_graph is null && !_failed)
        {
            await ReadAsync();
        }

        Show();
    }

    private async Task ReadAsync()
    {
        try
        {
            (_graph, _failed) = (await Reader.ReadAsync(CancellationToken.None), false);
            Show();
        }
        catch (Exception e)
        {
            _failed = true;
            LogFailed(Log, e);
        }
    }

    private async Task ReloadAsync()
    {
        await ReadAsync();
        StateHasChanged();
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

    private void ChooseKind(string? kind) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("kind", kind is { Length: > 0 } ? kind : null));

    [LoggerMessage(LogLevel.Error, "The dependencies could not be read")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
