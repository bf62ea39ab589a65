using System.Text.Encodings.Web;

namespace Sanctum.Configurator.Features.Messaging.Broca.Reading;

/// <summary>A table of Broca's, with the columns that it has.</summary>
/// <param name="name">In small letters.</param>
/// <param name="spelled">As the file spells it.</param>
internal sealed class BrocaTable(string name, string spelled, IReadOnlyList<string> columns)
{
    public const int MostColumns = 64;

    private readonly Dictionary<string, int> _at = columns
        .Select((column, at) => (Name: column.ToLowerInvariant(), At: at))
        .DistinctBy(column => column.Name)
        .ToDictionary(column => column.Name, column => column.At);

    public string Name => name;

    public string Spelled => spelled;

    public IReadOnlyList<string> Columns => columns;

    public bool Has(string column) => _at.ContainsKey(column);

    public int Find(string column) => _at.GetValueOrDefault(column, -1);
}

/// <summary>A row, by the names of its columns: old and migrated files have them in another order.</summary>
internal sealed class BrocaRow(BrocaTable table, string?[] cells)
{
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public BrocaTable Table => table;

    /// <summary>Null where there is no such column, or nothing in it.</summary>
    public string? this[string column] => table.Find(column) is >= 0 and var at ? cells[at] : null;

    /// <summary>A whole number; null for anything else.</summary>
    public long? Number(string column) => long.TryParse(this[column], out var number) ? number : null;

    /// <summary>All of it, as a JSON object that any database takes.</summary>
    public string ToJson() =>
        JsonSerializer.Serialize(
            table
                .Columns.Zip(cells)
                .DistinctBy(cell => cell.First)
                .ToDictionary(cell => StorableText.Of(cell.First), cell => StorableText.Of(cell.Second)),
            Written
        );
}

/// <summary>Text that both databases store: PostgreSQL has no NUL.</summary>
internal static class StorableText
{
    public static string Of(string? text) => Find(text) ?? "";

    public static string? Find(string? text) => text?.Replace('\0', '\ufffd');
}
