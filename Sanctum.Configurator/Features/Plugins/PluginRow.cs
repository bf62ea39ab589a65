using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Registry.History;
using Sanctum.Configurator.Registry.Plugins;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>A plugin as it is listed.</summary>
/// <param name="IsHeld">What it says of itself is not what was approved.</param>
/// <param name="Problems">What it needs and does not have, in sentences.</param>
public sealed record PluginRow(
    int Id,
    string Name,
    string Type,
    string? PluginVersion,
    string? Description,
    PluginStatus Status,
    bool IsEnabled,
    bool IsHeld,
    string? Folder,
    IReadOnlyList<string> Problems,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    int Version
)
{
    public static PluginRow Of(Plugin plugin, IReadOnlyList<string> problems) =>
        new(
            plugin.Id,
            plugin.Name,
            plugin.Type,
            plugin.PluginVersion,
            plugin.Description,
            plugin.Status,
            plugin.IsEnabled,
            plugin.Found is not null,
            plugin.Folder,
            problems,
            plugin.CreatedAt,
            plugin.UpdatedAt,
            plugin.Version
        );
}

/// <summary>A plugin with all that the registry has of it.</summary>
/// <param name="Described">What it says of itself, as it was approved.</param>
/// <param name="Found">What it says now, where that waits for approval.</param>
/// <param name="Changes">What would change with the approval.</param>
public sealed record PluginView(
    PluginRow Plugin,
    JsonNode? Config,
    IReadOnlyList<PluginDependency> Dependencies,
    JsonNode? Described,
    JsonNode? Found,
    IReadOnlyList<DescriptionChange> Changes
) : IHasVersion
{
    int IHasVersion.Version => Plugin.Version;
}

/// <summary>Which plugins are wanted; null for all.</summary>
public sealed record PluginFilter(PluginStatus? Status = null, string? Type = null, bool? IsEnabled = null);

/// <summary>One key of a plugin's own configuration.</summary>
public sealed record PluginKeyRow(string Key, string? Value, string Type, DateTimeOffset UpdatedAt, int Version) : IHasVersion;

/// <summary>An agent or a tool that uses the plugin.</summary>
public sealed record PluginLinkRow(int Id, int? AgentId, int? ToolId, string Name);

/// <summary>What the plugin was at an earlier version.</summary>
public sealed record PluginVersionRow(int Id, string Label, string? Description, JsonNode? Config, DateTimeOffset UpdatedAt);
