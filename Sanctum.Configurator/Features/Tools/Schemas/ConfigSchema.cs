using Sanctum.Configurator.Features.Tools.Schemas.Patterns;

namespace Sanctum.Configurator.Features.Tools.Schemas;

/// <summary>What is wrong at a place.</summary>
/// <param name="Path">A JSON pointer (RFC 6901); "" for the whole.</param>
public sealed record SchemaProblem(string Path, string Message);

/// <summary>
/// A JSON Schema, draft 2020-12, as tools describe the configuration of their instances. Of the draft's keywords all are understood but
/// references to other documents, <c>$dynamicRef</c> and the two <c>unevaluated</c> ones, which <see cref="Read"/> names. Formats are
/// checked, as the draft allows. Values and schemas nest at most <see cref="Deepest"/> levels, and a check takes at most so many steps,
/// so that nobody's schema keeps the console busy.
/// </summary>
public sealed class ConfigSchema
{
    public const int Deepest = 48;

    /// <summary>Of a schema's text, in characters.</summary>
    public const int Longest = 64 * 1024;

    private static readonly string[] NotUnderstood = ["$dynamicRef", "unevaluatedProperties", "unevaluatedItems"];
    private static readonly string[] Types = ["null", "boolean", "object", "array", "number", "string", "integer"];
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Deepest };

    private readonly Dictionary<string, EcmaPattern?> _patterns = [];

    private ConfigSchema(JsonElement root) => Root = root;

    public JsonElement Root { get; }

    /// <summary>Reads a schema.</summary>
    /// <returns>Null, with what is wrong, where it is none that can be checked against.</returns>
    public static (ConfigSchema? Schema, IReadOnlyList<SchemaProblem> Problems) Read(string text)
    {
        if (text.Length > Longest)
        {
            return (null, [new("", $"A schema can have at most {Longest / 1024} K characters.")]);
        }

        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            var schema = new ConfigSchema(document.RootElement.Clone());
            var problems = new List<SchemaProblem>();
            schema.Inspect(schema.Root, "", problems);
            return (problems.Count == 0 ? schema : null, problems);
        }
        catch (JsonException e)
        {
            return (
                null,
                [new("", $"This is not valid JSON: line {(e.LineNumber ?? 0) + 1}, character {(e.BytePositionInLine ?? 0) + 1}.")]
            );
        }
        catch (ArgumentException)
        {
            return (null, [new("", "This is not valid JSON: it contains an incomplete character.")]);
        }
    }

    /// <summary>What in a value breaks the schema; empty where nothing does.</summary>
    public IReadOnlyList<SchemaProblem> Check(JsonElement value) => SchemaCheck.Run(this, value);

    public IReadOnlyList<SchemaProblem> Check(JsonNode? value) => Check(JsonSerializer.SerializeToElement(value));

    /// <summary>The schema that a reference inside this document points to; null where there is none.</summary>
    internal JsonElement? Find(string reference)
    {
        if (reference == "#")
        {
            return Root;
        }

        if (!reference.StartsWith('#'))
        {
            return null;
        }

        return reference.StartsWith("#/", StringComparison.Ordinal) ? ByPointer(reference[2..]) : ByAnchor(Root, reference[1..], 0);
    }

    /// <summary>A regular expression of the schema, read once; null where it is none.</summary>
    internal EcmaPattern? PatternOf(string text)
    {
        lock (_patterns)
        {
            return _patterns.TryGetValue(text, out var known) ? known : _patterns[text] = EcmaPattern.Read(text, out _);
        }
    }

    internal static bool IsSchema(JsonElement element) =>
        element.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False;

    private JsonElement? ByPointer(string pointer)
    {
        var at = Root;
        foreach (var part in pointer.Split('/'))
        {
            var name = Uri.UnescapeDataString(part)
                .Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind == JsonValueKind.Array && int.TryParse(name, out var index) && index >= 0 && index < at.GetArrayLength())
            {
                at = at[index];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return IsSchema(at) ? at : null;
    }

    private static JsonElement? ByAnchor(JsonElement at, string anchor, int depth)
    {
        if (at.ValueKind == JsonValueKind.Object)
        {
            if (at.TryGetProperty("$anchor", out var name) && name.ValueKind == JsonValueKind.String && name.GetString() == anchor)
            {
                return at;
            }

            return at.EnumerateObject()
                .Select(member => ByAnchor(member.Value, anchor, depth + 1))
                .FirstOrDefault(found => found is not null);
        }

        return at.ValueKind == JsonValueKind.Array
            ? at.EnumerateArray().Select(item => ByAnchor(item, anchor, depth + 1)).FirstOrDefault(found => found is not null)
            : null;
    }

    private void Inspect(JsonElement schema, string path, List<SchemaProblem> problems)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            if (!IsSchema(schema))
            {
                problems.Add(new(path, "A schema must be an object, true or false."));
            }

            return;
        }

        foreach (var member in schema.EnumerateObject())
        {
            InspectMember(member, $"{path}/{member.Name}", problems);
        }
    }

    private void InspectMember(JsonProperty member, string path, List<SchemaProblem> problems)
    {
        var value = member.Value;
        switch (member.Name)
        {
            case var name when NotUnderstood.Contains(name):
                problems.Add(new(path, $"{name} is not supported."));
                break;
            case "$schema" when value.ValueKind != JsonValueKind.String || !IsKnownDraft(value.GetString()!):
                problems.Add(new(path, "Only schemas of json-schema.org are supported, not custom vocabularies."));
                break;
            case "$ref" when value.ValueKind != JsonValueKind.String || Find(value.GetString()!) is null:
                problems.Add(new(path, "This reference is not in the schema. References to other documents are not supported."));
                break;
            case "type" when !TypesOf(value).Any() || TypesOf(value).Any(type => !Types.Contains(type)):
                problems.Add(new(path, $"The type must be one of {string.Join(", ", Types)}."));
                break;
            case "pattern" when PatternFault(value.ValueKind == JsonValueKind.String ? value.GetString()! : "(") is { } fault:
                problems.Add(new(path, fault));
                break;
            case "enum" or "required" or "allOf" or "anyOf" or "oneOf" or "prefixItems" when value.ValueKind != JsonValueKind.Array:
                problems.Add(new(path, $"{member.Name} must be a list."));
                break;
            case "minimum"
            or "maximum"
            or "exclusiveMinimum"
            or "exclusiveMaximum"
            or "multipleOf"
            or "minLength"
            or "maxLength"
            or "minItems"
            or "maxItems"
            or "minProperties"
            or "maxProperties"
            or "minContains"
            or "maxContains" when value.ValueKind != JsonValueKind.Number || (member.Name == "multipleOf" && value.GetDouble() <= 0):
                problems.Add(new(path, $"{member.Name} must be a number{(member.Name == "multipleOf" ? " above 0" : "")}."));
                break;
            case "allOf" or "anyOf" or "oneOf" or "prefixItems":
                foreach (var (at, item) in value.EnumerateArray().Index())
                {
                    Inspect(item, $"{path}/{at}", problems);
                }

                break;
            case "properties" or "patternProperties" or "$defs" or "dependentSchemas":
                InspectAll(member, path, problems);
                break;
            case "items" or "contains" or "additionalProperties" or "propertyNames" or "not" or "if" or "then" or "else":
                Inspect(value, path, problems);
                break;
        }
    }

    private void InspectAll(JsonProperty member, string path, List<SchemaProblem> problems)
    {
        if (member.Value.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new(path, $"{member.Name} must be an object of schemas."));
            return;
        }

        foreach (var inner in member.Value.EnumerateObject())
        {
            if (member.Name == "patternProperties" && PatternFault(inner.Name) is { } fault)
            {
                problems.Add(new($"{path}/{inner.Name}", fault));
            }

            Inspect(inner.Value, $"{path}/{inner.Name}", problems);
        }
    }

    /// <summary>Older drafts are read as the newest: what tools say is the same in them.</summary>
    private static bool IsKnownDraft(string name) =>
        Uri.TryCreate(name, UriKind.Absolute, out var url) && url.Host is "json-schema.org" or "www.json-schema.org";

    private string? PatternFault(string text)
    {
        if (PatternOf(text) is not null)
        {
            return null;
        }

        _ = EcmaPattern.Read(text, out var fault);
        return $"This is not a supported ECMA-262 regular expression: {fault}.";
    }

    internal static IEnumerable<string> TypesOf(JsonElement type) =>
        type.ValueKind switch
        {
            JsonValueKind.String => [type.GetString()!],
            JsonValueKind.Array => type.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : ""),
            _ => [],
        };
}
