namespace Sanctum.Configurator.Features.Graph;

/// <summary>Goes through nodes depth first, with a stack of its own: a graph may be deeper than the thread's.</summary>
internal sealed class GraphWalk(IReadOnlyCollection<DependencyNode> nodes, Func<NodeId, IEnumerable<NodeId>> needs)
{
    /// <summary>So many cycles are told; where there are more, these must be undone first anyway.</summary>
    private const int MostCycles = 20;

    private readonly Dictionary<NodeId, DependencyNode> _byId = nodes.ToDictionary(node => node.Node);
    private readonly Dictionary<NodeId, bool> _isDone = [];
    private readonly List<DependencyNode> _done = [];
    private readonly List<IReadOnlyList<DependencyNode>> _cycles = [];

    /// <summary>Whatever is needed comes before whoever needs it. In a cycle there is no such order, and any will do.</summary>
    public IReadOnlyList<DependencyNode> NeedsFirst()
    {
        Walk();
        return _done;
    }

    public IReadOnlyList<IReadOnlyList<DependencyNode>> Cycles()
    {
        Walk();
        return _cycles;
    }

    private void Walk()
    {
        foreach (var node in nodes.Where(node => !_isDone.ContainsKey(node.Node)))
        {
            WalkFrom(node.Node);
        }
    }

    private void WalkFrom(NodeId start)
    {
        var way = new List<(NodeId Id, IEnumerator<NodeId> Left)>();
        Enter(start);
        while (way.Count > 0)
        {
            var (id, left) = way[^1];
            if (!left.MoveNext())
            {
                left.Dispose();
                way.RemoveAt(way.Count - 1);
                _isDone[id] = true;
                _done.Add(_byId[id]);
            }
            else if (!_isDone.TryGetValue(left.Current, out var isDone))
            {
                Enter(left.Current);
            }
            else if (!isDone && _cycles.Count < MostCycles)
            {
                var first = way.FindIndex(step => step.Id == left.Current);
                _cycles.Add([.. way.Skip(first).Select(step => _byId[step.Id]), _byId[left.Current]]);
            }
        }

        void Enter(NodeId id)
        {
            _isDone[id] = false;
            way.Add((id, needs(id).GetEnumerator()));
        }
    }
}
