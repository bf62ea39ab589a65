namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>What a connector was told: the values of its <see cref="IConnector.Fields"/>, stored as a JSON object of texts and switches.</summary>
public sealed class ChannelSettings(IReadOnlyDictionary<string, string> values)
{
    public static readonly ChannelSettings None = new(new Dictionary<string, string>());

    public IReadOnlyDictionary<string, string> Values => values;

    /// <summary>Null where nothing was given.</summary>
    public string? Find(string name) => values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>The value, or what holds without one.</summary>
    public string? Text(ConnectorField field) => Find(field.Name) ?? field.Default;

    public int Number(ConnectorField field) =>
        int.TryParse(Text(field), CultureInfo.InvariantCulture, out var number) ? number : field.Least;

    public bool IsOn(ConnectorField field) => Text(field) == "true";

    /// <summary>With switches as JSON has them, for other readers.</summary>
    public string ToJson() =>
        JsonSerializer.Serialize(
            values.ToDictionary(pair => pair.Key, pair => pair.Value is "true" or "false" ? (object)(pair.Value == "true") : pair.Value)
        );

    /// <summary>Other programs may write anything: what is no text counts by its JSON, and what is no object as nothing.</summary>
    public static ChannelSettings Read(string? json)
    {
        try
        {
            using var document = JsonDocument.Parse(json ?? "{}");
            return document.RootElement.ValueKind != JsonValueKind.Object
                ? None
                : new(
                    document
                        .RootElement.EnumerateObject()
                        .Where(member => member.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
                        .GroupBy(member => member.Name)
                        .ToDictionary(
                            same => same.Key,
                            same =>
                                same.Last() is { Value.ValueKind: JsonValueKind.String } text
                                    ? text.Value.GetString()!
                                    : same.Last().Value.GetRawText()
                        )
                );
        }
        catch (JsonException)
        {
            return None;
        }
    }
}

/// <summary>A channel as its connector sees it, with the secret in the clear.</summary>
public sealed record OpenChannel(
    int Id,
    string Name,
    string Platform,
    int AgentId,
    ChannelSettings Settings,
    string? Secret,
    string? Cursor,
    int Version
)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => $"channel {Id}";
}
