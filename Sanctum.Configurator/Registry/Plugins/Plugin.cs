namespace Sanctum.Configurator.Registry.Plugins;

/// <summary>An MCP plugin, an extension or an integration.</summary>
public sealed class Plugin : IVersioned
{
    public int Id { get; private set; }
    public required string Name { get; set; }

    /// <summary>"mcp", "extension" or "integration".</summary>
    public string Type { get; set; } = "mcp";

    /// <summary>The plugin's own version, as it states it. The row's is <see cref="Version"/>.</summary>
    public string? PluginVersion { get; set; }
    public PluginStatus Status { get; set; }

    /// <summary>JSON.</summary>
    public string? Config { get; set; }

    /// <summary>JSON: the plugins it needs.</summary>
    public string? Dependencies { get; set; }
    public string? Description { get; set; }

    /// <summary>Where it lies, as a path below the folder of the Sanctum installation; null for one that was never found there.</summary>
    public string? Folder { get; set; }

    /// <summary>JSON: what it says of itself, as it was last approved.</summary>
    public string? Described { get; set; }

    /// <summary>JSON: what it says of itself now, where that is something else; held until it is approved.</summary>
    public string? Found { get; set; }
    public bool IsEnabled { get; set; } = true;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}
