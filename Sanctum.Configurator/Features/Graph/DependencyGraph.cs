namespace Sanctum.Configurator.Features.Graph;

/// <summary>
/// What needs what in the whole installation. Immutable; every question takes time in proportion to the nodes and edges it looks at, and
/// goes
/// as deep as the graph without going deep into the stack.
/// </summary>
public sealed class DependencyGraph
{
    private readonly DependencyNode[] _nodes;
    private readonly Dictionary<NodeId, int> _numbers;
    private readonly List<DependencyEdge>[] _needs;
    private readonly List<DependencyEdge>[] _users;

    /// <param name="nodes">Each once. What is needed and is not among them becomes a node that nobody knows.</param>
    /// <param name="faults">What was found wrong while it was read.</param>
    public DependencyGraph(IEnumerable<DependencyNode> nodes, IEnumerable<Need> needs, IEnumerable<DependencyProblem>? faults = null)
    {
        var all = nodes.ToList();
        _numbers = all.Select((node, number) => (node.Node, number)).ToDictionary(pair => pair.Node, pair => pair.number);
        var known = needs.Distinct().Where(need => _numbers.ContainsKey(need.From)).ToList();
        foreach (var need in known.Where(need => _numbers.TryAdd(need.To, all.Count)))
        {
            all.Add(new(need.To, need.To.Name, IsKnown: false));
        }

        _nodes = [.. all];
        _needs = [.. _nodes.Select(_ => new List<DependencyEdge>())];
        _users = [.. _nodes.Select(_ => new List<DependencyEdge>())];
        foreach (var wanted in known.GroupBy(need => need.To))
        {
            foreach (
                var edge in NeedRules.Judge(_nodes[_numbers[wanted.Key]], [.. wanted.Select(need => (need, _nodes[_numbers[need.From]]))])
            )
            {
                _needs[_numbers[edge.FromNode]].Add(edge);
                _users[_numbers[edge.ToNode]].Add(edge);
            }
        }

        Edges = [.. _needs.SelectMany(edges => edges)];
        Cycles = [.. new GraphWalk(_nodes, node => _needs[_numbers[node]].Select(edge => edge.ToNode)).Cycles()];
        Problems =
        [
            .. faults ?? [],
            .. Edges.Where(edge => edge.Why is not null).Select(edge => new DependencyProblem(edge.FromNode, edge.Why!)),
            .. Cycles.Select(cycle => new DependencyProblem(cycle[0].Node, $"These depend on each other in a circle: {InWords(cycle)}.")),
        ];
    }

    public IReadOnlyList<DependencyNode> Nodes => _nodes;

    public IReadOnlyList<DependencyEdge> Edges { get; }

    /// <summary>Ways that lead back to where they begin; the first node stands at the end again.</summary>
    public IReadOnlyList<IReadOnlyList<DependencyNode>> Cycles { get; }

    public IReadOnlyList<DependencyProblem> Problems { get; }

    /// <summary>Such as "a → b → a".</summary>
    public static string InWords(IEnumerable<DependencyNode> way) => string.Join(" → ", way.Select(node => node.Name));

    public DependencyNode? Find(NodeId id) => _numbers.TryGetValue(id, out var number) ? _nodes[number] : null;

    /// <summary>What it needs itself.</summary>
    public IReadOnlyList<DependencyEdge> NeedsOf(NodeId id) => _numbers.TryGetValue(id, out var number) ? _needs[number] : [];

    /// <summary>What needs it itself.</summary>
    public IReadOnlyList<DependencyEdge> UsersOf(NodeId id) => _numbers.TryGetValue(id, out var number) ? _users[number] : [];

    /// <summary>All that it needs, and what those need, the nearest first.</summary>
    public IReadOnlyList<DependencyNode> AllNeedsOf(NodeId id) => Reach(id, one => NeedsOf(one).Select(edge => edge.ToNode));

    /// <summary>All that breaks without it, the nearest first.</summary>
    public IReadOnlyList<DependencyNode> AllUsersOf(NodeId id) => Reach(id, one => UsersOf(one).Select(edge => edge.FromNode));

    /// <summary>The way from a node back to itself; null where there is none.</summary>
    public IReadOnlyList<DependencyNode>? CycleThrough(NodeId id)
    {
        var from = new Dictionary<NodeId, NodeId>();
        var open = new Queue<NodeId>([id]);
        while (open.TryDequeue(out var one))
        {
            foreach (var next in NeedsOf(one).Select(edge => edge.ToNode))
            {
                if (next == id)
                {
                    var way = new List<DependencyNode> { Find(id)! };
                    for (var step = one; step != id; step = from[step])
                    {
                        way.Add(Find(step)!);
                    }

                    way.Add(Find(id)!);
                    way.Reverse();
                    return way;
                }

                if (from.TryAdd(next, one))
                {
                    open.Enqueue(next);
                }
            }
        }

        return null;
    }

    /// <summary>Puts things so that whoever needs one of them comes before it: the order in which they can be switched off.</summary>
    public IReadOnlyList<DependencyNode> UsersFirst(IReadOnlyCollection<DependencyNode> nodes)
    {
        var wanted = nodes.Select(node => node.Node).ToHashSet();
        var order = new GraphWalk(nodes, node => NeedsOf(node).Select(edge => edge.ToNode).Where(wanted.Contains)).NeedsFirst();
        return [.. order.Reverse()];
    }

    /// <summary>The other way round: the order in which they can be switched on.</summary>
    public IReadOnlyList<DependencyNode> NeedsFirst(IReadOnlyCollection<DependencyNode> nodes) => [.. UsersFirst(nodes).Reverse()];

    /// <summary>The part of the graph with these nodes alone.</summary>
    public (IReadOnlyList<DependencyNode> Nodes, IReadOnlyList<DependencyEdge> Edges) Among(Func<DependencyNode, bool> isWanted)
    {
        var wanted = _nodes.Where(isWanted).ToList();
        var ids = wanted.Select(node => node.Node).ToHashSet();
        return (wanted, [.. Edges.Where(edge => ids.Contains(edge.FromNode) && ids.Contains(edge.ToNode))]);
    }

    /// <summary>A node, all that it needs and all that needs it.</summary>
    public (IReadOnlyList<DependencyNode> Nodes, IReadOnlyList<DependencyEdge> Edges) Around(NodeId id)
    {
        var near = AllNeedsOf(id).Concat(AllUsersOf(id)).Select(node => node.Node).Append(id).ToHashSet();
        return Among(node => near.Contains(node.Node));
    }

    private List<DependencyNode> Reach(NodeId id, Func<NodeId, IEnumerable<NodeId>> next)
    {
        var seen = new HashSet<NodeId> { id };
        var open = new Queue<NodeId>([id]);
        var reached = new List<DependencyNode>();
        while (open.TryDequeue(out var one))
        {
            foreach (var other in next(one).Where(seen.Add))
            {
                reached.Add(Find(other)!);
                open.Enqueue(other);
            }
        }

        return reached;
    }
}
