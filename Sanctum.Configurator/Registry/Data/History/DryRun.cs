using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Registry.Data.History;

/// <summary>A row as a write would change it.</summary>
/// <param name="Act">insert, update or delete.</param>
/// <param name="RowId">Null where the row would be new.</param>
public sealed record RowChange(string Act, string TableName, string? RowId, IReadOnlyList<ColumnChange> Changes);

/// <summary>What a write would change in the registry, in the order in which it would.</summary>
public sealed record RegistryDifference(IReadOnlyList<RowChange> Changes);

/// <summary>
/// Whether what this scope writes is only tried. Then everything is done as it would be, so every rule of the console and of the database
/// is
/// looked at, and where it would be committed, it is taken back.
/// </summary>
public sealed class DryRun
{
    private readonly List<ChangeRecord> _records = [];

    public bool IsOn { get; private set; }

    /// <summary>What was written since it began, a row once.</summary>
    public RegistryDifference Difference =>
        new([.. _records.GroupBy(record => (record.TableName, record.RowId)).Select(RowOf).OfType<RowChange>()]);

    public void Begin() => IsOn = true;

    /// <summary>For whoever answers with a plan of his own.</summary>
    public void End() => IsOn = false;

    internal void Add(IEnumerable<ChangeRecord> records) => _records.AddRange(records);

    /// <summary>Several saves of one row, as one change; null where they come to nothing.</summary>
    private static RowChange? RowOf(IGrouping<(string Table, string Row), ChangeRecord> saves)
    {
        var (isNew, isGone) = (saves.First().Act == "insert", saves.Last().Act == "delete");
        var columns = new SortedDictionary<string, ColumnChange>(StringComparer.Ordinal);
        foreach (var change in saves.SelectMany(record => RowDifference.Between(record.Before, record.After)))
        {
            columns[change.Column] = change with
            {
                From = columns.TryGetValue(change.Column, out var earlier) ? earlier.From : change.From,
            };
        }

        return isNew && isGone
            ? null
            : new(
                isNew ? "insert" : saves.Last().Act,
                saves.Key.Table,
                isNew ? null : saves.Key.Row,
                [.. columns.Values.Where(change => change.From != change.To)]
            );
    }
}
