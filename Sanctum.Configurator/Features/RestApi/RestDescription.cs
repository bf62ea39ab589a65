using Sanctum.Configurator.Features.RestApi.Catalog;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>What is offered, as OpenAPI 2.0: the tables that the caller may read.</summary>
internal sealed class RestDescription(IDbContextFactory<RegistryDbContext> registries, RestCatalogs catalogs, RestAccess access)
{
    private static readonly (string Name, string In, string Description)[] Reading =
    [
        ("select", "query", "Columns, aliases, JSON paths and embedded resources"),
        ("order", "query", "Columns to sort by"),
        ("limit", "query", "Rows at most"),
        ("offset", "query", "Rows to leave out"),
        ("Range", "header", "Rows from and to"),
        ("Prefer", "header", "count=exact"),
    ];

    private static readonly (string Name, string In, string Description)[] Writing =
    [
        ("select", "query", "What is sent back of the rows"),
        ("Prefer", "header", "return, resolution, missing, handling, max-affected, tx"),
    ];

    public RestCatalog Catalog
    {
        get
        {
            if (catalogs.Known is { } known)
            {
                return known;
            }

            using var registry = registries.CreateDbContext();
            return catalogs.Of(registry);
        }
    }

    public async Task WriteAsync(HttpContext context, CancellationToken cancel)
    {
        var tables = Catalog.All.Where(access.MayRead).ToList();
        var description = new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Sanctum Configurator",
                ["description"] = "Tables of the registry in PostgREST's dialect. The guide to the REST API says what is supported.",
                ["version"] = "1",
            },
            ["host"] = context.Request.Host.Value,
            ["basePath"] = $"{context.Request.PathBase}/rest/v1",
            ["schemes"] = new JsonArray(context.Request.Scheme),
            ["consumes"] = new JsonArray("application/json"),
            ["produces"] = new JsonArray("application/json", "application/vnd.pgrst.object+json", "text/csv"),
            ["securityDefinitions"] = new JsonObject
            {
                ["apikey"] = new JsonObject
                {
                    ["type"] = "apiKey",
                    ["name"] = "apikey",
                    ["in"] = "header",
                },
            },
            ["security"] = new JsonArray(new JsonObject { ["apikey"] = new JsonArray() }),
            ["paths"] = new JsonObject(tables.Select(table => KeyValuePair.Create($"/{table.Resource}", (JsonNode?)PathOf(table)))),
            ["definitions"] = new JsonObject(tables.Select(table => KeyValuePair.Create(table.Resource, (JsonNode?)DefinitionOf(table)))),
        };
        context.Response.ContentType = "application/openapi+json; charset=utf-8";
        await context.Response.WriteAsync(description.ToJsonString(), cancel);
    }

    private static JsonObject PathOf(RestTable table)
    {
        var filters = table.Columns.Select(column => (column.Name, "query", $"{column.TypeName}: operator.value, such as eq.…"));
        var path = new JsonObject { ["get"] = Operation(table, "Reads rows", [.. filters, .. Reading], hasBody: false) };
        if (table.IsWritable)
        {
            path["post"] = Operation(
                table,
                "Adds rows",
                [("columns", "query", "Columns that are taken of the body"), ("on_conflict", "query", "Unique columns"), .. Writing],
                hasBody: true
            );
            path["patch"] = Operation(table, "Changes the rows that a filter finds", [.. filters, .. Writing], hasBody: true);
            path["delete"] = Operation(table, "Deletes the rows that a filter finds", [.. filters, .. Writing], hasBody: false);
        }

        return path;
    }

    private static JsonObject Operation(
        RestTable table,
        string summary,
        IEnumerable<(string Name, string In, string Description)> parameters,
        bool hasBody
    )
    {
        var all = parameters.Select(parameter =>
            (JsonNode?)
                new JsonObject
                {
                    ["name"] = parameter.Name,
                    ["in"] = parameter.In,
                    ["description"] = parameter.Description,
                    ["required"] = false,
                    ["type"] = "string",
                }
        );
        var body = new JsonObject
        {
            ["name"] = "body",
            ["in"] = "body",
            ["required"] = true,
            ["schema"] = new JsonObject { ["$ref"] = $"#/definitions/{table.Resource}" },
        };
        return new()
        {
            ["tags"] = new JsonArray(table.Resource),
            ["summary"] = summary,
            ["parameters"] = new JsonArray([.. all, .. hasBody ? [body] : Array.Empty<JsonNode?>()]),
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject
                {
                    ["description"] = "OK",
                    ["schema"] = new JsonObject
                    {
                        ["type"] = "array",
                        ["items"] = new JsonObject { ["$ref"] = $"#/definitions/{table.Resource}" },
                    },
                },
            },
        };
    }

    private static JsonObject DefinitionOf(RestTable table) =>
        new()
        {
            ["type"] = "object",
            ["description"] = table.IsWritable ? $"Needs the permission {table.Policy}" : $"Read-only; needs the permission {table.Policy}",
            ["properties"] = new JsonObject(
                table.Columns.Select(column => KeyValuePair.Create(column.Name, (JsonNode?)PropertyOf(column)))
            ),
        };

    private static JsonObject PropertyOf(RestColumn column)
    {
        var property = new JsonObject { ["format"] = column.TypeName };
        if (column.Kind != RestKind.Json)
        {
            property["type"] = column.Kind switch
            {
                RestKind.Integer => "integer",
                RestKind.Number => "number",
                RestKind.Boolean => "boolean",
                _ => "string",
            };
        }

        if (column.MostLength is { } most)
        {
            property["maxLength"] = most;
        }

        if (column.Writing == RestWriting.Never)
        {
            property["readOnly"] = true;
        }

        return property;
    }
}
