namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>What kind of value a preference has. It stays of its kind when it is changed.</summary>
public enum PreferenceKind
{
    Text,
    Number,
    YesNo,
    Json,
}

/// <summary>One preference as it is typed.</summary>
public sealed class PreferenceField
{
    /// <summary>Characters of a value that are shown on one line.</summary>
    private const int Most = 300;

    public string Key { get; set; } = "";
    public string Text { get; set; } = "";
    public PreferenceKind Kind { get; set; }

    /// <summary>What it says, on one line.</summary>
    public static string TextOf(JsonNode? value)
    {
        var text =
            value is JsonValue one && one.TryGetValue<string>(out var words) ? words : value?.ToJsonString(ReadableJson.OneLine) ?? "null";
        return text.Length > Most ? $"{text[..Most]}…" : text;
    }

    public static IReadOnlyList<PreferenceField> Of(JsonObject preferences) => [.. preferences.Select(each => Of(each.Key, each.Value))];

    /// <summary>The object that the fields make, or the key of one that can't be read, and what is wrong with it.</summary>
    public static (JsonObject? Preferences, string? Problem) Read(IEnumerable<PreferenceField> fields)
    {
        var preferences = new JsonObject();
        foreach (var field in fields.Where(field => field.Key.Trim().Length > 0 || field.Text.Length > 0))
        {
            var key = field.Key.Trim();
            if (key.Length == 0)
            {
                return (null, $"Enter a name for “{field.Text}”.");
            }

            if (preferences.ContainsKey(key))
            {
                return (null, $"There are two preferences named {key}.");
            }

            var (value, problem) = field.Read();
            if (problem is not null)
            {
                return (null, $"{key}: {problem}");
            }

            preferences[key] = value;
        }

        return (preferences, null);
    }

    private static PreferenceField Of(string key, JsonNode? value) =>
        value?.GetValueKind() switch
        {
            JsonValueKind.String => new() { Key = key, Text = value.GetValue<string>() },
            JsonValueKind.Number => new()
            {
                Key = key,
                Text = value.ToJsonString(),
                Kind = PreferenceKind.Number,
            },
            JsonValueKind.True or JsonValueKind.False => new()
            {
                Key = key,
                Text = value.ToJsonString(),
                Kind = PreferenceKind.YesNo,
            },
            _ => new()
            {
                Key = key,
                Text = value?.ToJsonString(ReadableJson.OneLine) ?? "null",
                Kind = PreferenceKind.Json,
            },
        };

    private (JsonNode? Value, string? Problem) Read() =>
        Kind switch
        {
            PreferenceKind.Number => decimal.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? (JsonValue.Create(number), null)
                : (null, "Enter a number, such as 12 or 0.5."),
            PreferenceKind.YesNo => bool.TryParse(Text, out var isSo) ? (JsonValue.Create(isSo), null) : (null, "Enter true or false."),
            PreferenceKind.Json => JsonText.Parse(Text),
            _ => (JsonValue.Create(Text), null),
        };
}
