using Microsoft.EntityFrameworkCore.Metadata;

namespace Sanctum.Configurator.Features.RestApi.Catalog;

/// <summary>What a column holds.</summary>
internal enum RestKind
{
    Text,
    Integer,
    Number,
    Boolean,
    Time,
    Date,
    Uuid,
    Json,
}

/// <summary>Who sets a column.</summary>
internal enum RestWriting
{
    /// <summary>The console alone.</summary>
    Never,

    /// <summary>Whoever adds the row, and nobody afterwards.</summary>
    Once,

    Always,
}

/// <param name="MostLength">Characters; null for any number.</param>
/// <param name="IsLong">Of 64 bits.</param>
internal sealed record RestColumn(string Name, RestKind Kind, bool IsNullable, int? MostLength, bool IsLong, RestWriting Writing)
{
    public JsonEncodedText Json { get; } = JsonEncodedText.Encode(Name);

    /// <summary>As PostgreSQL calls it.</summary>
    public string TypeName =>
        Kind switch
        {
            RestKind.Integer => IsLong ? "bigint" : "integer",
            RestKind.Number => "double precision",
            RestKind.Boolean => "boolean",
            RestKind.Time => "timestamp with time zone",
            RestKind.Date => "date",
            RestKind.Uuid => "uuid",
            RestKind.Json => "jsonb",
            _ => MostLength is { } most ? $"character varying({most})" : "text",
        };
}

/// <summary>How rows of another table belong to a row.</summary>
/// <param name="Resource">The other table.</param>
/// <param name="IsToMany">Several rows belong to one.</param>
/// <param name="From">The column here.</param>
/// <param name="To">The column there.</param>
internal sealed record RestRelation(string Resource, bool IsToMany, string From, string To, string Constraint)
{
    /// <summary>The column that refers to the other table.</summary>
    public string ForeignKey => IsToMany ? To : From;
}

/// <summary>A table that is offered.</summary>
/// <param name="Resource">What it is called in addresses.</param>
/// <param name="Policy">Who may read it.</param>
/// <param name="Uniques">Columns that are unique together; the key first.</param>
internal sealed record RestTable(
    string Resource,
    string Name,
    string Policy,
    IEntityType Entity,
    IReadOnlyList<RestColumn> Columns,
    IReadOnlyList<string[]> Uniques,
    IReadOnlyList<RestRelation> Relations
)
{
    private readonly Dictionary<string, RestColumn> _byName = Columns.ToDictionary(column => column.Name);

    public const string Key = "id";

    /// <summary>Its rows are people's, who add and change them. All others are the registry's, which are read here.</summary>
    public bool IsWritable { get; } = Columns.Any(column => column.Writing != RestWriting.Never);

    public bool KeepsHistory { get; } = Entity.KeepsHistory();

    public IReadOnlyList<string> Keys { get; } = [.. Entity.FindPrimaryKey()!.Properties.Select(property => property.GetColumnName())];

    /// <summary>
    /// Columns by which an index sorts the rows of one owner, with the booleans that stand between these two in it. (The model at run time
    /// doesn't tell of filters and directions of indexes.)
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> FlagsBefore { get; } =
        Name == Tables.Conversations
            ? new Dictionary<string, IReadOnlyList<string>> { ["updated_at"] = ["is_archived", "is_pinned"] }
            : new Dictionary<string, IReadOnlyList<string>>();

    public RestColumn? Find(string column) => _byName.GetValueOrDefault(column);

    public bool Has(string column) => _byName.ContainsKey(column);
}
