using System.Text.Json;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Agents.Talking;

/// <summary>What a call of a tool would do, for whoever decides about it.</summary>
/// <param name="Changes">Texts that it would replace: Letta's editing tools name the old and the new one.</param>
/// <param name="Values">The other values, by name.</param>
internal sealed record CallInput(IReadOnlyList<Change> Changes, IReadOnlyList<(string Name, string Value)> Values)
{
    /// <summary>Pairs of names under which Letta's tools give the text before and after.</summary>
    private static readonly (string From, string To)[] Pairs =
    [
        ("old_string", "new_string"),
        ("old_str", "new_str"),
        ("old_text", "new_text"),
    ];

    /// <summary>Null where the arguments are no JSON object.</summary>
    public static CallInput? Read(string arguments)
    {
        try
        {
            using var json = JsonDocument.Parse(arguments);
            return json.RootElement.ValueKind == JsonValueKind.Object ? Read(json.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static CallInput Read(JsonElement input)
    {
        var values = input.EnumerateObject().ToDictionary(field => field.Name, field => TextOf(field.Value));
        var changes = new List<Change>();
        foreach (var (from, to) in Pairs)
        {
            if (values.TryGetValue(from, out var old) && values.TryGetValue(to, out var made))
            {
                values.Remove(from);
                values.Remove(to);
                changes.Add(new(values.GetValueOrDefault("file_path") ?? values.GetValueOrDefault("path") ?? "Text", old, made));
            }
        }

        return new(changes, [.. values.Select(value => (value.Key, value.Value))]);
    }

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
