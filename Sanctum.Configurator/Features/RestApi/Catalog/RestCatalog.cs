using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Features.RestApi.Parsing;

namespace Sanctum.Configurator.Features.RestApi.Catalog;

/// <summary>The tables and columns that are offered: those that are listed here, and no other.</summary>
internal sealed class RestCatalog
{
    private readonly Dictionary<string, RestTable> _tables;

    private RestCatalog(IEnumerable<RestTable> tables) => _tables = tables.ToDictionary(table => table.Resource);

    public IEnumerable<RestTable> All => _tables.Values;

    public static RestCatalog Of(IModel model)
    {
        var offered = OfferedTables.All.ToDictionary(
            given => given.Table,
            given =>
                (given.Resource, given.Policy, Entity: EntityOf(model, given.Table), Columns: ColumnsOf(model, given.Table, given.Columns))
        );
        var columns = offered.ToDictionary(other => other.Key, other => (other.Value.Resource, other.Value.Columns));
        return new(
            offered.Select(table => new RestTable(
                table.Value.Resource,
                table.Key,
                table.Value.Policy,
                table.Value.Entity,
                table.Value.Columns,
                table.Key == Tables.UserPreferences
                    ?
                    [
                        [RestTable.Key],
                        ["user_id"],
                    ]
                    :
                    [
                        [RestTable.Key],
                    ],
                [.. RelationsOf(table.Value.Entity, columns)]
            ))
        );
    }

    /// <exception cref="RestFault">There is none, or it is not offered.</exception>
    public RestTable Table(string resource) =>
        _tables.GetValueOrDefault(resource)
        ?? throw new RestFault(
            StatusCodes.Status404NotFound,
            "PGRST205",
            $"Could not find the table 'public.{RestFault.Shorten(resource)}' in the schema cache",
            null,
            NearestName.Find(resource, _tables.Keys) is { } near
                ? $"Perhaps you meant the table 'public.{near}'"
                : "GET /rest/v1/ lists the tables that are offered."
        );

    private static IEntityType EntityOf(IModel model, string table) =>
        model.GetEntityTypes().Single(entity => entity.GetTableName() == table);

    private static List<RestColumn> ColumnsOf(IModel model, string table, string columns)
    {
        var byName = EntityOf(model, table).GetProperties().ToDictionary(property => property.GetColumnName());
        return
        [
            .. columns
                .Split(' ')
                .Select(column =>
                {
                    var property = byName[column.TrimEnd('+', '*')];
                    return new RestColumn(
                        property.GetColumnName(),
                        KindOf(property),
                        property.IsNullable,
                        property.ClrType == typeof(string) ? property.GetMaxLength() : null,
                        property.ClrType == typeof(long) || property.ClrType == typeof(long?),
                        column[^1] == '*' ? RestWriting.Always
                            : column[^1] == '+' ? RestWriting.Once
                            : RestWriting.Never
                    );
                }),
        ];
    }

    private static RestKind KindOf(IProperty property)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        return property.IsJson() ? RestKind.Json
            : type == typeof(bool) ? RestKind.Boolean
            : type == typeof(int) || type == typeof(long) ? RestKind.Integer
            : type == typeof(double) ? RestKind.Number
            : type == typeof(DateTimeOffset) ? RestKind.Time
            : type == typeof(DateOnly) ? RestKind.Date
            : type == typeof(Guid) ? RestKind.Uuid
            : type == typeof(string) || type.IsEnum ? RestKind.Text
            : throw new NotSupportedException($"{property.DeclaringType.DisplayName()}.{property.Name} has a type that REST can't tell.");
    }

    private static IEnumerable<RestRelation> RelationsOf(
        IEntityType entity,
        Dictionary<string, (string Resource, List<RestColumn> Columns)> offered
    )
    {
        bool Offers(IReadOnlyEntityType type, IReadOnlyProperty property) =>
            offered[type.GetTableName()!].Columns.Any(column => column.Name == property.GetColumnName());
        foreach (var key in entity.GetForeignKeys().Where(key => offered.ContainsKey(key.PrincipalEntityType.GetTableName()!)))
        {
            if (key.Properties is [var from] && key.PrincipalKey.Properties is [var to] && Offers(entity, from))
            {
                yield return new(
                    offered[key.PrincipalEntityType.GetTableName()!].Resource,
                    false,
                    from.GetColumnName(),
                    to.GetColumnName(),
                    key.GetConstraintName()!
                );
            }
        }

        foreach (var key in entity.GetReferencingForeignKeys().Where(key => offered.ContainsKey(key.DeclaringEntityType.GetTableName()!)))
        {
            if (key.Properties is [var to] && key.PrincipalKey.Properties is [var from] && Offers(key.DeclaringEntityType, to))
            {
                yield return new(
                    offered[key.DeclaringEntityType.GetTableName()!].Resource,
                    true,
                    from.GetColumnName(),
                    to.GetColumnName(),
                    key.GetConstraintName()!
                );
            }
        }
    }
}
