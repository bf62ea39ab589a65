using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>
/// The JSON of <c>agents.config</c>: the declared fields by Letta's names, and why the agent has its status. Keys of other programs stay as
/// they are; what is of another type counts as not there.
/// </summary>
public sealed class AgentConfig
{
    public const string Model = "model";
    public const string Embedding = "embedding";
    public const string System = "system";
    public const string Description = "description";
    public const string Tags = "tags";
    public const string Tools = "tools";
    public const string Blocks = "blocks";
    public const string StatusReason = "status_reason";
    public const string StatusSince = "status_since";

    private readonly JsonObject _json;

    private AgentConfig(JsonObject json) => _json = json;

    public static AgentConfig Of(string? config) => new(Parse(config) ?? []);

    public string? Text(string key) => _json[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public DateTimeOffset? Time(string key) =>
        DateTimeOffset.TryParse(
            Text(key),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;

    /// <summary>Null where nothing is declared.</summary>
    public IReadOnlyList<string>? Texts(string key) =>
        _json[key] is JsonArray items
            ? [.. items.OfType<JsonValue>().Select(item => item.TryGetValue<string>(out var text) ? text : null).OfType<string>()]
            : null;

    /// <summary>Label → value; null where no blocks are declared.</summary>
    public IReadOnlyDictionary<string, string>? Memory()
    {
        if (_json[Blocks] is not JsonArray items)
        {
            return null;
        }

        var blocks = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var block in items.OfType<JsonObject>().Select(item => new AgentConfig(item)))
        {
            if (block.Text("label") is { } label)
            {
                blocks[label] = block.Text("value") ?? "";
            }
        }

        return blocks;
    }

    public void Set(string key, string? value) => Put(key, value is null ? null : JsonValue.Create(value));

    public void Set(string key, IEnumerable<string>? values) =>
        Put(key, values is null ? null : new JsonArray([.. values.Select(value => JsonValue.Create(value))]));

    public void Set(IReadOnlyDictionary<string, string>? blocks) =>
        Put(
            Blocks,
            blocks is null
                ? null
                : new JsonArray([.. blocks.Select(block => new JsonObject { ["label"] = block.Key, ["value"] = block.Value })])
        );

    /// <summary>Writes it into the row, unless that says the same in other words: PostgreSQL writes JSON in its own.</summary>
    public void WriteTo(Agent agent)
    {
        if (!JsonNode.DeepEquals(Parse(agent.Config), _json))
        {
            agent.Config = _json.ToJsonString();
        }
    }

    /// <summary>Null for what is no JSON object.</summary>
    internal static JsonObject? Parse(string? config)
    {
        try
        {
            return config is null ? null : JsonNode.Parse(config) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Put(string key, JsonNode? value)
    {
        if (value is null)
        {
            _json.Remove(key);
        }
        else
        {
            _json[key] = value;
        }
    }
}
