using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Registry.Model;

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
    public JsonEncodedText Json { get; } = JsonEncodedText.Encode(Name);

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

    /// <summary>Columns by which an index sorts the rows of one owner, with the booleans that stand between these two in the index.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> FlagsBefore { get; } =
        Entity
            .GetIndexes()
            .Where(index =>
                index is { IsDescending: null, Properties: [var owner, _, .., { IsNullable: false }] }
                && index.GetFilter() is null
                && owner.GetColumnName() == RestAccess.Owner
                && index
                    .Properties.Skip(1)
                    .SkipLast(1)
                    .All(property => property is { IsNullable: false } && property.ClrType == typeof(bool))
            )
            .ToDictionary(
                index => index.Properties[^1].GetColumnName(),
                index => (IReadOnlyList<string>)[.. index.Properties.Skip(1).SkipLast(1).Select(property => property.GetColumnName())]
            );

    public RestColumn? Find(string column) => _byName.GetValueOrDefault(column);

    public bool Has(string column) => _byName.ContainsKey(column);
}
