namespace Sanctum.Configurator.Registry.Configurations;

/// <summary>One key of the inherited configuration: system, then agent, tool and instance; the nearest wins.</summary>
public sealed class Configuration : IVersioned
{
    public int Id { get; internal set; }
    public required string Key { get; set; }

    /// <summary>The value as text; sealed where <see cref="IsEncrypted"/>.</summary>
    public string? Value { get; set; }
    public ConfigurationType Type { get; set; }

    /// <summary>"system", "agent", "tool", "instance" or "user".</summary>
    public string Scope { get; set; } = "system";
    public int? ScopeId { get; set; }
    public string? Description { get; set; }
    public bool IsEncrypted { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}
