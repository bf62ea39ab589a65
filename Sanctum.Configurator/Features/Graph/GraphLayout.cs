namespace Sanctum.Configurator.Features.Graph;

/// <summary>Where a node is drawn: the upper left corner of its box.</summary>
internal readonly record struct NodePlace(DependencyNode Node, double X, double Y);

/// <summary>
/// Puts nodes into columns from the left to the right, so that each stands right of whoever needs it (where they need each other in a
/// circle,
/// one of them has to give way), and orders them so that lines cross seldom. Nodes without a line stand below. In proportion to nodes and
/// lines.
/// </summary>
internal sealed class GraphLayout
{
    public const double NodeWidth = 190;
    public const double NodeHeight = 42;

    private const double ColumnStep = 248;
    private const double NarrowStep = 206;
    private const double RowStep = 54;
    private const int FewestRows = 12;
    private const int Sweeps = 4;

    private readonly IReadOnlyList<DependencyNode> _nodes;
    private readonly List<int>[] _right;
    private readonly List<int>[] _left;

    private GraphLayout(IReadOnlyList<DependencyNode> nodes, IReadOnlyList<DependencyEdge> edges)
    {
        _nodes = nodes;
        _right = [.. nodes.Select(_ => new List<int>())];
        _left = [.. nodes.Select(_ => new List<int>())];
        var numbers = nodes.Select((node, number) => (node.Node, number)).ToDictionary(pair => pair.Node, pair => pair.number);
        foreach (var edge in edges.Where(edge => edge.FromNode != edge.ToNode))
        {
            _right[numbers[edge.FromNode]].Add(numbers[edge.ToNode]);
            _left[numbers[edge.ToNode]].Add(numbers[edge.FromNode]);
        }
    }

    public IReadOnlyList<NodePlace> Places { get; private set; } = [];

    public double Width { get; private set; }

    public double Height { get; private set; }

    public static GraphLayout Of(IReadOnlyList<DependencyNode> nodes, IReadOnlyList<DependencyEdge> edges)
    {
        var layout = new GraphLayout(nodes, edges);
        layout.Place();
        return layout;
    }

    private void Place()
    {
        var tied = Enumerable.Range(0, _nodes.Count).Where(number => _right[number].Count + _left[number].Count > 0).ToList();
        var loose = Enumerable
            .Range(0, _nodes.Count)
            .Except(tied)
            .OrderBy(number => _nodes[number].Kind)
            .ThenBy(number => _nodes[number].Name, StringComparer.OrdinalIgnoreCase)
            .ToList();
        var layers = Layers();
        var columns = tied.GroupBy(number => layers[number]).OrderBy(layer => layer.Key).Select(layer => layer.ToList()).ToList();
        Untangle(columns);
        var rows = Math.Max(FewestRows, (int)Math.Ceiling(Math.Sqrt(_nodes.Count) * 1.3));
        var places = new List<NodePlace>();
        var x = 0.0;
        var tallest = columns.Count == 0 ? 0 : Math.Min(rows, columns.Max(column => column.Count));
        foreach (
            var part in columns.SelectMany(column =>
                column.Chunk(rows).Select((part, at) => (part, isLast: (at + 1) * rows >= column.Count))
            )
        )
        {
            var top = (tallest - part.part.Length) * RowStep / 2;
            places.AddRange(part.part.Select((number, row) => new NodePlace(_nodes[number], x, top + (row * RowStep))));
            x += part.isLast ? ColumnStep : NarrowStep;
        }

        Width = Math.Max(NodeWidth, x - ColumnStep + NodeWidth);
        PlaceLoose(loose, places, tallest * RowStep);
        Places = places;
    }

    private void PlaceLoose(List<int> loose, List<NodePlace> places, double top)
    {
        var across = Math.Max((int)(Width / NarrowStep), Math.Max(4, (int)Math.Ceiling(Math.Sqrt(loose.Count / 3.0))));
        var start = places.Count > 0 && loose.Count > 0 ? top + RowStep : top;
        places.AddRange(
            loose.Select((number, at) => new NodePlace(_nodes[number], at % across * NarrowStep, start + (at / across * RowStep)))
        );
        Width = Math.Max(Width, Math.Min(across, loose.Count) * NarrowStep);
        Height = Math.Max(NodeHeight, (places.Count == 0 ? 0 : places.Max(place => place.Y)) + NodeHeight);
    }

    /// <summary>
    /// Each node goes one column left of the leftmost that it needs, so that lines are short; those that close a circle are left out.
    /// </summary>
    private int[] Layers()
    {
        var fromRight = new int[_nodes.Count];
        var order = new List<int>(_nodes.Count);
        var kept = KeptLines(order);
        foreach (var number in order)
        {
            fromRight[number] = kept[number].Count == 0 ? 0 : kept[number].Max(next => fromRight[next]) + 1;
        }

        var most = fromRight.DefaultIfEmpty().Max();
        return [.. fromRight.Select(distance => most - distance)];
    }

    /// <param name="done">Filled with the nodes, whatever they need before them.</param>
    private List<int>[] KeptLines(List<int> done)
    {
        var kept = _nodes.Select(_ => new List<int>()).ToArray();
        var state = new byte[_nodes.Count];
        var way = new Stack<(int Number, int At)>();
        foreach (
            var start in Enumerable.Range(0, _nodes.Count).OrderBy(number => _left[number].Count > 0).Where(number => state[number] == 0)
        )
        {
            state[start] = 1;
            way.Push((start, 0));
            while (way.TryPop(out var step))
            {
                if (step.At == _right[step.Number].Count)
                {
                    state[step.Number] = 2;
                    done.Add(step.Number);
                    continue;
                }

                way.Push((step.Number, step.At + 1));
                var next = _right[step.Number][step.At];
                if (state[next] != 1)
                {
                    kept[step.Number].Add(next);
                }

                if (state[next] == 0)
                {
                    state[next] = 1;
                    way.Push((next, 0));
                }
            }
        }

        return kept;
    }

    /// <summary>Each node goes to the middle of its neighbours, from the left to the right and back, a few times.</summary>
    private void Untangle(List<List<int>> columns)
    {
        var heights = new double[_nodes.Count];
        foreach (var column in columns)
        {
            column.Sort((one, other) => string.Compare(_nodes[one].Name, _nodes[other].Name, StringComparison.OrdinalIgnoreCase));
            Settle(column, heights);
        }

        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var isForward = sweep % 2 == 0;
            foreach (var column in isForward ? columns : columns.AsEnumerable().Reverse())
            {
                var wanted = column.ToDictionary(
                    number => number,
                    number => Middle(isForward ? _left[number] : _right[number], heights, heights[number])
                );
                var ordered = column.OrderBy(number => wanted[number]).ToList();
                column.Clear();
                column.AddRange(ordered);
                Settle(column, heights);
            }
        }
    }

    private static double Middle(List<int> neighbours, double[] heights, double otherwise) =>
        neighbours.Count == 0 ? otherwise : neighbours.Average(number => heights[number]);

    private static void Settle(List<int> column, double[] heights)
    {
        for (var row = 0; row < column.Count; row++)
        {
            heights[column[row]] = row - (column.Count / 2.0);
        }
    }
}
