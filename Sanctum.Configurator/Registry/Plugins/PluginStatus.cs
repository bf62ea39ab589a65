namespace Sanctum.Configurator.Registry.Plugins;

/// <summary>Whether a plugin runs.</summary>
public enum PluginStatus
{
    Inactive,
    Active,
    Error,
}
