using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Graph;

public sealed class LayingOutTheGraphTests
{
    [Fact]
    public void Whoever_needs_something_stands_left_of_it()
    {
        var graph = Made("a>b b>c a>c d>c");
        var x = Layout(graph).Places.ToDictionary(place => place.Node.Name, place => place.X);

        Assert.True(x["a"] < x["b"] && x["b"] < x["c"] && x["d"] < x["c"]);
        Assert.Equal(x["b"], x["d"]);
    }

    [Fact]
    public void Neighbours_are_put_side_by_side_so_that_lines_do_not_cross()
    {
        var y = Layout(Made("a>z b>y c>x")).Places.ToDictionary(place => place.Node.Name, place => place.Y);

        Assert.Equal((y["a"], y["b"], y["c"]), (y["z"], y["y"], y["x"]));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(30, 60)]
    [InlineData(1000, 1800)]
    public void No_box_lies_on_another_and_none_outside_even_where_there_are_circles(int nodes, int needs)
    {
        var numbers = new Xorshift(0x2545F4914F6CDD1D);
        var graph = new DependencyGraph(
            Enumerable.Range(0, nodes).Select(number => Node($"{number}")),
            Enumerable.Range(0, needs).Select(_ => new Need(Id($"{numbers.Below(nodes)}"), Id($"{numbers.Below(nodes)}")))
        );

        var layout = Layout(graph);

        Assert.Equal(nodes, layout.Places.Count);
        Assert.All(
            layout.Places,
            place =>
                Assert.True(
                    place is { X: >= 0, Y: >= 0 }
                        && place.X + GraphLayout.NodeWidth <= layout.Width + 0.01
                        && place.Y + GraphLayout.NodeHeight <= layout.Height + 0.01
                )
        );
        foreach (var column in layout.Places.GroupBy(place => place.X))
        {
            var heights = column.Select(place => place.Y).Order().ToList();
            Assert.True(heights.Zip(heights.Skip(1)).All(pair => pair.Second - pair.First >= GraphLayout.NodeHeight), $"x = {column.Key}");
        }

        var columns = layout.Places.Select(place => place.X).Distinct().Order().ToList();
        Assert.True(
            columns
                .Zip(columns.Skip(1))
                .All(pair => pair.Second - pair.First >= GraphLayout.NodeWidth || Apart(layout, pair.First, pair.Second))
        );
    }

    [Fact]
    public void A_way_of_20_000_needs_is_laid_out_without_a_deep_stack()
    {
        const int length = 20_000;
        var graph = new DependencyGraph(
            Enumerable.Range(0, length).Select(number => Node($"{number}")),
            Enumerable.Range(0, length).Select(number => new Need(Id($"{number}"), Id($"{(number + 1) % length}")))
        );

        Assert.Equal(length, Layout(graph).Places.Select(place => place.X).Distinct().Count());
    }

    [Fact]
    public void The_drawing_has_no_markup_of_a_name()
    {
        var graph = new DependencyGraph(
            [new(Id("1"), "<script>alert('x')</script>"), new(Id("2"), "\"><img src=x>", "1\"<b>")],
            [new(Id("1"), Id("2"), "<9")]
        );

        var drawing = GraphDrawing.Write(Layout(graph), graph.Edges, Id("1"));

        Assert.DoesNotContain("<script", drawing, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", drawing, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", drawing, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", drawing, StringComparison.Ordinal);
        Assert.Contains("graph-chosen", drawing, StringComparison.Ordinal);
    }

    private static GraphLayout Layout(DependencyGraph graph) => GraphLayout.Of(graph.Nodes, graph.Edges);

    /// <summary>Boxes that overlap from left to right lie above each other: those without lines have columns of their own.</summary>
    private static bool Apart(GraphLayout layout, double one, double other) =>
        layout
            .Places.Where(place => place.X == one)
            .All(left => layout.Places.Where(place => place.X == other).All(right => Math.Abs(left.Y - right.Y) >= GraphLayout.NodeHeight));

    private static NodeId Id(string name) => new(NodeKind.Plugin, name);

    private static DependencyNode Node(string name) => new(Id(name), name, "1.0.0");

    private static DependencyGraph Made(string needs)
    {
        var pairs = needs.Split(' ').Select(need => need.Split('>')).ToList();
        return new(pairs.SelectMany(pair => pair).Distinct().Select(Node), pairs.Select(pair => new Need(Id(pair[0]), Id(pair[1]))));
    }
}
