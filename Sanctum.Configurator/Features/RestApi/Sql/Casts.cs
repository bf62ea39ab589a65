using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>The casts of select: <c>column::type</c>.</summary>
internal static class Casts
{
    public static Place Of(Place place, string type, SqlDialect dialect) =>
        (type, place.Kind) switch
        {
            ("text" or "varchar", RestKind.Time) => place with { Sql = dialect.Time(place.Sql), Kind = RestKind.Text },
            ("text" or "varchar", RestKind.Boolean) => place with
            {
                Sql = $"(CASE WHEN {place.Sql} THEN 'true' WHEN NOT {place.Sql} THEN 'false' END)",
                Kind = RestKind.Text,
            },
            ("text" or "varchar", _) => place with { Sql = dialect.Cast(place.Sql, "text"), Kind = RestKind.Text },
            ("int" or "int4" or "int8" or "integer" or "bigint", RestKind.Text or RestKind.Integer or RestKind.Number) => place with
            {
                Sql = dialect.Cast(place.Sql, "int8"),
                Kind = RestKind.Integer,
            },
            ("float8" or "float4" or "numeric", RestKind.Text or RestKind.Integer or RestKind.Number) => place with
            {
                Sql = dialect.Cast(place.Sql, "float8"),
                Kind = RestKind.Number,
            },
            ("json" or "jsonb", RestKind.Json) => place,
            (
                "text"
                    or "varchar"
                    or "int"
                    or "int4"
                    or "int8"
                    or "integer"
                    or "bigint"
                    or "float8"
                    or "float4"
                    or "numeric"
                    or "json"
                    or "jsonb",
                _
            ) => throw new RestFault(
                StatusCodes.Status400BadRequest,
                "42846",
                $"cannot cast type {place.Column.TypeName} to {type}",
                null,
                "text is what every type can be cast to."
            ),
            _ => throw new RestFault(
                StatusCodes.Status400BadRequest,
                "42704",
                $"type \"{RestFault.Shorten(type)}\" does not exist",
                null,
                "Types: text, int4, int8, float8, numeric, json, jsonb."
            ),
        };
}
