namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>JSON that is too long, without its last parts: what is left is JSON, and says how much is missing.</summary>
internal static class ShortJson
{
    /// <summary>Where an object says that something was left out.</summary>
    public const string Omitted = "…";

    /// <summary>Room for what says so.</summary>
    private const int Mark = 40;

    private const int MostOfText = 500;

    /// <param name="most">Characters that it may have, about.</param>
    public static JsonNode Of(JsonNode json, int most)
    {
        var room = most;
        return Copy(json, ref room) ?? new JsonObject { [Omitted] = "left out" };
    }

    /// <returns>Null where there is no room for it.</returns>
    private static JsonNode? Copy(JsonNode? json, ref int room) =>
        json switch
        {
            JsonObject map => CopyMap(map, ref room),
            JsonArray list => CopyList(list, ref room),
            _ => CopyValue(json, ref room),
        };

    private static JsonObject CopyMap(JsonObject map, ref int room)
    {
        var copy = new JsonObject();
        room -= 2;
        foreach (var (at, (name, value)) in map.Index())
        {
            room -= name.Length + 4;
            var part = room < Mark ? null : Copy(value, ref room);
            if (room < Mark || (part is null && value is not null))
            {
                copy[Omitted] = $"{map.Count - at} more";
                break;
            }

            copy[name] = part;
        }

        return copy;
    }

    private static JsonArray CopyList(JsonArray list, ref int room)
    {
        var copy = new JsonArray();
        room -= 2;
        foreach (var (at, value) in list.Index())
        {
            room -= 1;
            var part = room < Mark ? null : Copy(value, ref room);
            if (room < Mark || (part is null && value is not null))
            {
                copy.Add(JsonValue.Create($"{Omitted} {list.Count - at} more"));
                break;
            }

            copy.Add(part);
        }

        return copy;
    }

    private static JsonNode? CopyValue(JsonNode? value, ref int room)
    {
        if (value is null)
        {
            room -= 4;
            return null;
        }

        var text = value.ToJsonString(ReadableJson.OneLine);
        if (text.Length > MostOfText && value.GetValueKind() == System.Text.Json.JsonValueKind.String)
        {
            var said = value.GetValue<string>();
            value = JsonValue.Create(WholeText.Of(said[..Math.Min(MostOfText, said.Length)]) + Omitted);
            text = value.ToJsonString(ReadableJson.OneLine);
        }

        room -= text.Length;
        return room < 0 ? null : value.DeepClone();
    }
}
