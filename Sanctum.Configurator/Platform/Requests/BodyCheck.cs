using System.Text.Json.Serialization.Metadata;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>
/// Holds a body against the type that it will be read into, and says of each member that does not fit where it is and why: one that is
/// unknown,
/// that comes twice, is of another kind or too long.
/// </summary>
internal sealed class BodyCheck(JsonSerializerOptions options)
{
    private readonly Dictionary<string, string> _reasons = [];

    /// <summary>Place ("" for the whole) → a sentence; empty where the text can be read into the type.</summary>
    public static IReadOnlyDictionary<string, string> Find(ReadOnlyMemory<byte> text, Type type, JsonSerializerOptions options)
    {
        try
        {
            using var body = JsonDocument.Parse(text, new() { MaxDepth = JsonFault.Deepest });
            var check = new BodyCheck(options);
            check.Check(body.RootElement, options.GetTypeInfo(type), "", null);
            return check._reasons;
        }
        catch (JsonException)
        {
            var (place, problem) = JsonFault.Find(text.Span);
            return new Dictionary<string, string> { [place] = problem };
        }
    }

    private void Check(JsonElement value, JsonTypeInfo type, string place, TextLimits? limits)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when IsKind(value, JsonValueKind.Object, place):
                CheckMembers(value, type, place);
                break;
            case JsonTypeInfoKind.Enumerable when IsKind(value, JsonValueKind.Array, place):
                CheckEntries(value, type, place, limits);
                break;
            case JsonTypeInfoKind.Dictionary when IsKind(value, JsonValueKind.Object, place):
                CheckMap(value, type, place, limits);
                break;
            case JsonTypeInfoKind.None when typeof(JsonNode).IsAssignableFrom(type.Type) || type.Type == typeof(JsonElement):
                CheckFree(value, type, place, limits);
                break;
            case JsonTypeInfoKind.None:
                CheckValue(value, type, place, limits);
                break;
        }
    }

    private void CheckMembers(JsonElement value, JsonTypeInfo type, string place)
    {
        var members = type.Properties.Where(p => !p.IsExtensionData && (p.Set is not null || p.AssociatedParameter is not null)).ToList();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, inner) in Named(value, place))
        {
            var at = place.Length == 0 ? name : $"{place}.{name}";
            if (!seen.Add(name))
            {
                Add(at, "This appears twice.");
            }
            else if (members.Find(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase)) is not { } member)
            {
                Add(at, Unknown(name, members.Select(m => m.Name)));
            }
            else if (inner.ValueKind != JsonValueKind.Null)
            {
                Check(inner, options.GetTypeInfo(member.PropertyType), at, TextLimits.Of(member));
            }
            else if (!MayBeNull(member))
            {
                Add(at, $"This can't be null. {Expectation.Of(member.PropertyType)} Leave it out for its default.");
            }
        }
    }

    internal static string Unknown(string name, IEnumerable<string> known)
    {
        var names = known.ToList();
        return names.Count == 0 ? "Unknown field. No fields are allowed here."
            : NearestName.Find(name, names) is { } near ? $"Unknown field. Did you mean {near}?"
            : $"Unknown field. Allowed fields: {string.Join(", ", names)}.";
    }

    private static bool MayBeNull(JsonPropertyInfo member) =>
        member.PropertyType.IsValueType
            ? Nullable.GetUnderlyingType(member.PropertyType) is not null
            : member.AssociatedParameter?.IsNullable ?? member.IsSetNullable;

    private void CheckEntries(JsonElement value, JsonTypeInfo type, string place, TextLimits? limits)
    {
        if (limits is not null && value.GetArrayLength() > limits.MostEntries)
        {
            Add(place, TextLimitAttribute.TooMany(limits.MostEntries));
            return;
        }

        foreach (var (at, entry) in value.EnumerateArray().Index())
        {
            if (entry.ValueKind == JsonValueKind.Null)
            {
                Add($"{place}[{at}]", $"This can't be null. {Expectation.Of(type.ElementType!)}");
            }
            else
            {
                Check(entry, options.GetTypeInfo(type.ElementType!), $"{place}[{at}]", limits);
            }
        }
    }

    private void CheckMap(JsonElement value, JsonTypeInfo type, string place, TextLimits? limits)
    {
        var seen = new HashSet<string>();
        foreach (var (name, entry) in Named(value, place))
        {
            var at = place.Length == 0 ? name : $"{place}.{name}";
            if (!seen.Add(name))
            {
                Add(at, "This appears twice.");
            }
            else if (limits is not null && (seen.Count > limits.MostEntries || name.Length > limits.Most))
            {
                Add(place, seen.Count > limits.MostEntries ? TextLimitAttribute.TooMany(limits.MostEntries) : limits.Message);
                return;
            }
            else if (
                entry.ValueKind != JsonValueKind.Null
                || (type.ElementType!.IsValueType && Nullable.GetUnderlyingType(type.ElementType) is null)
            )
            {
                Check(entry, options.GetTypeInfo(type.ElementType!), at, limits);
            }
        }
    }

    /// <summary>JSON of any shape: it must be what can be stored and written again.</summary>
    private void CheckFree(JsonElement value, JsonTypeInfo type, string place, TextLimits? limits)
    {
        if (
            (type.Type == typeof(JsonObject) && !IsKind(value, JsonValueKind.Object, place))
            || (type.Type == typeof(JsonArray) && !IsKind(value, JsonValueKind.Array, place))
        )
        {
            return;
        }

        if (limits is not null && value.GetRawText().Length > limits.Most)
        {
            Add(place, limits.Message);
            return;
        }

        CheckFree(value, place);
    }

    private void CheckFree(JsonElement value, string place)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var seen = new HashSet<string>();
                foreach (var (name, inner) in Named(value, place))
                {
                    var at = place.Length == 0 ? name : $"{place}.{name}";
                    if (!seen.Add(name))
                    {
                        Add(at, "This appears twice.");
                    }

                    CheckFree(inner, at);
                }

                break;
            case JsonValueKind.Array:
                foreach (var (at, entry) in value.EnumerateArray().Index())
                {
                    CheckFree(entry, $"{place}[{at}]");
                }

                break;
            case JsonValueKind.String:
                _ = TextOf(value, place);
                break;
        }
    }

    private void CheckValue(JsonElement value, JsonTypeInfo type, string place, TextLimits? limits)
    {
        if (value.ValueKind == JsonValueKind.String && TextOf(value, place) is var text && (text is null || type.Type == typeof(string)))
        {
            if (text?.Length > limits?.Most)
            {
                Add(place, limits.Message);
            }

            return;
        }

        try
        {
            _ = value.Deserialize(type);
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or FormatException
                        or InvalidOperationException
                        or NotSupportedException
                        or ArgumentException
                        or OverflowException
            )
        {
            Add(place, Expectation.Of(type.Type));
        }
    }

    /// <summary>Null where it can't be kept, which is then said.</summary>
    private string? TextOf(JsonElement value, string place)
    {
        try
        {
            if (value.GetString() is { } text && !text.Contains('\0', StringComparison.Ordinal))
            {
                return text;
            }

            Add(place, "A text can't contain the character NUL.");
        }
        catch (InvalidOperationException)
        {
            Add(place, "It contains an incomplete character.");
        }

        return null;
    }

    private List<(string Name, JsonElement Value)> Named(JsonElement value, string place)
    {
        try
        {
            List<(string Name, JsonElement Value)> members = [.. value.EnumerateObject().Select(member => (member.Name, member.Value))];
            if (members.Exists(member => member.Name.Contains('\0', StringComparison.Ordinal)))
            {
                Add(place, "A name can't contain the character NUL.");
                return [];
            }

            return members;
        }
        catch (InvalidOperationException)
        {
            Add(place, "A name in it contains an incomplete character.");
            return [];
        }
    }

    private bool IsKind(JsonElement value, JsonValueKind kind, string place)
    {
        if (value.ValueKind == kind)
        {
            return true;
        }

        Add(place, kind == JsonValueKind.Object ? "Use an object in braces." : "Use a list in brackets.");
        return false;
    }

    private void Add(string place, string problem) => _reasons.TryAdd(place, problem);
}
