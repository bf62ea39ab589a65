using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>Writes what is kept aside; what an earlier import of the source keeps already is not kept twice.</summary>
internal sealed class KeptAsideRows(RegistryDbContext registry, BrocaTarget target, CancellationToken cancel)
{
    private readonly HashSet<string> _keys = [];
    private readonly HashSet<string> _rows = [];
    private readonly Dictionary<string, int> _counts = [];
    private HashSet<string> _before = [];
    private readonly JsonRows _columns = new(
        registry,
        ("import_id", "integer"),
        ("source_table", "text"),
        ("source_key", "text"),
        ("source_row", "text"),
        ("reason", "text")
    );

    public async Task BeginAsync() =>
        _before = [
            .. await registry
                .BrocaOrphans.AsNoTracking()
                .Where(o => registry.BrocaImports.Any(i => i.Id == o.ImportId && i.Source == target.Source && i.UndoneAt == null))
                .Select(o => o.SourceKey + "\n" + o.Reason)
                .ToListAsync(cancel),
        ];

    /// <summary>Rows of a table that are kept aside, each once.</summary>
    public int CountOf(string table) => _counts.GetValueOrDefault(table);

    /// <summary>Writes them, and empties the list.</summary>
    public async Task WriteAsync(List<AsideRow> rows)
    {
        var written = new List<object>();
        foreach (var row in rows)
        {
            var plain = $"{target.Source}:{row.Table}:{row.Id}";
            if (row.Id == "?" || _rows.Add(plain))
            {
                _counts[row.Table] = _counts.GetValueOrDefault(row.Table) + 1;
            }

            var key = plain;
            for (var again = 2; !_keys.Add(key); again++)
            {
                key = string.Create(CultureInfo.InvariantCulture, $"{plain}#{again}");
            }

            if (!_before.Contains($"{key}\n{row.Reason}"))
            {
                written.Add(
                    new
                    {
                        import_id = target.ImportId,
                        source_table = row.Table[..Math.Min(row.Table.Length, 64)],
                        source_key = key,
                        source_row = row.Row,
                        reason = row.Reason,
                    }
                );
            }
        }

        rows.Clear();
        if (written.Count > 0 && !target.IsPreview)
        {
            var row = registry.Database.IsSqlite() ? "source_row" : "source_row::jsonb";
            await _columns.ExecuteAsync(
                $"INSERT INTO broca_orphans ({_columns.Names}) SELECT import_id, source_table, source_key, {row}, reason FROM given WHERE 1 = 1",
                written,
                cancel
            );
        }
    }
}
