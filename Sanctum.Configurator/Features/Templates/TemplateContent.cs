using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>The tool that a template makes, with one instance.</summary>
/// <param name="Config">The configuration of the instance, such as an HTTP request.</param>
public sealed record ToolPart(
    string Name,
    string? Emoji = null,
    string? Description = null,
    string? Category = null,
    string? ToolType = null,
    JsonObject? ConfigSchema = null,
    JsonObject? Config = null
);

/// <summary>
/// What a template holds: JSON with "variables" and, under the name of its kind, what it makes. In texts, <c>{{name}}</c> stands for the
/// value of a variable and <c>{{json:name}}</c> for the same inside of a JSON string.
/// </summary>
public sealed partial class TemplateContent
{
    public const string Tool = "tool";
    public const string Agent = "agent";

    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private TemplateContent(string kind, IReadOnlyList<TemplateVariable> variables, JsonObject part) =>
        (Kind, Variables, Part) = (kind, variables, part);

    public string Kind { get; }

    public IReadOnlyList<TemplateVariable> Variables { get; }

    /// <summary>What it makes, with the placeholders in it.</summary>
    public JsonObject Part { get; }

    /// <summary>The content, or what is wrong with it.</summary>
    public static (TemplateContent? Content, string? Problem) Read(string kind, JsonObject? json)
    {
        if (kind is not (Tool or Agent))
        {
            return (null, "The kind must be tool or agent.");
        }

        if (json?[kind] is not JsonObject part || json.Any(key => key.Key is not "variables" && key.Key != kind))
        {
            return (null, $"The content must contain {kind}, may contain variables, and nothing else.");
        }

        try
        {
            var variables = json["variables"]?.Deserialize<List<TemplateVariable>>(Strict) ?? [];
            var content = new TemplateContent(kind, variables, part);
            return content.WhyNot() is { } problem ? (null, problem) : (content, null);
        }
        catch (JsonException e)
        {
            return (null, $"{e.Path} is not valid. Variables must be a list of objects with name, label, default, required and secret.");
        }
    }

    /// <summary>The same as text that was stored.</summary>
    public static (TemplateContent? Content, string? Problem) Read(string kind, string? json) =>
        Parse(json) is { } read ? Read(kind, read) : (null, "The content is not a JSON object.");

    /// <summary>Null for what is no JSON object.</summary>
    public static JsonObject? Parse(string? json)
    {
        try
        {
            return string.IsNullOrWhiteSpace(json) ? null : JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A content of these variables and this part.</summary>
    public static JsonObject Write(string kind, IEnumerable<TemplateVariable> variables, object part) =>
        new()
        {
            ["variables"] = JsonSerializer.SerializeToNode(variables, Strict),
            [kind] = part as JsonObject ?? JsonSerializer.SerializeToNode(part, Strict),
        };

    /// <summary>The names of the placeholders in a text.</summary>
    public static IEnumerable<string> NamesIn(string text) => Placeholder().Matches(text).Select(match => match.Groups["name"].Value);

    /// <summary>What the template makes with these values; of secrets there must be no value but a placeholder of its own.</summary>
    public JsonObject Fill(IReadOnlyDictionary<string, string> values) =>
        Map(
                Part,
                text =>
                    Placeholder()
                        .Replace(
                            text,
                            match =>
                            {
                                var value = values[match.Groups["name"].Value];
                                return match.Groups["json"].Success ? JsonEncodedText.Encode(value).Value : value;
                            }
                        )
            )!
            .AsObject();

    /// <summary>A copy with every text in it put through a function.</summary>
    public static JsonNode? Map(JsonNode? node, Func<string, string> change) =>
        node switch
        {
            JsonObject json => new JsonObject(json.Select(key => KeyValuePair.Create(key.Key, Map(key.Value, change)))),
            JsonArray items => new JsonArray([.. items.Select(item => Map(item, change))]),
            JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(change(text)),
            _ => node?.DeepClone(),
        };

    /// <summary>All texts in it.</summary>
    public static IEnumerable<string> TextsIn(JsonNode? node) =>
        node switch
        {
            JsonObject json => json.SelectMany(key => TextsIn(key.Value)),
            JsonArray items => items.SelectMany(TextsIn),
            JsonValue value when value.TryGetValue<string>(out var text) => [text],
            _ => [],
        };

    internal static T Typed<T>(JsonObject part) => part.Deserialize<T>(Strict)!;

    private string? WhyNot()
    {
        if (Variables.FirstOrDefault(variable => !Name().IsMatch(variable.Name)) is { } odd)
        {
            return $"{odd.Name} is not a valid variable name. Use lower-case letters, digits and underscores.";
        }

        if (Variables.CountBy(variable => variable.Name).FirstOrDefault(count => count.Value > 1) is { Key: { } twice })
        {
            return $"The variable {twice} appears twice.";
        }

        try
        {
            _ = Kind == Tool ? (object)Typed<ToolPart>(Part) : Typed<AgentPart>(Part);
        }
        catch (JsonException e)
        {
            return $"{Kind}{e.Path?.TrimStart('$')} is not valid, or something is missing in it.";
        }

        var known = Variables.Select(variable => variable.Name).ToHashSet();
        if (TextsIn(Part).SelectMany(NamesIn).Where(name => !known.Contains(name)).Distinct().ToList() is { Count: > 0 } unknown)
        {
            return $"Unknown variable {string.Join(", ", unknown)}.";
        }

        var secrets = Variables.Where(variable => variable.Secret).Select(variable => variable.Name).ToHashSet();
        return
            Part.Where(key => Kind == Agent || key.Key != "config")
                .SelectMany(key => TextsIn(key.Value))
                .SelectMany(NamesIn)
                .FirstOrDefault(secrets.Contains)
                is { } open
            ? $"The secret {open} can only be used in the config of a tool, because it would not be encrypted elsewhere."
            : null;
    }

    [GeneratedRegex(@"\{\{(?<json>json:)?(?<name>[a-z0-9_]{1,60})\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();

    [GeneratedRegex("^[a-z0-9_]{1,60}$")]
    private static partial Regex Name();
}
