namespace Sanctum.Configurator.Platform.Requests;

/// <summary>Says of a body that is no JSON where it ceases to be.</summary>
internal static class JsonFault
{
    /// <summary>How deep what programs send may be nested.</summary>
    public const int Deepest = 64;

    /// <summary>The member before or in which the fault is ("" for none), and a sentence on it.</summary>
    public static (string Place, string Problem) Find(ReadOnlySpan<byte> json)
    {
        var path = new List<(string? Name, int Index)>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Deepest + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth >= Deepest)
                {
                    return (PlaceOf(path), $"This is nested too deeply: {Deepest} levels are read.");
                }

                Follow(ref reader, path);
            }
        }
        catch (JsonException e)
        {
            return (
                PlaceOf(path),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"This is not valid JSON: error in line {(e.LineNumber ?? 0) + 1}, at byte {(e.BytePositionInLine ?? 0) + 1}{(path.Count > 0 ? $", at {PlaceOf(path)}" : "")}."
                )
            );
        }
        catch (InvalidOperationException)
        {
            return (PlaceOf(path), "It contains an incomplete character.");
        }

        return ("", "This is not valid JSON.");
    }

    private static void Follow(ref Utf8JsonReader reader, List<(string? Name, int Index)> path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                path[^1] = (reader.GetString(), 0);
                break;
            case JsonTokenType.StartObject:
                Advance(path);
                path.Add(("", -1));
                break;
            case JsonTokenType.StartArray:
                Advance(path);
                path.Add((null, -1));
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                path.RemoveAt(path.Count - 1);
                break;
            default:
                Advance(path);
                break;
        }
    }

    /// <summary>The next entry of the list that is being read, where one is.</summary>
    private static void Advance(List<(string? Name, int Index)> path)
    {
        if (path is [.., (null, var index)])
        {
            path[^1] = (null, index + 1);
        }
    }

    private static string PlaceOf(IEnumerable<(string? Name, int Index)> path) =>
        string.Concat(
            path.Where(step => step.Name is { Length: > 0 } || step is (null, >= 0))
                .Select(
                    (step, at) =>
                        step.Name is null ? $"[{step.Index}]"
                        : at == 0 ? step.Name
                        : $".{step.Name}"
                )
        );
}
