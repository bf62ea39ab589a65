using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Tools.Schemas;

/// <summary>Keeps what a schema marks as <c>writeOnly</c> out of a configuration.</summary>
internal static class SchemaSecrets
{
    /// <summary>Where a secret was not typed anew, the placeholder of the stored one stays.</summary>
    public static void Keep(ConfigSchema schema, JsonObject config, JsonObject? stored)
    {
        foreach (var place in PlacesIn(schema, config).Where(place => place.Value is null || TextOf(place.Value) is { Length: 0 }))
        {
            if (TextOf(At(stored, place.Path)) is { } old && SecretPlaceholder.NameIn(old) is not null)
            {
                place.Value = old;
            }
            else if (place.Parent is JsonObject members)
            {
                members.Remove(place.Name);
            }
        }
    }

    /// <summary>What can't be kept secret, by its place and with the reason.</summary>
    public static IReadOnlyList<SchemaProblem> FaultsOf(ConfigSchema schema, JsonObject config) =>
        SecretPlaces.In(schema, config) is not { } places
            ? [new("", "The schema is too complex to find out what of it is secret. Make it simpler.")]
            :
            [
                .. places
                    .Where(place => place.Value is not null && TextOf(place.Value) is null)
                    .Select(place => new SchemaProblem(
                        place.Pointer,
                        "The schema marks this as a secret (writeOnly), and only a text can be encrypted. Make it a text, in the schema too."
                    )),
            ];

    /// <summary>Takes the typed secrets out and puts placeholders in their places.</summary>
    public static IReadOnlyDictionary<string, string> Take(ConfigSchema schema, JsonObject config)
    {
        var taken = new Dictionary<string, string>();
        var places = PlacesIn(schema, config);

        // What stands elsewhere in a list by now, under the name of a place that got a new secret, is another one.
        var used = places
            .Select(place => TextOf(place.Value))
            .Select(text => text is null ? null : SecretPlaceholder.NameIn(text))
            .OfType<string>()
            .ToHashSet();
        foreach (var place in places)
        {
            if (TextOf(place.Value) is { Length: > 0 } text && SecretPlaceholder.NameIn(text) is null)
            {
                var secret = FreeName(place.Path, used);
                used.Add(secret);
                taken[secret] = text;
                place.Value = SecretPlaceholder.Of(secret);
            }
        }

        return taken;
    }

    private static IReadOnlyList<SecretPlace> PlacesIn(ConfigSchema schema, JsonObject config) => SecretPlaces.In(schema, config) ?? [];

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonNode? At(JsonNode? node, string[] path) =>
        path.Aggregate(
            node,
            (at, name) =>
                at switch
                {
                    JsonObject members => members[name],
                    JsonArray items when int.TryParse(name, out var index) && index < items.Count => items[index],
                    _ => null,
                }
        );

    /// <summary>Small letters, digits and underscores; a number after it where the name is taken.</summary>
    private static string FreeName(string[] path, HashSet<string> used)
    {
        var name = string.Concat(string.Join('_', path).Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'));
        name = name[..Math.Min(name.Length, 56)];
        return used.Contains(name)
            ? Enumerable.Range(2, used.Count).Select(number => $"{name}_{number}").First(free => !used.Contains(free))
            : name;
    }
}
