namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>
/// Calls of tools whose pieces don't say, or say wrongly, to which call they belong. What has an id that is known belongs to it; a new id
/// with a name is a new call, whatever its number; what has no name goes on with the call of its number, or with the last one.
/// </summary>
internal sealed class OddToolCalls
{
    /// <summary>The id of each call; the library has them by their place here.</summary>
    private readonly List<string> _ids = [];

    private readonly List<StringBuilder> _arguments = [];

    /// <summary>Which call a number of the server's means now.</summary>
    private readonly Dictionary<int, int> _places = [];

    /// <summary>What a call was given, as it was written; null where nothing is known of it.</summary>
    public string? ArgumentsOf(string id) => _ids.IndexOf(id) is >= 0 and var at ? _arguments[at].ToString() : null;

    /// <returns>Whether there was something to mend.</returns>
    public bool Mend(JsonObject said, bool isWhole)
    {
        if (said["tool_calls"] is not { } given)
        {
            return false;
        }

        if (given is not JsonArray calls || calls.Any(call => call is not JsonObject))
        {
            return said.Remove("tool_calls");
        }

        var isOdd = false;
        foreach (var call in calls.OfType<JsonObject>())
        {
            isOdd |= MendPlace(call, isWhole, out var at) | MendFunction(call, _arguments[at]);
        }

        return isOdd;
    }

    private bool MendPlace(JsonObject call, bool isWhole, out int at)
    {
        var id = OddAnswers.TextIn(call, "id") is { Length: > 0 } text ? text : null;
        var number = call["index"] is JsonValue value && value.TryGetValue<int>(out var index) ? index : (int?)null;
        var hasName = call["function"] is JsonObject function && OddAnswers.TextIn(function, "name") is { Length: > 0 };
        var place = PlaceOf(id, number, hasName);
        at = place.At;
        var isOdd = false;
        if (place is { IsNew: true } && id is null)
        {
            call["id"] = _ids[place.At];
            isOdd = true;
        }
        else if (call.ContainsKey("id") && id != _ids[place.At])
        {
            isOdd = call.Remove("id");
        }

        if (!isWhole && number != place.At)
        {
            call["index"] = place.At;
            isOdd = true;
        }

        return isOdd;
    }

    private (int At, bool IsNew) PlaceOf(string? id, int? number, bool hasName)
    {
        var numbered = number is { } told ? _places.GetValueOrDefault(told, -1) : -1;
        var at =
            id is not null && _ids.IndexOf(id) is >= 0 and var known ? known
            : numbered >= 0 && (id is null || !hasName) ? numbered
            : id is null && !hasName ? _ids.Count - 1
            : -1;
        var isNew = at < 0;
        if (isNew)
        {
            at = _ids.Count;
            _arguments.Add(new());
            _ids.Add(id ?? string.Create(CultureInfo.InvariantCulture, $"call_{at}"));
        }

        if (number is { } given && (isNew || numbered < 0))
        {
            _places[given] = at;
        }

        return (at, isNew);
    }

    private static bool MendFunction(JsonObject call, StringBuilder arguments)
    {
        var isOdd = call.ContainsKey("type") && OddAnswers.TextIn(call, "type") != "function" && call.Remove("type");
        if (call["function"] is JsonObject function)
        {
            if (function.ContainsKey("name") && function["name"] is null)
            {
                isOdd |= function.Remove("name");
            }

            if (function["arguments"] is { } given && given.GetValueKind() != JsonValueKind.String)
            {
                function["arguments"] = given.ToJsonString();
                isOdd = true;
            }

            arguments.Append(OddAnswers.TextIn(function, "arguments"));
        }

        return isOdd;
    }
}
