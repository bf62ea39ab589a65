using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>
/// A drawing of what needs what. The browser zooms and moves it; a click on a node goes to <c>/graph</c> with that node chosen.
/// </summary>
public sealed partial class GraphView
{
    private const double Margin = 24;
    private const double LeastWidth = 820;
    private const double LeastHeight = 320;

    private readonly string _id = Ids.Next("graph");
    private (object Nodes, object Edges, NodeId? Chosen)? _drawn;
    private string _drawing = "";
    private string _box = "0 0 1 1";

    [Parameter, EditorRequired]
    public required IReadOnlyList<DependencyNode> Nodes { get; set; }

    /// <summary>Between these nodes alone.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<DependencyEdge> Edges { get; set; }

    [Parameter]
    public NodeId? Chosen { get; set; }

    [Parameter]
    public string Label { get; set; } = "Dependencies";

    protected override void OnParametersSet()
    {
        if (_drawn is { } drawn && ReferenceEquals(drawn.Nodes, Nodes) && ReferenceEquals(drawn.Edges, Edges) && drawn.Chosen == Chosen)
        {
            return;
        }

        _drawn = (Nodes, Edges, Chosen);
        var layout = GraphLayout.Of(Nodes, Edges);
        _drawing = GraphDrawing.Write(layout, Edges, Chosen);
        var (width, height) = (Math.Max(LeastWidth, layout.Width + (2 * Margin)), Math.Max(LeastHeight, layout.Height + (2 * Margin)));
        _box = string.Create(
            CultureInfo.InvariantCulture,
            $"{(layout.Width - width) / 2:0} {(layout.Height - height) / 2:0} {width:0} {height:0}"
        );
    }
}
