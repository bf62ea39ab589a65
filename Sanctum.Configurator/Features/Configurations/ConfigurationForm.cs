using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>A value of a key at one holder, as it is written.</summary>
public sealed class ConfigurationForm
{
    [Required(ErrorMessage = "Enter a key.")]
    [StringLength(255, ErrorMessage = "A key has at most 255 characters.")]
    [RegularExpression(@"[^\s\p{C}]+", ErrorMessage = "A key can't contain spaces or control characters.")]
    public string Key { get; set; } = "";

    /// <summary>As text, whatever the type. Of a secret that is stored already, empty keeps it.</summary>
    [TextLimit(Lengths.Long)]
    public string? Value { get; set; }

    public ConfigurationType Type { get; set; }

    public ConfigurationScope Scope { get; set; }

    /// <summary>The id of the agent, tool, instance or user; null for the system.</summary>
    public int? ScopeId { get; set; }

    [TextLimit(Lengths.Description)]
    public string? Description { get; set; }

    public bool IsEncrypted { get; set; }

    /// <summary>The version that was read; null where the newest is meant, or there was none.</summary>
    [JsonIgnore]
    public int? Version { get; set; }

    internal static ConfigurationForm Of(ConfigurationRow row, ConfigurationScope scope) =>
        new()
        {
            Key = row.Key,
            Value = row.Value,
            Type = row.Type,
            Scope = scope,
            ScopeId = row.ScopeId,
            Description = row.Description,
            IsEncrypted = row.IsEncrypted,
            Version = row.Version,
        };

    internal ConfigurationPlace Place => new(Key.Trim(), new(Scope, Scope == ConfigurationScope.System ? null : ScopeId));

    internal ConfigurationChange ToChange() =>
        new(Place, new(Value, Type, IsEncrypted, string.IsNullOrWhiteSpace(Description) ? null : Description.Trim()), Version);
}

/// <summary>What is to stand at a place.</summary>
/// <param name="Value">Of a secret that is stored already, null keeps it.</param>
public sealed record WantedValue(string? Value, ConfigurationType Type, bool IsSecret, string? Description);

/// <summary>One thing to write.</summary>
/// <param name="To">Null to take the value away, so that the inherited one counts again.</param>
/// <param name="Version">The version that was read; null where the newest is meant.</param>
public sealed record ConfigurationChange(ConfigurationPlace Place, WantedValue? To, int? Version = null);

/// <summary>How far writing reaches: how many would see another value in force.</summary>
public sealed record BlastRadius(int Agents, int Tools, int Instances)
{
    public override string ToString()
    {
        List<string> parts = [.. new[] { Count(Agents, "agent"), Count(Tools, "tool"), Count(Instances, "instance") }.OfType<string>()];
        return parts.Count == 0 ? "Doesn't affect any agents, tools or instances." : $"Changes {string.Join(", ", parts)}.";
    }

    private static string? Count(int count, string noun) =>
        count == 0 ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}

/// <summary>What writing would do, or did.</summary>
/// <param name="Left">Why some were left as they are; empty where none was.</param>
public sealed record ConfigurationPlan(IReadOnlyList<PlannedChange> Changes, BlastRadius Reach, IReadOnlyList<string> Left);

/// <summary>One planned change, as a person reads it: secrets appear as set.</summary>
/// <param name="Act">"set", "change" or "reset".</param>
public sealed record PlannedChange(string Act, string Key, ConfigurationScope Scope, int? ScopeId, string Holder, string? From, string? To);

/// <summary>A row as it is stored.</summary>
public sealed record ConfigurationRow(
    int Id,
    string Key,
    string? Value,
    ConfigurationType Type,
    string Scope,
    int? ScopeId,
    string? Description,
    bool IsEncrypted,
    bool IsSet,
    DateTimeOffset UpdatedAt,
    int Version
) : IHasVersion
{
    public static ConfigurationRow Of(Configuration row) =>
        new(
            row.Id,
            row.Key,
            row.IsEncrypted ? null : row.Value,
            row.Type,
            row.Scope,
            row.ScopeId,
            row.Description,
            row.IsEncrypted,
            !string.IsNullOrEmpty(row.Value),
            row.UpdatedAt,
            row.Version
        );
}

/// <summary>A key in force at a holder, with what it shadows.</summary>
/// <param name="Id">Of the row that sets it.</param>
/// <param name="IsHere">The holder sets it itself.</param>
/// <param name="Holder">Who sets it, by name.</param>
public sealed record EffectiveValue(
    int Id,
    string Key,
    string? Value,
    ConfigurationType Type,
    ConfigurationScope Scope,
    int? ScopeId,
    string Holder,
    bool IsHere,
    bool IsSecret,
    bool IsSet,
    string? Description,
    int Version,
    IReadOnlyList<ShadowedValue> Shadows
);

/// <summary>A value that a nearer one outdoes.</summary>
public sealed record ShadowedValue(
    ConfigurationScope Scope,
    int? ScopeId,
    string Holder,
    string? Value,
    bool IsSecret,
    string? Description
);
