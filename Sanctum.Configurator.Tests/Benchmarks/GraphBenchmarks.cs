using System.Diagnostics;
using System.Globalization;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// How long the graph of a large installation takes, from the rows to the drawing:
/// <c>dotnet run -- --explicit only --filter-class "*GraphBenchmarks" --show-live-output on</c>. It prints what it measures and judges
/// nothing.
/// </summary>
public sealed class GraphBenchmarks(ITestOutputHelper output)
{
    private const int Rounds = 20;

    [Theory(Explicit = true, Timeout = 0)]
    [InlineData(1_000)]
    [InlineData(10_000)]
    public void Graph_layout_and_drawing(int size)
    {
        var numbers = new Xorshift(0x9E3779B97F4A7C15);
        var nodes = Enumerable
            .Range(0, size)
            .Select(number => new DependencyNode(Id(number), $"plugin-{number}", $"1.{number % 7}.0"))
            .ToList();
        var needs = Enumerable
            .Range(0, size * 2)
            .Select(_ => new Need(Id(numbers.Below(size)), Id(numbers.Below(size)), numbers.Below(3) == 0 ? "^1.2" : null))
            .ToList();
        var took = new List<double>();
        var length = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.GetTimestamp();
            var graph = new DependencyGraph(nodes, needs);
            length = GraphDrawing.Write(GraphLayout.Of(graph.Nodes, graph.Edges), graph.Edges, nodes[0].Node).Length;
            took.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        }

        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{size} nodes, {needs.Count} needs: median {took.Order().ElementAt(Rounds / 2):N1} ms, first {took[0]:N1} ms, worst {took.Max():N1} ms, {length / 1000} kB of drawing"
            )
        );
    }

    private static NodeId Id(int number) => NodeId.Of(NodeKind.Plugin, number);
}
