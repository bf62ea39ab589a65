using Microsoft.OpenApi;

namespace Sanctum.Configurator.Features.McpEndpoint.Operations;

/// <summary>
/// The schemas of the API's description in the plain words that all clients and models understand: one type each, nothing that refers to
/// elsewhere, and no choices between schemas.
/// </summary>
internal static class OperationSchemas
{
    public const string Body = "body";
    public const string Version = "version";

    private const int Deepest = 6;
    private static readonly JsonSchemaType[] Kinds =
    [
        JsonSchemaType.Object,
        JsonSchemaType.Array,
        JsonSchemaType.Integer,
        JsonSchemaType.Number,
        JsonSchemaType.Boolean,
        JsonSchemaType.String,
    ];

    public static JsonObject InputOf(ApiOperation operation)
    {
        var members = new JsonObject();
        var needed = new JsonArray();
        foreach (var argument in operation.Arguments)
        {
            members[argument.Name] = argument.Schema.DeepClone();
            if (argument.IsNeeded)
            {
                needed.Add(argument.Name);
            }
        }

        if (operation.Body is { } body)
        {
            members[Body] = body.DeepClone();
            if (operation.NeedsBody)
            {
                needed.Add(Body);
            }
        }

        if (operation.TakesVersion)
        {
            members[Version] = new JsonObject
            {
                ["type"] = "integer",
                ["description"] = "The version that you read. If it has been changed since, nothing is written.",
            };
        }

        return ObjectOf(members, needed);
    }

    public static JsonObject ObjectOf(JsonObject members, JsonArray needed)
    {
        var schema = new JsonObject { ["type"] = "object", ["properties"] = members };
        if (needed.Count > 0)
        {
            schema["required"] = needed;
        }

        schema["additionalProperties"] = false;
        return schema;
    }

    /// <summary>Null is left out everywhere: what may be null may be left out.</summary>
    public static JsonObject Plain(IOpenApiSchema? schema, int depth = 0)
    {
        var plain = new JsonObject();
        if (schema is null || depth > Deepest)
        {
            return plain;
        }

        if (OneOf(schema) is { } only)
        {
            plain = Plain(only, depth);
            Describe(plain, schema);
            return plain;
        }

        if (TypeOf(schema) is { } type)
        {
            plain["type"] = type.ToIdentifiers()[0];
        }

        Describe(plain, schema);
        if (plain.Count == 0)
        {
            plain["description"] = "Any JSON.";
        }

        if (schema.Enum is { Count: > 0 } words)
        {
            plain["enum"] = new JsonArray([.. words.Where(word => word is not null).Select(word => word.DeepClone())]);
        }

        if (schema.MaxLength is { } longest)
        {
            plain["maxLength"] = longest;
        }

        if (plain["type"]?.ToString() == "array")
        {
            plain["items"] = Plain(schema.Items, depth + 1);
        }
        else if (plain["type"]?.ToString() == "object")
        {
            AddMembers(plain, schema, depth);
        }

        return plain;
    }

    private static void AddMembers(JsonObject plain, IOpenApiSchema schema, int depth)
    {
        if (schema.Properties is { Count: > 0 } members && depth < Deepest)
        {
            plain["properties"] = new JsonObject(
                members.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)Plain(member.Value, depth + 1)))
            );
            if (schema.Required is { Count: > 0 } needed)
            {
                plain["required"] = new JsonArray([.. needed.Select(name => JsonValue.Create(name))]);
            }
        }
        else
        {
            plain["additionalProperties"] = true;
        }
    }

    private static void Describe(JsonObject plain, IOpenApiSchema schema)
    {
        if (schema.Description is { Length: > 0 } description)
        {
            plain["description"] = description;
        }

        if (schema.Default is { } @default)
        {
            plain["default"] = @default.DeepClone();
        }
    }

    /// <summary>The one schema that is not null, of those that it can be.</summary>
    private static IOpenApiSchema? OneOf(IOpenApiSchema schema) =>
        (schema.OneOf ?? schema.AnyOf ?? schema.AllOf ?? []).FirstOrDefault(each => each.Type != JsonSchemaType.Null);

    private static JsonSchemaType? TypeOf(IOpenApiSchema schema) =>
        schema.Type is { } type && Kinds.FirstOrDefault(kind => type.HasFlag(kind)) is var known && known != default ? known
        : schema.Properties is { Count: > 0 } ? JsonSchemaType.Object
        : null;
}
