using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Registry.Configurations;

/// <summary>
/// What stands for a secret in a configuration: <c>{{secret:NAME}}</c>. The secret is the encrypted configuration "secret.NAME" of the
/// instance.
/// </summary>
public static partial class SecretPlaceholder
{
    private const string Start = "secret.";

    public static string Of(string name) => $"{{{{secret:{name}}}}}";

    /// <summary>The key under which an instance's secret is among the configurations.</summary>
    public static string KeyOf(string name) => $"{Start}{name}";

    public static bool IsKey(string key) => key.StartsWith(Start, StringComparison.Ordinal);

    /// <summary>The name where the whole text is a placeholder; null where it is not.</summary>
    public static string? NameIn(string text) => Whole().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>All names that the texts of a configuration have placeholders for.</summary>
    public static IReadOnlyList<string> NamesIn(JsonNode? node) =>
        [.. TextsIn(node).SelectMany(text => Any().Matches(text)).Select(match => match.Groups[1].Value).Distinct()];

    /// <summary>The same with values in the places of those whose names are known.</summary>
    public static JsonNode? Fill(JsonNode? node, IReadOnlyDictionary<string, string> values) =>
        node switch
        {
            JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Fill(member.Value, values)))),
            JsonArray items => new JsonArray([.. items.Select(item => Fill(item, values))]),
            JsonValue value when value.TryGetValue<string>(out var text) => Any()
                .Replace(text, match => values.GetValueOrDefault(match.Groups[1].Value) ?? match.Value),
            _ => node?.DeepClone(),
        };

    private static IEnumerable<string> TextsIn(JsonNode? node) =>
        node switch
        {
            JsonObject members => members.SelectMany(member => TextsIn(member.Value)),
            JsonArray items => items.SelectMany(TextsIn),
            JsonValue value when value.TryGetValue<string>(out var text) => [text],
            _ => [],
        };

    [GeneratedRegex(@"^\{\{secret:(\w{1,64})\}\}$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"\{\{secret:(\w{1,64})\}\}")]
    private static partial Regex Any();
}
