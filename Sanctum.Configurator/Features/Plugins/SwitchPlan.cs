using Sanctum.Configurator.Features.Graph;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>What switching a plugin on or off entails.</summary>
/// <param name="Order">What is switched, in the order in which nothing is ever without what it needs; the plugin itself is the
/// last.</param>
/// <param name="Affected">What can't be switched and will be without something it needs: agents, tool instances and jobs.</param>
/// <param name="Obstacles">Why it will not have all that it needs even then, in sentences.</param>
public sealed record SwitchPlan(
    bool Enable,
    DependencyNode Plugin,
    IReadOnlyList<DependencyNode> Order,
    IReadOnlyList<DependencyNode> Affected,
    IReadOnlyList<string> Obstacles
)
{
    /// <summary>The others that are switched with it.</summary>
    public IReadOnlyList<DependencyNode> Others => [.. Order.Where(node => node.Node != Plugin.Node)];

    /// <summary>Nothing else is touched by it.</summary>
    public bool IsAlone => Others.Count == 0 && Affected.Count == 0 && Obstacles.Count == 0;

    /// <summary>Why the plugin may not be switched without a word about the others; null where it may.</summary>
    internal string? RefusalAlone =>
        this switch
        {
            { IsAlone: true } => null,
            { Enable: false } =>
                $"Disabling {Plugin.Name} breaks {PluginLabels.Named([.. Others.Reverse(), .. Affected])}. Disable it together with its dependants, or leave it enabled.",
            { Others.Count: > 0 } => $"{Plugin.Name} requires {PluginLabels.Named(Others)}. Enable it together with its requirements.",
            _ => $"{string.Join(" ", Obstacles)} To enable it anyway, enable it together with its requirements.",
        };

    internal static SwitchPlan Of(DependencyGraph graph, NodeId id, bool enable) =>
        enable ? Enabling(graph, graph.Find(id)!) : Disabling(graph, graph.Find(id)!);

    private static bool CanSwitch(DependencyNode node) => node is { IsKnown: true, Kind: NodeKind.Plugin or NodeKind.Tool };

    private static SwitchPlan Disabling(DependencyGraph graph, DependencyNode plugin)
    {
        var broken = EnabledUsersOf(graph, plugin.Node);
        return new(
            false,
            plugin,
            graph.UsersFirst([.. broken.Where(CanSwitch), plugin]),
            [.. broken.Where(node => !CanSwitch(node) && node.Kind != NodeKind.Configuration)],
            []
        );
    }

    private static SwitchPlan Enabling(DependencyGraph graph, DependencyNode plugin)
    {
        var needed = graph.AllNeedsOf(plugin.Node).Append(plugin).ToList();
        var order = graph.NeedsFirst([.. needed.Where(node => CanSwitch(node) && (!node.IsEnabled || node == plugin))]);

        // That something is disabled is mended by the plan; whatever else is wrong stays.
        var wrong = needed
            .SelectMany(node => graph.NeedsOf(node.Node))
            .Where(edge => edge.State is not NeedState.Satisfied and not NeedState.Disabled);
        return new(true, plugin, order, [], [.. wrong.Select(edge => edge.Why!).Distinct()]);
    }

    /// <summary>Those that work now and will not then; what is behind a disabled one is broken already.</summary>
    private static List<DependencyNode> EnabledUsersOf(DependencyGraph graph, NodeId id)
    {
        var (seen, broken) = (new HashSet<NodeId> { id }, new List<DependencyNode>());
        for (var open = new Queue<NodeId>([id]); open.TryDequeue(out var one); )
        {
            foreach (
                var user in graph
                    .UsersOf(one)
                    .Select(edge => graph.Find(edge.FromNode)!)
                    .Where(user => user.IsEnabled && seen.Add(user.Node))
            )
            {
                broken.Add(user);
                open.Enqueue(user.Node);
            }
        }

        return broken;
    }
}
