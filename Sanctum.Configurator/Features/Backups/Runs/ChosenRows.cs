using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// Which rows a restore is about: whole tables ("agents"), single rows with what hangs on them ("agents/3": the agent, and every row
/// that refers to it), or, where nothing is named, all.
/// </summary>
internal sealed class ChosenRows(IEnumerable<string> parts)
{
    /// <summary>Configurations refer to their agent by scope and not by a foreign key.</summary>
    private const string AgentScope = "agent";
    private const string Agents = "agents";

    private readonly HashSet<string> _parts = [.. parts];

    public static string RowOf(IReadOnlyEntityType entity, string key) => $"{entity.GetTableName()}/{key}";

    /// <summary>The table of a part that names a table or one of its rows.</summary>
    public static string TableOf(string part) => part.Split('/', 2)[0];

    public bool MayHoldSome(IEntityType entity) =>
        IsWhole(entity) || Refers(entity).Any(table => _parts.Any(part => part.StartsWith($"{table}/", StringComparison.Ordinal)));

    public bool Holds(EntityEntry row, string key) =>
        IsWhole(row.Metadata)
        || _parts.Contains(RowOf(row.Metadata, key))
        || row.Metadata.GetForeignKeys()
            .Any(reference =>
                reference.Properties is [var column]
                && row.Property(column.Name).CurrentValue is { } value
                && _parts.Contains(RowOf(reference.PrincipalEntityType, Convert.ToString(value, CultureInfo.InvariantCulture)!))
            )
        || (row.Entity is Configuration { Scope: AgentScope, ScopeId: { } agent } && _parts.Contains($"{Agents}/{agent}"));

    private bool IsWhole(IReadOnlyEntityType entity) => _parts.Count == 0 || _parts.Contains(entity.GetTableName()!);

    private static IEnumerable<string> Refers(IEntityType entity) =>
        [
            entity.GetTableName()!,
            .. entity.GetForeignKeys().Select(reference => reference.PrincipalEntityType.GetTableName()!),
            .. entity.ClrType == typeof(Configuration) ? [Agents] : Array.Empty<string>(),
        ];
}
