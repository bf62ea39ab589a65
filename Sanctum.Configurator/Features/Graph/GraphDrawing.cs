using System.Net;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>Draws nodes and lines as the inside of an SVG: one text, as a thousand components would cost the page seconds.</summary>
internal static class GraphDrawing
{
    /// <summary>More links than these nobody goes through with the tabulator; the table has them too.</summary>
    private const int MostStops = 60;
    private const int LongestName = 24;
    private const double Inset = 12;
    private const double Bend = 40;

    /// <param name="chosen">This one and its neighbours stand out; null for none.</param>
    public static string Write(GraphLayout layout, IReadOnlyList<DependencyEdge> edges, NodeId? chosen)
    {
        var places = layout.Places.ToDictionary(place => place.Node.Node);
        var near = chosen is { } center
            ? edges
                .Where(edge => edge.FromNode == center || edge.ToNode == center)
                .SelectMany(edge => new[] { edge.FromNode, edge.ToNode })
                .Append(center)
                .ToHashSet()
            : [];
        var wrong = edges.Where(edge => edge.State != NeedState.Satisfied).Select(edge => edge.FromNode).ToHashSet();
        var text = new StringBuilder();
        foreach (var edge in edges)
        {
            AddEdge(
                text,
                edge,
                places[edge.FromNode],
                places[edge.ToNode],
                chosen is { } one && (edge.FromNode == one || edge.ToNode == one)
            );
        }

        foreach (var place in layout.Places)
        {
            var id = place.Node.Node;
            AddNode(
                text,
                place,
                id == chosen,
                near.Contains(id),
                wrong.Contains(id) || !place.Node.IsKnown,
                layout.Places.Count <= MostStops
            );
        }

        return text.ToString();
    }

    private static void AddEdge(StringBuilder text, DependencyEdge edge, NodePlace from, NodePlace to, bool isNear)
    {
        var (x1, y1) = (from.X + GraphLayout.NodeWidth, from.Y + (GraphLayout.NodeHeight / 2));
        var (x2, y2) = (to.X, to.Y + (GraphLayout.NodeHeight / 2));
        var isBad = edge.State != NeedState.Satisfied;
        text.Append(
                CultureInfo.InvariantCulture,
                $"<path class=\"{Css.Of("graph-edge", isBad ? "graph-edge-bad" : null, isNear ? "graph-edge-near" : null)}\" "
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"d=\"M{x1:0.#} {y1:0.#}C{x1 + Bend:0.#} {y1:0.#} {x2 - Bend:0.#} {y2:0.#} {x2:0.#} {y2:0.#}\">"
            );
        if (edge.Why is { } why)
        {
            text.Append("<title>").Append(WebUtility.HtmlEncode(why)).Append("</title>");
        }

        text.Append("</path>");
    }

    private static void AddNode(StringBuilder text, NodePlace place, bool isChosen, bool isNear, bool isBad, bool isStop)
    {
        var node = place.Node;
        var lack = node.Lack();
        var name = node.Name.Length > LongestName ? $"{node.Name[..(LongestName - 1)]}…" : node.Name;
        var about =
            $"{node.Kind.Word()}{(node.Version is { Length: > 0 } version ? $" {version}" : "")}{(lack is null ? "" : $" · {lack}")}";
        var css = Css.Of(
            "graph-node",
            $"graph-{node.Kind.ToString().ToLowerInvariant()}",
            lack is null ? null : "graph-off",
            isBad ? "graph-bad" : null,
            isChosen ? "graph-chosen" : null,
            isNear ? "graph-near" : null
        );
        text.Append(
                CultureInfo.InvariantCulture,
                $"<a class=\"{css}\" href=\"{WebUtility.HtmlEncode(Urls.GraphOf(node.Id))}\"{(isStop ? "" : " tabindex=\"-1\"")}{(isChosen ? " aria-current=\"true\"" : "")}>"
            )
            .Append("<title>")
            .Append(WebUtility.HtmlEncode($"{node.Name}, {about}"))
            .Append("</title>")
            .Append(
                CultureInfo.InvariantCulture,
                $"<rect x=\"{place.X:0.#}\" y=\"{place.Y:0.#}\" width=\"{GraphLayout.NodeWidth:0}\" height=\"{GraphLayout.NodeHeight:0}\" rx=\"8\"/>"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"<rect class=\"graph-mark\" x=\"{place.X:0.#}\" y=\"{place.Y + 8:0.#}\" width=\"3\" height=\"{GraphLayout.NodeHeight - 16:0}\" rx=\"1.5\"/>"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"<text class=\"graph-name\" x=\"{place.X + Inset:0.#}\" y=\"{place.Y + 18:0.#}\">{WebUtility.HtmlEncode(name)}</text>"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"<text class=\"graph-about\" x=\"{place.X + Inset:0.#}\" y=\"{place.Y + 33:0.#}\">{WebUtility.HtmlEncode(about)}</text></a>"
            );
    }
}
