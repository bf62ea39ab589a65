namespace Sanctum.Configurator.Features.Graph;

/// <summary>Gathers what needs what, row by row.</summary>
internal sealed class DependencyDraft
{
    private const string OfPlugin = "__";

    /// <summary>The keys of an agent's configuration that name models.</summary>
    private static readonly string[] ModelKeys = ["model", "embedding"];

    private readonly List<DependencyNode> _nodes = [];
    private readonly List<Need> _needs = [];
    private readonly List<DependencyProblem> _faults = [];
    private readonly List<(NodeId Id, PluginDependency On)> _byName = [];
    private readonly List<(NodeId Id, string Plugin)> _commands = [];
    private readonly Dictionary<string, NodeId> _plugins = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<NodeId> _named = [];
    private readonly Dictionary<int, (int Instances, NodeId? Server)> _calls = [];
    private readonly Dictionary<int, int> _instances = [];
    private readonly Dictionary<string, NodeId> _servers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeId> _addresses = new(StringComparer.Ordinal);

    public void AddPlugin(int id, string name, string? version, bool isEnabled, string? dependencies)
    {
        var node = NodeId.Of(NodeKind.Plugin, id);
        _nodes.Add(new(node, name, version, isEnabled));
        _plugins.TryAdd(name.Trim(), node);
        var reading = PluginDependencies.Read(dependencies);
        _byName.AddRange(reading.Items.Select(on => (node, on)));
        _faults.AddRange(reading.Problems.Select(problem => new DependencyProblem(node, $"{name}: {problem}")));
    }

    public void AddTool(int id, string name, string? version, bool isEnabled)
    {
        var node = NodeId.Of(NodeKind.Tool, id);
        _nodes.Add(new(node, name, version, isEnabled));
        if (name.IndexOf(OfPlugin, StringComparison.Ordinal) is > 0 and var end)
        {
            _commands.Add((node, name[..end]));
        }
    }

    public void AddAgent(int id, string name, bool isActive, string? config)
    {
        var node = NodeId.Of(NodeKind.Agent, id);
        _nodes.Add(new(node, name, null, isActive));
        foreach (var handle in ModelsIn(config))
        {
            _needs.Add(new(node, Named(NodeKind.Model, handle)));
        }
    }

    public void AddInstance(int id, string name, bool isActive, int tool, int? agent)
    {
        Add(NodeKind.Instance, id, name, isActive, (NodeKind.Tool, tool), (NodeKind.Agent, agent));
        _instances[tool] = _instances.GetValueOrDefault(tool) + 1;
    }

    public void Add(NodeKind kind, int id, string name, bool isEnabled, params IEnumerable<(NodeKind Kind, int? Id)> needs)
    {
        var node = NodeId.Of(kind, id);
        _nodes.Add(new(node, name, null, isEnabled));
        _needs.AddRange(from need in needs where need.Id is not null select new Need(node, NodeId.Of(need.Kind, need.Id!.Value)));
    }

    public void AddServer(int id, string name, string url, bool isEnabled)
    {
        var node = NodeId.Of(NodeKind.Mcp, id);
        _nodes.Add(new(node, name, null, isEnabled));
        _servers.TryAdd(name, node);
        if (McpCallers.AddressOf(url) is { } address)
        {
            _addresses.TryAdd(address, node);
        }
    }

    /// <summary>That an instance calls an MCP server.</summary>
    /// <param name="saved">The saved server that it names; null where it names none.</param>
    /// <param name="place">Where it goes by itself; null where it says none.</param>
    public void AddCall(int instance, int tool, string? saved, string? place)
    {
        if (
            (
                saved is null
                    ? place is null
                        ? (NodeId?)null
                        : ServerAt(place)
                    : ServerNamed(saved)
            )
            is not { } node
        )
        {
            return;
        }

        _needs.Add(new(NodeId.Of(NodeKind.Instance, instance), node));
        _calls[tool] = _calls.TryGetValue(tool, out var earlier)
            ? (earlier.Instances + 1, earlier.Server == node ? node : null)
            : (1, node);
    }

    public void Link(int plugin, int? agent, int? tool) =>
        _needs.Add(
            new(
                agent is { } agentId ? NodeId.Of(NodeKind.Agent, agentId) : NodeId.Of(NodeKind.Tool, tool ?? 0),
                NodeId.Of(NodeKind.Plugin, plugin)
            )
        );

    public DependencyGraph ToGraph()
    {
        // A tool needs a server itself where no instance of it goes elsewhere.
        _needs.AddRange(
            from call in _calls
            where call.Value.Server is not null && call.Value.Instances == _instances.GetValueOrDefault(call.Key)
            select new Need(NodeId.Of(NodeKind.Tool, call.Key), call.Value.Server!.Value)
        );
        _needs.AddRange(
            _commands
                .Where(command => _plugins.ContainsKey(command.Plugin))
                .Select(command => new Need(command.Id, _plugins[command.Plugin]))
        );
        foreach (var (id, on) in _byName)
        {
            if (!_plugins.TryGetValue(on.Name, out var plugin))
            {
                _plugins.Add(on.Name, plugin = NodeId.OfUnknown(NodeKind.Plugin, on.Name));
            }

            _needs.Add(new(id, plugin, on.Range.Length == 0 ? null : on.Range, on.Notation));
        }

        return new(_nodes, _needs, _faults);
    }

    /// <summary>Something that has no row: it is there because somebody names it.</summary>
    private NodeId Named(NodeKind kind, string name)
    {
        var node = new NodeId(kind, name);
        if (_named.Add(node))
        {
            _nodes.Add(new(node, name));
        }

        return node;
    }

    private NodeId ServerAt(string place) => _addresses.TryGetValue(place, out var known) ? known : Named(NodeKind.Mcp, place);

    /// <summary>A name that no saved server has is needed, and nobody has it.</summary>
    private NodeId ServerNamed(string name) => _servers.TryGetValue(name, out var known) ? known : NodeId.OfUnknown(NodeKind.Mcp, name);

    private static IEnumerable<string> ModelsIn(string? config)
    {
        try
        {
            using var json = JsonDocument.Parse(string.IsNullOrWhiteSpace(config) ? "{}" : config);
            return json.RootElement.ValueKind != JsonValueKind.Object
                ? []
                :
                [
                    .. from key in ModelKeys
                    where json.RootElement.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
                    let handle = json.RootElement.GetProperty(key).GetString()!.Trim()
                    where handle.Length > 0
                    select handle,
                ];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
