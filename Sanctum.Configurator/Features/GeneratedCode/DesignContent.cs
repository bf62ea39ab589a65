using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>A component of catalog.json.</summary>
/// <param name="About">What it says of itself; null where it says nothing.</param>
/// <param name="Parts">The names of its properties, variants and the like.</param>
internal sealed record CatalogComponent(string Name, string? About, IReadOnlyList<string> Parts);

/// <summary>A token of tokens.json.</summary>
/// <param name="Name">The names that lead to it, such as <c>color.primary.500</c>.</param>
/// <param name="Colour">The value where it is a colour that can be shown; null otherwise.</param>
internal sealed record DesignToken(string Name, string Value, string? Colour);

/// <summary>
/// Reads what stands in the files of a design system, in the shapes that they come in: a list of components or an object of them; tokens
/// nested by name, with bare values or as the Design Tokens format has them.
/// </summary>
internal static partial class DesignContent
{
    /// <summary>Components or tokens that are read of one file.</summary>
    public const int Most = 2_000;

    private const int Deepest = 32;
    private const int LongestValue = 200;

    private static readonly string[] Names = ["name", "title", "component", "id"];
    private static readonly string[] Abouts = ["description", "about", "summary", "purpose"];
    private static readonly string[] PartLists = ["props", "properties", "variants", "slots", "events"];

    public static IReadOnlyList<CatalogComponent> Components(string content)
    {
        var root = JsonText.Parse(content).Node;
        var listed = root is JsonObject map && (map["components"] ?? map["Components"]) is { } inner ? inner : root;
        return listed switch
        {
            JsonArray list =>
            [
                .. list.Take(Most)
                    .Select((one, at) => one is JsonObject part ? Component(TextIn(part, Names) ?? $"{at + 1}", part) : Bare($"{one}")),
            ],
            JsonObject parts =>
            [
                .. parts
                    .Where(part => !part.Key.StartsWith('$'))
                    .Take(Most)
                    .Select(part => part.Value is JsonObject one ? Component(TextIn(one, Names) ?? part.Key, one) : Bare(part.Key)),
            ],
            _ => [],
        };
    }

    public static IReadOnlyList<DesignToken> Tokens(string content)
    {
        List<DesignToken> found = [];
        if (JsonText.Parse(content).Node is { } root)
        {
            Read(root, "", 0, found);
        }

        return found;
    }

    private static CatalogComponent Bare(string name) => new(name, null, []);

    private static CatalogComponent Component(string name, JsonObject part) =>
        new(name, TextIn(part, Abouts), [.. PartLists.SelectMany(list => NamesIn(part[list])).Take(50)]);

    private static IEnumerable<string> NamesIn(JsonNode? parts) =>
        parts switch
        {
            JsonObject map => map.Select(part => part.Key),
            JsonArray list => list.Select(one => one is JsonObject part ? TextIn(part, Names) : one?.ToString()).OfType<string>(),
            _ => [],
        };

    private static string? TextIn(JsonObject part, string[] names) =>
        names
            .Select(name => part[name] is JsonValue value && value.TryGetValue<string>(out var text) ? Unseen.TrimToNull(text) : null)
            .FirstOrDefault(text => text is not null);

    private static void Read(JsonNode? node, string name, int depth, List<DesignToken> found)
    {
        if (found.Count >= Most || depth > Deepest)
        {
            return;
        }

        if (node is not JsonObject map)
        {
            Add(name, node, found);
            return;
        }

        var value = map["$value"] ?? (map["value"] is JsonValue bare && (map.ContainsKey("type") || map.Count <= 2) ? bare : null);
        if (value is not null)
        {
            Add(name, value, found);
            return;
        }

        foreach (var (key, inner) in map.Where(member => !member.Key.StartsWith('$')))
        {
            var own = key.Length == 0 ? "(no name)" : key;
            Read(inner, name.Length == 0 ? own : $"{name}.{own}", depth + 1, found);
        }
    }

    private static void Add(string name, JsonNode? value, List<DesignToken> found)
    {
        var text =
            value is JsonValue bare && bare.TryGetValue<string>(out var said) ? said : value?.ToJsonString(ReadableJson.OneLine) ?? "null";
        var shown = text.Length <= LongestValue ? text : WholeText.Of(text[..LongestValue]) + "…";
        found.Add(new(name, shown, Colours().IsMatch(text.Trim()) ? text.Trim() : null));
    }

    // What goes into a drawing as it stands: nothing but a colour matches.
    [GeneratedRegex(
        @"\A(#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|(rgba?|hsla?|oklch|oklab|lab|lch|hwb)\([0-9.,%/ +a-z-]{1,60}\))\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Colours();
}
