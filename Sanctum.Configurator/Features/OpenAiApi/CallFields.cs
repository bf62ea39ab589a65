namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>Reads members of a JSON object, and refuses what is of another kind by the member's name. Null counts as left out.</summary>
/// <param name="Place">Where the object stands in the call, such as <c>messages[0]</c>; "" for the call itself.</param>
internal readonly record struct CallFields(JsonElement Object, string Place)
{
    public string At(string name) => Place.Length == 0 ? name : $"{Place}.{name}";

    public bool Has(string name) => Find(name) is not null;

    public JsonElement? Find(string name) =>
        Object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? TextOf(value, At(name)) : throw Wrong(name, "a string");
    }

    public string NeededText(string name) =>
        Text(name) is { Length: > 0 } text ? text : throw new OpenAiException(OpenAiError.Bad($"{At(name)} is missing.", At(name)));

    public bool? Flag(string name) =>
        Find(name)?.ValueKind switch
        {
            null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, "true or false"),
        };

    public double? Number(string name, double least, double most)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));
    }

    public long? Whole(string name, long least, long most)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));
    }

    public IReadOnlyList<CallFields> List(string name, int most)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > most)
        {
            throw Wrong(name, $"a list of at most {most} objects");
        }

        var place = At(name);
        return
        [
            .. value
                .EnumerateArray()
                .Select(
                    (one, at) =>
                        one.ValueKind == JsonValueKind.Object
                            ? new CallFields(one, $"{place}[{at}]")
                            : throw new OpenAiException(OpenAiError.Bad($"{place}[{at}] must be an object.", $"{place}[{at}]"))
                ),
        ];
    }

    public CallFields? Inner(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Object ? new CallFields(value, At(name)) : throw Wrong(name, "an object");
    }

    public OpenAiException Wrong(string name, string wanted) => new(OpenAiError.Bad($"{At(name)} must be {wanted}.", At(name)));

    /// <summary>Text that a model and a database can take: nothing that is half a character.</summary>
    public static string TextOf(JsonElement value, string place)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new OpenAiException(OpenAiError.Bad($"{place} contains an incomplete character.", place));
        }
    }
}
