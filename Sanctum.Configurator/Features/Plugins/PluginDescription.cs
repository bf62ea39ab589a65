using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>One thing in which two descriptions of a plugin differ; null for nothing.</summary>
public sealed record DescriptionChange(string Name, string? From, string? To);

/// <summary>
/// What a plugin says of itself, without being run (its manifest, and a mark of its code) and, where it was asked, as the answer of
/// <c>cli.py --describe</c>: JSON in plugins.described and plugins.found.
/// </summary>
/// <param name="Source">"smcp", "broca" or "module".</param>
/// <param name="Code">The SHA-256 of its program; null where it has none of its own.</param>
internal sealed record PluginDescription(string Source, string? Code, JsonObject? Manifest, JsonObject? Answer)
{
    public const string Smcp = "smcp";
    public const string Broca = "broca";
    public const string Module = "module";

    private const int ShownOfMark = 12;

    public string? Version => TextOf(Answer?["plugin"], "version") ?? TextOf(Manifest, "version");

    public string? Description => TextOf(Answer?["plugin"], "description") ?? TextOf(Manifest, "description");

    /// <summary>Null where it is none of ours.</summary>
    public static PluginDescription? Find(string? json) =>
        PluginLabels.Parse(json) is JsonObject said && TextOf(said, "source") is { } source
            ? new(source, TextOf(said, "code"), said["manifest"]?.DeepClone() as JsonObject, said["answer"]?.DeepClone() as JsonObject)
            : null;

    /// <summary>What differs, in the order in which a person reads it.</summary>
    public static IReadOnlyList<DescriptionChange> Between(PluginDescription? before, PluginDescription? after)
    {
        var (old, current) = (before?.Lines() ?? [], after?.Lines() ?? []);
        return
        [
            .. from name in old.Keys.Union(current.Keys)
            let was = old.GetValueOrDefault(name)
            let becomes = current.GetValueOrDefault(name)
            where was != becomes
            select new DescriptionChange(name, was, becomes),
        ];
    }

    public string ToJson() =>
        new JsonObject
        {
            ["source"] = Source,
            ["code"] = Code,
            ["manifest"] = Manifest?.DeepClone(),
            ["answer"] = Answer?.DeepClone(),
        }.ToJsonString();

    public bool Says(PluginDescription? other) =>
        other is not null
        && Source == other.Source
        && Code == other.Code
        && JsonNode.DeepEquals(Manifest, other.Manifest)
        && JsonNode.DeepEquals(Answer, other.Answer);

    /// <summary>Why an answer is none by the contract, version 1; empty where it is one.</summary>
    public static IReadOnlyList<string> Faults(JsonNode? answer) =>
        answer is JsonObject said ? [.. ContractV1.Faults(said)] : ["It is not a JSON object."];

    internal static string? TextOf(JsonNode? node, string key) =>
        (node as JsonObject)?[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private Dictionary<string, string?> Lines()
    {
        var lines = new Dictionary<string, string?>
        {
            ["Version"] = Version,
            ["Description"] = Description,
            ["Code"] = Code?[..Math.Min(ShownOfMark, Code.Length)],
        };
        foreach (var command in (Answer?["commands"] as JsonArray ?? []).OfType<JsonObject>())
        {
            lines[$"Command {TextOf(command, "name")}"] = Signature(command);
        }

        foreach (
            var (name, value) in (Manifest ?? [])
                .Concat(Answer?["plugin"] as JsonObject ?? [])
                .Where(pair => pair.Key is not ("version" or "description"))
        )
        {
            lines[$"{char.ToUpperInvariant(name.FirstOrDefault(' '))}{(name.Length > 0 ? name[1..] : "")}"] =
                value is JsonValue word && word.TryGetValue<string>(out var text) ? text : value?.ToJsonString(PluginLabels.Indented);
        }

        return lines;
    }

    private static string Signature(JsonObject command)
    {
        var parameters = (command["parameters"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Select(parameter =>
                $"{TextOf(parameter, "name")}{(parameter["required"] is JsonValue required && required.TryGetValue<bool>(out var isRequired) && isRequired ? "" : "?")}: {TextOf(parameter, "type") ?? "string"}"
                + (parameter["default"] is { } value ? $" = {value.ToJsonString()}" : "")
                + (TextOf(parameter, "description") is { Length: > 0 } text ? $" ({text})" : "")
            );
        return $"({string.Join(", ", parameters)}){(TextOf(command, "description") is { Length: > 0 } description ? $" {description}" : "")}";
    }
}

/// <summary>The contract between SMCP and its plugins, version 1 (https://sanctumos.org/smcp/plugin-contract/v1.json).</summary>
internal static partial class ContractV1
{
    private const int MostFaults = 5;

    private static readonly string[] About = ["name", "version", "description"];

    private static readonly string[] Types = ["string", "number", "integer", "boolean", "array", "object"];

    public static IEnumerable<string> Faults(JsonObject said) => All(said).Take(MostFaults);

    private static IEnumerable<string> All(JsonObject said)
    {
        if (said["contract_version"] is { } version && (Text(version) is not { } number || !VersionPattern().IsMatch(number)))
        {
            yield return $"Its contract_version is {version.ToJsonString()}, but only version 1 is supported.";
        }

        if (
            said["plugin"] is { } plugin
            && (plugin is not JsonObject own || About.Any(key => own[key] is { } value && Text(value) is null))
        )
        {
            yield return "The plugin's name, version and description must be texts.";
        }

        if (said["commands"] is not JsonArray commands)
        {
            yield return "It has no list of commands.";
            yield break;
        }

        foreach (var fault in commands.SelectMany((command, at) => OfCommand(command, $"commands[{at}]")))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> OfCommand(JsonNode? command, string place)
    {
        if (command is not JsonObject said || Text(said["name"]) is not { } name || !NamePattern().IsMatch(name))
        {
            yield return $"The name of {place} must consist of letters, digits, _ and -.";
            yield break;
        }

        if (said["description"] is { } description && Text(description) is null)
        {
            yield return $"The description of {name} must be a text.";
        }

        if (said["parameters"] is not null and not JsonArray)
        {
            yield return $"The parameters of {name} must be a list.";
        }

        foreach (var fault in (said["parameters"] as JsonArray ?? []).SelectMany((parameter, at) => OfParameter(parameter, name, at)))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> OfParameter(JsonNode? parameter, string command, int at)
    {
        if (parameter is not JsonObject said || Text(said["name"]) is not { Length: > 0 } name)
        {
            yield return $"Parameter {at + 1} of {command} has no name.";
            yield break;
        }

        if (said["type"] is { } type && (Text(type) is not { } word || !Types.Contains(word)))
        {
            yield return $"The type of {command}'s parameter {name} is {type.ToJsonString()}; allowed: {string.Join(", ", Types)}.";
        }

        if (said["required"] is { } required && required.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
        {
            yield return $"The field required of {command}'s parameter {name} must be true or false.";
        }

        if (said["items"] is not null and not JsonObject)
        {
            yield return $"The items of {command}'s parameter {name} must be an object.";
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [GeneratedRegex(@"^1(\.[0-9]+){0,2}\z")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"^[a-zA-Z0-9_-]+\z")]
    private static partial Regex NamePattern();
}
