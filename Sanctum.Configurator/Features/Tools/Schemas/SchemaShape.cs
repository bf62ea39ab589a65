using MudBlazor;

namespace Sanctum.Configurator.Features.Tools.Schemas;

/// <summary>What a form shows for a schema.</summary>
internal enum SchemaControl
{
    Text,
    LongText,
    Secret,
    Number,
    Switch,
    Choice,
    Group,
    List,

    /// <summary>Of no shape that a form has controls for: its JSON is edited.</summary>
    Json,

    /// <summary>There is nothing to choose.</summary>
    Fixed,
}

/// <summary>Reads schemas as forms need them.</summary>
internal static class SchemaShape
{
    private const int MostReferences = 16;
    private static readonly string[] Lists = ["allOf", "anyOf", "oneOf"];
    private static readonly string[] Branches = ["then", "else"];

    /// <summary>Follows references, as long as they lead on.</summary>
    public static JsonElement Resolve(ConfigSchema schema, JsonElement at)
    {
        for (
            var left = MostReferences;
            left > 0
                && at.ValueKind == JsonValueKind.Object
                && at.TryGetProperty("$ref", out var reference)
                && schema.Find(reference.GetString()!) is { } target;
            left--
        )
        {
            at = target;
        }

        return at;
    }

    /// <summary>A text that is a secret, such as <c>anyOf</c> of one and of null.</summary>
    public static bool IsSecret(JsonElement at) => IsMarked(null, at) && TypeOf(at) is null or "string";

    /// <summary>It says itself that what it speaks of is a secret.</summary>
    public static bool IsFlagged(JsonElement at) =>
        at.ValueKind == JsonValueKind.Object && at.TryGetProperty("writeOnly", out var flag) && flag.ValueKind == JsonValueKind.True;

    /// <summary>It says so, or something that it is made of.</summary>
    /// <param name="schema">Where references lead; null to leave them out.</param>
    public static bool IsMarked(ConfigSchema? schema, JsonElement at, int left = MostReferences) =>
        left > 0
        && at.ValueKind == JsonValueKind.Object
        && (
            IsFlagged(at)
            || (
                schema is not null
                && at.TryGetProperty("$ref", out var reference)
                && schema.Find(reference.GetString()!) is { } target
                && IsMarked(schema, target, left - 1)
            )
            || PartsOf(at).Any(part => IsMarked(schema, part.Part, left - 1))
        );

    /// <summary>What else speaks of the same value.</summary>
    /// <returns>With whether it does in any case.</returns>
    public static IEnumerable<(JsonElement Part, bool IsOfAll)> PartsOf(JsonElement at)
    {
        foreach (var name in Lists)
        {
            if (at.TryGetProperty(name, out var parts) && parts.ValueKind == JsonValueKind.Array)
            {
                foreach (var part in parts.EnumerateArray())
                {
                    yield return (part, name == "allOf");
                }
            }
        }

        foreach (var name in Branches)
        {
            if (at.TryGetProperty(name, out var part))
            {
                yield return (part, false);
            }
        }

        if (at.TryGetProperty("dependentSchemas", out var dependent) && dependent.ValueKind == JsonValueKind.Object)
        {
            foreach (var part in dependent.EnumerateObject())
            {
                yield return (part.Value, false);
            }
        }
    }

    public static SchemaControl ControlOf(JsonElement at) =>
        at.ValueKind != JsonValueKind.Object ? SchemaControl.Json
        : at.TryGetProperty("const", out _) ? SchemaControl.Fixed
        : IsSecret(at) ? SchemaControl.Secret
        : at.TryGetProperty("enum", out var allowed)
        && allowed.GetArrayLength() <= 200
        && allowed.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
            ? SchemaControl.Choice
        : TypeOf(at) switch
        {
            "string" => Word(at, "format") == "textarea" || Word(at, "contentMediaType") is not null
                ? SchemaControl.LongText
                : SchemaControl.Text,
            "number" or "integer" => SchemaControl.Number,
            "boolean" => SchemaControl.Switch,
            "object" when at.TryGetProperty("properties", out _) => SchemaControl.Group,
            "array" when at.TryGetProperty("items", out _) && !at.TryGetProperty("prefixItems", out _) => SchemaControl.List,
            _ => SchemaControl.Json,
        };

    /// <summary>The one type beside null; null where there are several, or none is said.</summary>
    public static string? TypeOf(JsonElement at) =>
        at.TryGetProperty("type", out var type) && ConfigSchema.TypesOf(type).Where(name => name != "null").ToList() is [var only] ? only
        : at.TryGetProperty("properties", out _) ? "object"
        : null;

    public static string? Word(JsonElement at, string name) =>
        at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var word) && word.ValueKind == JsonValueKind.String
            ? word.GetString()
            : null;

    public static bool Requires(JsonElement at, string name) =>
        at.TryGetProperty("required", out var required)
        && required.ValueKind == JsonValueKind.Array
        && required.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.GetString() == name);

    /// <summary>As browsers know them.</summary>
    public static InputType InputType(JsonElement at) =>
        Word(at, "format") switch
        {
            "email" => MudBlazor.InputType.Email,
            "uri" => MudBlazor.InputType.Url,
            "date" => MudBlazor.InputType.Date,
            _ => MudBlazor.InputType.Text,
        };
}
