using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>A value of a row in SQL.</summary>
internal readonly record struct Place(string Sql, RestKind Kind, RestColumn Column);

/// <summary>Conditions on the rows of one table, under one name.</summary>
/// <param name="special">Conditions that are on no column; null for those that are.</param>
internal sealed class FilterSql(RestTable table, string alias, SqlText sql, Func<Filter.Condition, string?>? special = null)
{
    private static readonly Dictionary<string, string> Comparisons = new()
    {
        ["eq"] = "=",
        ["neq"] = "<>",
        ["gt"] = ">",
        ["gte"] = ">=",
        ["lt"] = "<",
        ["lte"] = "<=",
    };

    private SqlDialect Dialect => sql.Dialect;

    public Place At(FieldName field)
    {
        var column = table.Find(field.Column) ?? throw Unknown(table, field.Column);
        var whole = $"{alias}.{SqlDialect.Quote(column.Name)}";
        return field.Path.Count == 0 ? new(whole, column.Kind, column)
            : column.Kind != RestKind.Json ? throw NoOperator(column.TypeName, "->")
            : field.Path.SkipLast(1).Any(step => step.IsText)
                ? throw RestFault.NotSupported($"->> stands before another step in {field.Column}.", "Use ->> for the last step only.")
            : new(Dialect.JsonPlace(whole, field.Path, sql), field.Path[^1].IsText ? RestKind.Text : RestKind.Json, column);
    }

    public string Of(Filter filter)
    {
        var condition = filter switch
        {
            Filter.Logic logic => $"({string.Join(logic.IsOr ? " OR " : " AND ", logic.Parts.Select(Of))})",
            Filter.Condition one => special?.Invoke(one) ?? Of(one),
            _ => throw new NotSupportedException(),
        };
        return filter.IsNegated ? $"(NOT {condition})" : condition;
    }

    private string Of(Filter.Condition filter)
    {
        var place = At(filter.Field);
        return filter.Operator switch
        {
            "in" => In(place, filter.Values),
            _ when filter.Many is { } many => filter.Values.Count == 0
                ? (many == "any" ? "(1 = 0)" : "(1 = 1)")
                : $"({string.Join(many == "any" ? " OR " : " AND ", filter.Values.Select(value => One(place, filter.Operator, value)))})",
            _ => One(place, filter.Operator, filter.Values[0]),
        };
    }

    private string In(Place place, IReadOnlyList<string> values) =>
        values.Count == 0 ? "(1 = 0)"
        : place.Kind == RestKind.Json ? $"({string.Join(" OR ", values.Select(value => One(place, "eq", value)))})"
        : $"({place.Sql} IN ({string.Join(", ", values.Select(value => Value(place, value)))}))";

    private string One(Place place, string name, string value) =>
        name switch
        {
            _ when Comparisons.TryGetValue(name, out var word) => place.Kind == RestKind.Json
                ? Dialect.CompareJson(place.Sql, word, RestValue.Json(value), sql)
                : $"({place.Sql} {word} {Value(place, value)})",
            "is" => Is(place, value),
            "isdistinct" => Dialect.IsDistinct(place.Sql, Value(place, value)),
            "like" or "ilike" when place.Kind == RestKind.Text => Dialect.Like(place.Sql, value.Replace('*', '%'), name == "ilike", sql),
            "match" or "imatch" when place.Kind == RestKind.Text => Dialect.Matches(place.Sql, value, name == "imatch", sql),
            "cs" or "cd" or "ov" when place.Kind == RestKind.Json => Dialect.Contains(place.Sql, name, ContainedIn(value), sql),
            _ => throw NoOperator(place.Column.TypeName, name),
        };

    private string Value(Place place, string value) =>
        sql.Add(
            place.Kind == RestKind.Json ? RestValue.Json(value)
            : place.Kind == place.Column.Kind ? RestValue.Of(place.Column, value)
            : value
        );

    private static string Is(Place place, string value) =>
        value.ToLowerInvariant() switch
        {
            "null" => $"({place.Sql} IS NULL)",
            "not_null" => $"({place.Sql} IS NOT NULL)",
            "true" when place.Kind == RestKind.Boolean => $"({place.Sql} IS TRUE)",
            "false" when place.Kind == RestKind.Boolean => $"({place.Sql} IS FALSE)",
            "unknown" when place.Kind == RestKind.Boolean => $"({place.Sql} IS NULL)",
            "true" or "false" or "unknown" => throw new RestFault(
                StatusCodes.Status400BadRequest,
                "42804",
                $"argument of IS {value.ToUpperInvariant()} must be type boolean, not type {place.Column.TypeName}"
            ),
            _ => throw new Scanner(value, "isVal").Fault("null, not_null, true, false or unknown"),
        };

    /// <summary>JSON, or an array as PostgreSQL writes it.</summary>
    private static JsonParameter ContainedIn(string value)
    {
        try
        {
            return RestValue.Json(value);
        }
        catch (RestFault) when (value.StartsWith('{'))
        {
            return new(
                $"[{string.Join(",", FilterParser.ArrayOf(value).Select(each => each.IsQuoted || !IsJson(each.Text) ? System.Text.Json.JsonSerializer.Serialize(each.Text) : each.Text))}]"
            );
        }
    }

    private static bool IsJson(string text) =>
        text is "true" or "false" or "null"
        || (
            double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _)
            && (char.IsAsciiDigit(text[^1]) && (char.IsAsciiDigit(text[0]) || text[0] == '-'))
        );

    public static RestFault Unknown(RestTable table, string column) =>
        new(
            StatusCodes.Status400BadRequest,
            "42703",
            $"column {table.Resource}.{RestFault.Shorten(column)} does not exist",
            null,
            NearestName.Find(column, table.Columns.Select(known => known.Name)) is { } near
                ? $"Perhaps you meant to reference the column \"{table.Resource}.{near}\"."
                : $"Columns: {string.Join(", ", table.Columns.Select(known => known.Name))}."
        );

    private static RestFault NoOperator(string type, string name) =>
        new(
            StatusCodes.Status404NotFound,
            "42883",
            $"operator does not exist: {type} {name} unknown",
            null,
            "like, ilike, match and imatch take text; cs, cd, ov, -> and ->> take JSON."
        );
}
