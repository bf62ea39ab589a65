using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>The nodes of the graph as a list.</summary>
public sealed partial class NodeTable
{
    [Parameter, EditorRequired]
    public required DependencyGraph Graph { get; set; }

    [Parameter]
    public string? Kind { get; set; }

    private Task<PageOf<DependencyNode>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var kind = NodeId.KindOf(Kind);
        var found = Graph.Nodes.Where(node =>
            (kind is null || node.Kind == kind) && node.Name.Contains(page.Search?.Trim() ?? "", StringComparison.OrdinalIgnoreCase)
        );
        var sorted = page.Sort switch
        {
            "kind" => Order(found, node => (int)node.Kind, page.Descending),
            "needs" => Order(found, node => Graph.NeedsOf(node.Node).Count, page.Descending),
            "users" => Order(found, node => Graph.UsersOf(node.Node).Count, page.Descending),
            _ => page.Descending
                ? found.OrderByDescending(node => node.Name, StringComparer.OrdinalIgnoreCase)
                : found.OrderBy(node => node.Name, StringComparer.OrdinalIgnoreCase),
        };
        List<DependencyNode> rows = [.. sorted];
        return Task.FromResult(new PageOf<DependencyNode>([.. rows.Skip(page.Skip).Take(page.Take)], rows.Count));
    }

    private static IOrderedEnumerable<DependencyNode> Order(
        IEnumerable<DependencyNode> nodes,
        Func<DependencyNode, int> by,
        bool isFalling
    ) => (isFalling ? nodes.OrderByDescending(by) : nodes.OrderBy(by)).ThenBy(node => node.Name, StringComparer.OrdinalIgnoreCase);
}
