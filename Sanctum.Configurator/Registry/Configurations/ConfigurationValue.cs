namespace Sanctum.Configurator.Registry.Configurations;

/// <summary>Where a value stands: a key at one holder.</summary>
public readonly record struct ConfigurationPlace(string Key, ScopeHolder Holder);

/// <summary>A value of a key at one holder.</summary>
/// <param name="RowId">The row that holds it.</param>
/// <param name="Value">As text; null where it is a secret, of which only <paramref name="IsSet"/> is told.</param>
/// <param name="IsSet">Something is stored.</param>
public sealed record ConfigurationValue(
    int RowId,
    string Key,
    ScopeHolder Holder,
    string? Value,
    ConfigurationType Type,
    bool IsSecret,
    bool IsSet,
    string? Description,
    int Version
)
{
    public ConfigurationPlace Place => new(Key, Holder);

    /// <summary>Null where nobody can hold it.</summary>
    public static ConfigurationValue? Find(Configuration row) =>
        ScopeHolder.Find(row.Scope, row.ScopeId) is { } holder
            ? new(
                row.Id,
                row.Key,
                holder,
                row.IsEncrypted ? null : row.Value,
                row.Type,
                row.IsEncrypted,
                !string.IsNullOrEmpty(row.Value),
                row.Description,
                row.Version
            )
            : null;

    /// <summary>Says the same as another value. Of two secrets nobody can say, so they count as the same only as one row.</summary>
    public bool IsSame(ConfigurationValue other) =>
        IsSecret == other.IsSecret
        && Type == other.Type
        && (IsSecret ? RowId == other.RowId && Version == other.Version : Value == other.Value);
}
