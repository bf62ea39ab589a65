using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>Turns what an address asks for into one statement.</summary>
internal sealed class SelectSql(RestCatalog catalog, IRowAccess access, RestTable table, RestQuery query, SqlDialect dialect)
{
    private const string Alias = "t";
    private const string Inner = "e";

    private readonly SqlText _sql = new(dialect);
    private readonly List<OutputColumn> _columns = [];
    private readonly List<string> _expressions = [];

    private IEnumerable<SelectItem.Embed> Embeds => (query.Select ?? []).OfType<SelectItem.Embed>();

    /// <param name="most">Rows at most, here and of each embedded resource.</param>
    /// <param name="ids">The rows that were just written; null for those that the filters find.</param>
    public ReadStatement Read(RowRange range, int most, IReadOnlyList<Guid>? ids = null)
    {
        RefuseUnknownEmbeds();
        foreach (var item in query.Select ?? [new SelectItem.Star()])
        {
            Add(item, most);
        }

        var limit = ids is null ? Math.Min(range.Most ?? most, most) : ids.Count;
        var order = Order(table, Alias, query.Rows.Order);
        var where = ids is null
            ? Page(order, limit + range.From)
            : $"{Alias}.id IN ({string.Join(", ", ids.Select(id => _sql.Add(id)).DefaultIfEmpty("NULL"))})";
        var wanted = _expressions.Count == 0 ? "1" : string.Join(", ", _expressions);
        var text =
            $"SELECT {wanted} FROM {SqlDialect.Quote(table.Name)} AS {Alias} WHERE {where} ORDER BY {order} LIMIT {Text(limit)} OFFSET {Text(ids is null ? range.From : 0)}";
        return new(text, _sql, _columns, limit);
    }

    private string Page(string order, long most) =>
        dialect.PagesByIndex && !query.Rows.FindsByKey() && access.Readable(table, Alias, _sql) is { } readable
            ? PageByIndex.Of(table, Alias, Conditions(), readable, query.Rows.Order, order, most)
            : Where();

    public (string Sql, SqlText Values) Count()
    {
        RefuseUnknownEmbeds();
        return ($"SELECT count(*) FROM {SqlDialect.Quote(table.Name)} AS {Alias} WHERE {Where()}", _sql);
    }

    /// <summary>The keys of the rows that the filters find and that may be written.</summary>
    public (string Sql, SqlText Values) ToWrite(int most)
    {
        RefuseUnknownEmbeds();
        var where = string.Join(" AND ", query.Rows.Filters.Select(Filter).Append(access.Writable(table, Alias, _sql)!));
        return (
            $"SELECT {Alias}.id FROM {SqlDialect.Quote(table.Name)} AS {Alias} WHERE {where} ORDER BY {Alias}.id LIMIT {Text(most)}{dialect.ForUpdate}",
            _sql
        );
    }

    private void Add(SelectItem item, int most)
    {
        switch (item)
        {
            case SelectItem.Embed { IsSpread: true } embed:
                var spread = RelationOf(embed);
                if (spread.IsToMany)
                {
                    throw new RestFault(
                        StatusCodes.Status400BadRequest,
                        "PGRST119",
                        $"A spread operation on '{embed.Target}' is not possible",
                        $"'{table.Resource}' and '{embed.Target}' do not form a many-to-one or one-to-one relationship"
                    );
                }

                foreach (var (name, place) in ItemsOf(embed.Items, catalog.Table(spread.Resource), Inner))
                {
                    Put(name, $"(SELECT {Shown(place)} {From(spread, embed)} LIMIT 1)", place.Kind);
                }

                break;
            case SelectItem.Embed { Items.Count: > 0 } embed:
                Put(embed.Label, Embedded(embed, most), RestKind.Json);
                break;
            case SelectItem.Embed embed:
                RelationOf(embed);
                break;
            default:
                foreach (var (name, place) in ItemsOf([item], table, Alias))
                {
                    Put(name, Shown(place), place.Kind);
                }

                break;
        }
    }

    private void Put(string name, string expression, RestKind kind)
    {
        var known = table.Find(name); // Of a name that is the table's, the quoting is known.
        _columns.Add(new(name, kind, known?.Json ?? JsonEncodedText.Encode(name, RowWriter.Options.Encoder)));
        _expressions.Add(expression);
    }

    private string Shown(Place place) => dialect.Shown(place.Sql, place.Kind);

    private IEnumerable<(string Name, Place Place)> ItemsOf(IEnumerable<SelectItem> items, RestTable of, string alias)
    {
        var filter = new FilterSql(of, alias, _sql);
        foreach (var item in items)
        {
            switch (item)
            {
                case SelectItem.Star:
                    foreach (var column in of.Columns)
                    {
                        yield return (column.Name, filter.At(new(column.Name, [])));
                    }

                    break;
                case SelectItem.Column column:
                    var place = filter.At(column.Field);
                    yield return (column.Alias ?? column.Field.Label, column.Cast is null ? place : Casts.Of(place, column.Cast, dialect));
                    break;
            }
        }
    }

    private string Embedded(SelectItem.Embed embed, int most)
    {
        var relation = RelationOf(embed);
        var of = catalog.Table(relation.Resource);
        var row = dialect.JsonObject(
            ItemsOf(embed.Items, of, Inner).Select(item => (_sql.Add(item.Name), dialect.InJson(item.Place.Sql, item.Place.Kind)))
        );
        if (!relation.IsToMany)
        {
            return $"(SELECT {row} {From(relation, embed)} LIMIT 1)";
        }

        var part = PartOf(embed);
        return dialect.JsonArray(
            $"SELECT {row} AS j {From(relation, embed)} ORDER BY {Order(of, Inner, part.Order)} LIMIT {Text(Math.Min(part.Limit ?? most, most))} OFFSET {Text(part.Offset)}"
        );
    }

    /// <summary>The rows that belong to the row: those that may be seen, and that its own filters find.</summary>
    private string From(RestRelation relation, SelectItem.Embed embed)
    {
        var of = catalog.Table(relation.Resource);
        var filter = new FilterSql(of, Inner, _sql);
        var conditions = PartOf(embed)
            .Filters.Select(filter.Of)
            .Prepend($"{Inner}.{SqlDialect.Quote(relation.To)} = {Alias}.{SqlDialect.Quote(relation.From)}");
        return $"FROM {SqlDialect.Quote(of.Name)} AS {Inner} WHERE {string.Join(" AND ", conditions)}{(access.Readable(of, Inner, _sql) is { } readable ? $" AND {RowsOf.Any(readable)}" : "")}";
    }

    private string Where()
    {
        var conditions = Conditions();
        if (access.Readable(table, Alias, _sql) is { } readable)
        {
            conditions.Add(RowsOf.Any(readable));
        }

        return conditions.Count == 0 ? "1 = 1" : string.Join(" AND ", conditions);
    }

    private List<string> Conditions() =>
        [
            .. query.Rows.Filters.Select(Filter),
            .. Embeds.Where(embed => embed.IsInner).Select(embed => $"EXISTS (SELECT 1 {From(RelationOf(embed), embed)})"),
        ];

    private string Filter(Filter filter) => new FilterSql(table, Alias, _sql, IsThere).Of(filter);

    /// <summary>That an embedded resource is there, or is not: <c>messages=not.is.null</c>, also in <c>or=(…)</c>.</summary>
    private string? IsThere(Filter.Condition condition) =>
        condition is { Operator: "is", Values: ["null" or "not_null"], Field.Path.Count: 0 }
        && Embeds.FirstOrDefault(embed => embed.Label == condition.Field.Column) is { } embed
            ? $"({(condition.Values[0] == "null" ? "NOT " : "")}EXISTS (SELECT 1 {From(RelationOf(embed), embed)}))"
            : null;

    private string Order(RestTable of, string alias, IReadOnlyList<OrderTerm> terms)
    {
        var written = terms.Select(term =>
        {
            var place = term.Embed is null ? new FilterSql(of, alias, _sql).At(term.Field) : Related(term, of);
            var nulls =
                term.AreNullsFirst is { } first ? (first ? " NULLS FIRST" : " NULLS LAST")
                : !place.Column.IsNullable && term.Embed is null && term.Field.Path.Count == 0 ? ""
                : term.IsDescending ? " NULLS FIRST"
                : " NULLS LAST";
            return $"{place.Sql} {(term.IsDescending ? "DESC" : "ASC")}{nulls}";
        });
        return string.Join(", ", written.Append(dialect.Tie(alias, of, terms.Count > 0 && terms[^1].IsDescending)));
    }

    private Place Related(OrderTerm term, RestTable of)
    {
        var embed = of == table ? Embeds.FirstOrDefault(embed => embed.Label == term.Embed) : null;
        if (embed is null)
        {
            throw Relations.NotEmbedded(term.Embed!);
        }

        var relation = RelationOf(embed);
        if (relation.IsToMany)
        {
            throw new RestFault(
                StatusCodes.Status400BadRequest,
                "PGRST118",
                $"A related order on '{term.Embed}' is not possible",
                $"'{table.Resource}' and '{term.Embed}' do not form a many-to-one or one-to-one relationship"
            );
        }

        var place = new FilterSql(catalog.Table(relation.Resource), Inner, _sql).At(term.Field);
        return place with { Sql = $"(SELECT {place.Sql} {From(relation, embed)} LIMIT 1)" };
    }

    private RestPart PartOf(SelectItem.Embed embed) => query.Embeds.GetValueOrDefault(embed.Label) ?? new();

    private void RefuseUnknownEmbeds()
    {
        foreach (var name in query.Embeds.Keys.Where(name => Embeds.All(embed => embed.Label != name)))
        {
            throw Relations.NotEmbedded(name);
        }
    }

    private RestRelation RelationOf(SelectItem.Embed embed)
    {
        var relation = Relations.Find(table, embed);
        access.Require(catalog.Table(relation.Resource));
        return relation;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
