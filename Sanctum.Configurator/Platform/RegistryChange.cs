namespace Sanctum.Configurator.Platform;

/// <summary>Rows changed, whoever changed them: this console, another one, or another program.</summary>
/// <param name="Tables">The tables of the rows, each once.</param>
public sealed record RegistryChange(IReadOnlySet<string> Tables)
{
    public RegistryChange(params IEnumerable<string> tables)
        : this(tables.ToHashSet()) { }

    /// <summary>Of the same tables: to whoever reads them anew, two are as one.</summary>
    public bool Equals(RegistryChange? other) => other is not null && Tables.SetEquals(other.Tables);

    public override int GetHashCode() => Tables.Aggregate(0, (hash, table) => hash ^ StringComparer.Ordinal.GetHashCode(table));
}
