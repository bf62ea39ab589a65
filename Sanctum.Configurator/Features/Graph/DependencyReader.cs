using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.Graph;

/// <summary>Reads from the registry what needs what.</summary>
public sealed class DependencyReader(IDbContextFactory<RegistryDbContext> registries)
{
    private const string OfPlugin = "__";

    /// <summary>The keys of an agent's configuration that name models.</summary>
    private static readonly string[] ModelKeys = ["model", "embedding"];

    public async Task<DependencyGraph> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await ReadAsync(registry, cancel);
    }

    /// <summary>The same inside of somebody's unit of work. What is not yet saved is not seen.</summary>
    internal static async Task<DependencyGraph> ReadAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var draft = new Draft();
        foreach (
            var plugin in await registry
                .Plugins.AsNoTracking()
                .OrderBy(p => p.Id)
                .Select(p => new
                {
                    p.Id,
                    p.Name,
                    p.PluginVersion,
                    p.IsEnabled,
                    p.Dependencies,
                })
                .ToListAsync(cancel)
        )
        {
            draft.AddPlugin(plugin.Id, plugin.Name, plugin.PluginVersion, plugin.IsEnabled, plugin.Dependencies);
        }

        foreach (
            var tool in await registry
                .Tools.AsNoTracking()
                .OrderBy(t => t.Id)
                .Select(t => new
                {
                    t.Id,
                    t.Name,
                    t.ToolVersion,
                    t.IsEnabled,
                })
                .ToListAsync(cancel)
        )
        {
            draft.AddTool(tool.Id, tool.Name, tool.ToolVersion, tool.IsEnabled);
        }

        foreach (
            var agent in await registry
                .Agents.AsNoTracking()
                .OrderBy(a => a.Id)
                .Select(a => new
                {
                    a.Id,
                    a.Name,
                    a.IsActive,
                    a.Config,
                })
                .ToListAsync(cancel)
        )
        {
            draft.AddAgent(agent.Id, agent.Name, agent.IsActive, agent.Config);
        }

        foreach (
            var instance in await registry
                .ToolInstances.AsNoTracking()
                .OrderBy(i => i.Id)
                .Select(i => new
                {
                    i.Id,
                    i.Name,
                    i.IsActive,
                    i.ToolId,
                    i.AgentId,
                })
                .ToListAsync(cancel)
        )
        {
            draft.AddInstance(instance.Id, instance.Name, instance.IsActive, instance.ToolId, instance.AgentId);
        }

        foreach (
            var caller in await McpCallers
                .CallersIn(registry)
                .AsNoTracking()
                .OrderBy(i => i.Id)
                .Select(i => new
                {
                    i.Id,
                    i.ToolId,
                    i.Config,
                })
                .ToListAsync(cancel)
        )
        {
            draft.AddCall(caller.Id, caller.ToolId, McpCallers.NameIn(caller.Config!));
        }

        foreach (
            var job in await registry
                .ScheduledJobs.AsNoTracking()
                .OrderBy(j => j.Id)
                .Select(j => new
                {
                    j.Id,
                    j.Name,
                    j.IsEnabled,
                    j.ToolInstanceId,
                    j.AgentId,
                })
                .ToListAsync(cancel)
        )
        {
            draft.Add(
                NodeKind.Job,
                job.Id,
                job.Name,
                job.IsEnabled,
                (NodeKind.Instance, job.ToolInstanceId),
                (NodeKind.Agent, job.AgentId)
            );
        }

        foreach (
            var configuration in await registry
                .Configurations.AsNoTracking()
                .OrderBy(c => c.Id)
                .Select(c => new
                {
                    c.Id,
                    c.Key,
                    c.Scope,
                    c.ScopeId,
                })
                .ToListAsync(cancel)
        )
        {
            draft.Add(
                NodeKind.Configuration,
                configuration.Id,
                configuration.Key,
                true,
                OwnerOf(configuration.Scope, configuration.ScopeId)
            );
        }

        foreach (
            var link in await registry
                .PluginLinks.AsNoTracking()
                .OrderBy(l => l.Id)
                .Select(l => new
                {
                    l.PluginId,
                    l.AgentId,
                    l.ToolId,
                })
                .ToListAsync(cancel)
        )
        {
            draft.Link(link.PluginId, link.AgentId, link.ToolId);
        }

        return draft.ToGraph();
    }

    private static (NodeKind Kind, int? Id) OwnerOf(string scope, int? id) =>
        ScopeHolder.Find(scope, id)?.Scope switch
        {
            ConfigurationScope.Agent => (NodeKind.Agent, id),
            ConfigurationScope.Tool => (NodeKind.Tool, id),
            ConfigurationScope.Instance => (NodeKind.Instance, id),
            _ => (NodeKind.Agent, null),
        };

    private sealed class Draft
    {
        private readonly List<DependencyNode> _nodes = [];
        private readonly List<Need> _needs = [];
        private readonly List<DependencyProblem> _faults = [];
        private readonly List<(NodeId Id, PluginDependency On)> _byName = [];
        private readonly List<(NodeId Id, string Plugin)> _commands = [];
        private readonly Dictionary<string, NodeId> _plugins = new(StringComparer.OrdinalIgnoreCase);
        private readonly HashSet<NodeId> _named = [];
        private readonly Dictionary<int, (int Instances, NodeId? Server)> _calls = [];
        private readonly Dictionary<int, int> _instances = [];

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

        /// <summary>That an instance calls an MCP server.</summary>
        public void AddCall(int instance, int tool, string? server)
        {
            if (server is null)
            {
                return;
            }

            var node = Named(NodeKind.Mcp, server);
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
}
