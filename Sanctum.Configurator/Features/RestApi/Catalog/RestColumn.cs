namespace Sanctum.Configurator.Features.RestApi.Catalog;

/// <summary>What a column holds.</summary>
internal enum RestKind
{
    Text,
    Integer,
    Number,
    Boolean,
    Time,
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
    /// <summary>As PostgreSQL calls it.</summary>
    public string TypeName =>
        Kind switch
        {
            RestKind.Integer => IsLong ? "bigint" : "integer",
            RestKind.Number => "double precision",
            RestKind.Boolean => "boolean",
            RestKind.Time => "timestamp with time zone",
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
    IReadOnlyList<RestColumn> Columns,
    IReadOnlyList<string[]> Uniques,
    IReadOnlyList<RestRelation> Relations
)
{
    private readonly Dictionary<string, RestColumn> _byName = Columns.ToDictionary(column => column.Name);

    public const string Key = "id";

    public bool IsWritable { get; } = Columns.Any(column => column.Writing != RestWriting.Never);

    public RestColumn? Find(string column) => _byName.GetValueOrDefault(column);

    public bool Has(string column) => _byName.ContainsKey(column);
}
