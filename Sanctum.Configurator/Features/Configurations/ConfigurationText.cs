using System.Text.Encodings.Web;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>
/// Configurations as text to take along or to edit: <c>{"configurations": [{key, type, value, …}]}</c>, or simply <c>{"KEY": value}</c>.
/// The value of a secret is never in it; without one, a secret is left as it is.
/// </summary>
internal static class ConfigurationText
{
    /// <summary>Of a text that is read.</summary>
    public const int LongestText = 8 << 20;

    private const int MostValues = 20_000;

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private static readonly JsonDocumentOptions Tolerant = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 64,
    };

    /// <param name="isOfOneHolder">The holders are left out: the text can be read in for any.</param>
    public static string Write(IEnumerable<ConfigurationValue> values, bool isOfOneHolder)
    {
        var list = new JsonArray();
        foreach (var value in values)
        {
            var item = new JsonObject { ["key"] = value.Key };
            if (!isOfOneHolder)
            {
                (item["scope"], item["scope_id"]) = (EnumText<ConfigurationScope>.Of(value.Holder.Scope), value.Holder.Id);
            }

            item["type"] = EnumText<ConfigurationType>.Of(value.Type);
            if (value.IsSecret)
            {
                item["is_encrypted"] = true;
            }
            else
            {
                item["value"] = JsonSerializer.SerializeToNode(ConfigurationRules.Typed(value.Type, value.Value));
            }

            if (value.Description is { Length: > 0 } description)
            {
                item["description"] = description;
            }

            list.Add(item);
        }

        return new JsonObject { ["configurations"] = list }.ToJsonString(Readable);
    }

    /// <summary>What the text wants, and what is wrong with it.</summary>
    /// <param name="holder">Whose the values are, whatever the text says; null where it says itself.</param>
    public static (IReadOnlyList<ConfigurationChange> Wanted, string? Problem) Read(string text, ScopeHolder? holder)
    {
        if (text.Length > LongestText)
        {
            return ([], $"The text is larger than {LongestText >> 20} MB.");
        }

        try
        {
            return JsonNode.Parse(text, null, Tolerant) switch
            {
                JsonObject { Count: > 0 } all when all["configurations"] is JsonArray list => ReadList(list, holder),
                JsonArray list => ReadList(list, holder),
                JsonObject all => ReadPairs(all, holder ?? ScopeHolder.System),
                _ => ([], "The text is not a JSON object."),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return ([], $"The text is not valid JSON: {e.Message}");
        }
    }

    private static (IReadOnlyList<ConfigurationChange> Wanted, string? Problem) ReadPairs(JsonObject all, ScopeHolder holder) =>
        all.Count > MostValues
            ? ([], $"The text contains more than {MostValues} values.")
            : ([.. all.Select(pair => new ConfigurationChange(new(pair.Key, holder), Plain(pair.Value)))], null);

    private static (IReadOnlyList<ConfigurationChange> Wanted, string? Problem) ReadList(JsonArray list, ScopeHolder? holder)
    {
        if (list.Count > MostValues)
        {
            return ([], $"The text contains more than {MostValues} values.");
        }

        var wanted = new List<ConfigurationChange>();
        foreach (var (at, node) in list.Index())
        {
            if (node is not JsonObject item || TextOf(item["key"]) is not { Length: > 0 } key)
            {
                return ([], $"Value {at + 1} has no key.");
            }

            if (
                (
                    holder
                    ?? ScopeHolder.Find(
                        TextOf(item["scope"]) ?? "system",
                        (item["scope_id"] as JsonValue)?.TryGetValue<int>(out var id) == true ? id : null
                    )
                )
                is not { } whose
            )
            {
                return ([], $"{key}: the scope must be system, or agent, tool, instance or user with a scope_id.");
            }

            var type = item["type"] is null ? Plain(item["value"]).Type : EnumText<ConfigurationType>.Find(TextOf(item["type"]));
            if (type is not { } known)
            {
                return ([], $"{key}: the type must be string, number, boolean or json.");
            }

            var isSecret = item["is_encrypted"] is JsonValue flag && flag.TryGetValue<bool>(out var isOn) && isOn;
            wanted.Add(
                new(
                    new(key, whose),
                    new(item.ContainsKey("value") ? Written(item["value"], known) : null, known, isSecret, TextOf(item["description"]))
                )
            );
        }

        return (wanted, null);
    }

    private static WantedValue Plain(JsonNode? value) =>
        value?.GetValueKind() switch
        {
            null => new("", ConfigurationType.String, false, null),
            JsonValueKind.Number => new(value!.ToJsonString(), ConfigurationType.Number, false, null),
            JsonValueKind.True or JsonValueKind.False => new(value!.ToJsonString(), ConfigurationType.Boolean, false, null),
            JsonValueKind.String => new(value!.GetValue<string>(), ConfigurationType.String, false, null),
            _ => new(value!.ToJsonString(Readable), ConfigurationType.Json, false, null),
        };

    private static string Written(JsonNode? value, ConfigurationType type) =>
        value switch
        {
            null => type == ConfigurationType.Json ? "null" : "",
            JsonValue text when type != ConfigurationType.Json && text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
            _ => value.ToJsonString(type == ConfigurationType.Json ? Readable : null),
        };

    private static string? TextOf(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
