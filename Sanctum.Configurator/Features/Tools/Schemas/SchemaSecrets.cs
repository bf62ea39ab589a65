using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Tools.Schemas;

/// <summary>Keeps what a schema marks as <c>writeOnly</c> out of a configuration.</summary>
internal static class SchemaSecrets
{
    /// <summary>Where a secret was not typed anew, the placeholder of the stored one stays.</summary>
    public static void Keep(ConfigSchema schema, JsonObject config, JsonObject? stored)
    {
        foreach (var (parent, name, path) in Places(schema, config))
        {
            var text = TextOf(parent[name]);
            if (string.IsNullOrEmpty(text))
            {
                var old = TextOf(At(stored, path));
                if (old is not null && SecretPlaceholder.NameIn(old) is not null)
                {
                    parent[name] = old;
                }
                else
                {
                    parent.Remove(name);
                }
            }
        }
    }

    /// <summary>Takes the typed secrets out and puts placeholders in their places.</summary>
    public static IReadOnlyDictionary<string, string> Take(ConfigSchema schema, JsonObject config)
    {
        var taken = new Dictionary<string, string>();
        var places = Places(schema, config);

        // What stands elsewhere in a list by now, under the name of a place that got a new secret, is another one.
        var used = places
            .Select(place => TextOf(place.Parent[place.Name]))
            .Select(text => text is null ? null : SecretPlaceholder.NameIn(text))
            .OfType<string>()
            .ToHashSet();
        foreach (var (parent, name, path) in places)
        {
            if (TextOf(parent[name]) is { Length: > 0 } text && SecretPlaceholder.NameIn(text) is null)
            {
                var secret = FreeName(path, used);
                used.Add(secret);
                taken[secret] = text;
                parent[name] = SecretPlaceholder.Of(secret);
            }
        }

        return taken;
    }

    /// <summary>The members that are secrets, with those that are not there.</summary>
    private static List<(JsonObject Parent, string Name, string[] Path)> Places(ConfigSchema schema, JsonObject config)
    {
        var places = new List<(JsonObject, string, string[])>();
        Walk(schema, schema.Root, config, [], places);
        return places;
    }

    private static void Walk(
        ConfigSchema schema,
        JsonElement at,
        JsonNode? node,
        string[] path,
        List<(JsonObject, string, string[])> places
    )
    {
        at = SchemaShape.Resolve(schema, at);
        if (path.Length > ConfigSchema.Deepest || at.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (node is JsonObject members && at.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
            {
                var own = SchemaShape.Resolve(schema, property.Value);
                string[] there = [.. path, property.Name];
                if (SchemaShape.IsSecret(own))
                {
                    places.Add((members, property.Name, there));
                }
                else
                {
                    Walk(schema, own, members[property.Name], there, places);
                }
            }
        }
        else if (node is JsonArray items && at.TryGetProperty("items", out var each))
        {
            foreach (var (index, item) in items.Index())
            {
                Walk(schema, each, item, [.. path, $"{index}"], places);
            }
        }
    }

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
