using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Agents.Talking;

/// <summary>What a call of a tool would do, for whoever decides about it; with a mark where it has letters that nobody sees.</summary>
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
        var values = new Dictionary<string, string>();
        foreach (var field in input.EnumerateObject())
        {
            // A name that comes twice counts as most readers take it: the last one.
            values[field.Name] = Unseen.Reveal(TextOf(field.Value));
        }

        var changes = new List<Change>();
        foreach (var (from, to) in Pairs)
        {
            if (values.TryGetValue(from, out var old) && values.TryGetValue(to, out var made))
            {
                values.Remove(from);
                values.Remove(to);
                changes.Add(new(NameOf(values), old, made));
            }
        }

        return new(changes, [.. values.Select(value => (Unseen.Reveal(value.Key), value.Value))]);
    }

    /// <summary>The file that is changed, which needs not be said twice.</summary>
    private static string NameOf(Dictionary<string, string> values) =>
        values.Remove("file_path", out var file) || values.Remove("path", out file) ? file : "Text";

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
