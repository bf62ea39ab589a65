namespace Sanctum.Configurator.Features.Tools.Schemas;

/// <summary>A place in a configuration that a schema marks as a secret.</summary>
/// <param name="Name">A member's, or an item's number.</param>
internal sealed record SecretPlace(JsonNode Parent, string Name, string[] Path)
{
    public JsonNode? Value
    {
        get => Parent is JsonObject members ? members[Name] : Parent[Index];
        set
        {
            if (Parent is JsonObject members)
            {
                members[Name] = value;
            }
            else
            {
                Parent[Index] = value;
            }
        }
    }

    public bool IsItem => Parent is JsonArray;

    /// <summary>For people and for problems.</summary>
    public string Pointer => string.Concat(Path.Select(name => $"/{name}"));

    private int Index => int.Parse(Name, CultureInfo.InvariantCulture);
}

/// <summary>
/// Finds what a schema marks as <c>writeOnly</c>, wherever it does: under references, in each branch of a choice, by patterns, in lists. A
/// branch that does not apply counts all the same, as a secret too many is encrypted rather than one too few.
/// </summary>
internal sealed class SecretPlaces
{
    private const int MostSteps = 20_000;

    private readonly ConfigSchema _schema;
    private readonly Dictionary<string, SecretPlace> _places = new(StringComparer.Ordinal);
    private int _steps;

    private SecretPlaces(ConfigSchema schema) => _schema = schema;

    /// <summary>Those that are there, and members that may be there. Null where the schema is too complex to be looked through.</summary>
    public static IReadOnlyList<SecretPlace>? In(ConfigSchema schema, JsonObject config)
    {
        var places = new SecretPlaces(schema);
        try
        {
            places.Walk(schema.Root, config, null, isSure: true, 0);
            return [.. places._places.Values];
        }
        catch (TooMuchException)
        {
            return null;
        }
    }

    /// <param name="node">What the schema speaks of; null where it is not there.</param>
    /// <param name="place">Where that stands; null for the whole.</param>
    /// <param name="isSure">It is spoken of in any case, and not only in one branch of a choice.</param>
    private void Walk(JsonElement at, JsonNode? node, SecretPlace? place, bool isSure, int depth)
    {
        Step();
        if (depth > 4 * ConfigSchema.Deepest)
        {
            throw new TooMuchException();
        }

        if (at.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (place is not null && SchemaShape.IsFlagged(at))
        {
            Mark(node, place, isSure);
            return;
        }

        if (at.TryGetProperty("$ref", out var reference) && _schema.Find(reference.GetString()!) is { } target)
        {
            Walk(target, node, place, isSure, depth + 1);
        }

        foreach (var (part, isOfAll) in SchemaShape.PartsOf(at))
        {
            Walk(part, node, place, isSure && isOfAll, depth + 1);
        }

        switch (node)
        {
            case JsonObject members:
                WalkMembers(at, members, place, isSure, depth);
                break;
            case JsonArray items:
                WalkItems(at, items, place, isSure, depth);
                break;
        }
    }

    private void WalkMembers(JsonElement at, JsonObject members, SecretPlace? place, bool isSure, int depth)
    {
        void Go(JsonElement part, string name) =>
            Walk(part, members[name], new(members, name, [.. place?.Path ?? [], name]), isSure, depth + 1);

        var named = at.TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().ToDictionary(property => property.Name, property => property.Value)
            : [];
        foreach (var (name, part) in named)
        {
            Go(part, name);
        }

        foreach (var name in members.Select(member => member.Key).ToList())
        {
            var patterns = at.TryGetProperty("patternProperties", out var all)
                ? all.EnumerateObject().Where(pattern => IsMatch(pattern.Name, name)).Select(pattern => pattern.Value).ToList()
                : [];
            patterns.ForEach(part => Go(part, name));
            if (patterns.Count == 0 && !named.ContainsKey(name) && at.TryGetProperty("additionalProperties", out var rest))
            {
                Go(rest, name);
            }
        }
    }

    private void WalkItems(JsonElement at, JsonArray items, SecretPlace? place, bool isSure, int depth)
    {
        List<JsonElement> first = at.TryGetProperty("prefixItems", out var some) ? [.. some.EnumerateArray()] : [];
        foreach (var (index, item) in items.Index())
        {
            var name = index.ToString(CultureInfo.InvariantCulture);
            var there = new SecretPlace(items, name, [.. place?.Path ?? [], name]);
            if (index < first.Count)
            {
                Walk(first[index], item, there, isSure, depth + 1);
            }
            else if (at.TryGetProperty("items", out var rest))
            {
                Walk(rest, item, there, isSure, depth + 1);
            }

            if (at.TryGetProperty("contains", out var wanted))
            {
                Walk(wanted, item, there, isSure: false, depth + 1);
            }
        }
    }

    /// <summary>Of what has members or items, each text within is a secret.</summary>
    private void Mark(JsonNode? node, SecretPlace place, bool isSure)
    {
        Step();
        switch (node)
        {
            case JsonObject members:
                members.ToList().ForEach(member => MarkWithin(member.Value, new(members, member.Key, [.. place.Path, member.Key])));
                break;
            case JsonArray items:
                foreach (var (index, item) in items.Index())
                {
                    var name = index.ToString(CultureInfo.InvariantCulture);
                    MarkWithin(item, new(items, name, [.. place.Path, name]));
                }

                break;
            default:
                if (node is not null || isSure)
                {
                    _places.TryAdd(place.Pointer, place);
                }

                break;
        }
    }

    private void MarkWithin(JsonNode? node, SecretPlace place)
    {
        if (node is JsonObject or JsonArray || node?.GetValueKind() == JsonValueKind.String)
        {
            Mark(node, place, isSure: false);
        }
    }

    private bool IsMatch(string pattern, string name) => _schema.PatternOf(pattern) is { } read && read.IsMatch(name, Step);

    private void Step()
    {
        if (++_steps > MostSteps)
        {
            throw new TooMuchException();
        }
    }

    private sealed class TooMuchException : Exception;
}
