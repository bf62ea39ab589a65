using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.McpEndpoint;

/// <summary>Answers as an agent reads them: JSON in one text, no longer than what it can take in.</summary>
internal static class ToolAnswer
{
    /// <summary>About ten thousand tokens.</summary>
    internal const int Longest = 40_000;

    private const int LongestText = 2_000;

    public static CallToolResult Of(InnerAnswer answer)
    {
        var said = new JsonObject { ["status"] = answer.Status };
        if (answer.Version is { } version)
        {
            said["version"] = version;
        }

        if (answer.Body is { } body)
        {
            said["body"] = body.DeepClone();
        }

        return Of(said, isError: !answer.IsDone);
    }

    public static CallToolResult Of(JsonObject said, bool isError = false) => Text(Fit(said), isError);

    public static CallToolResult Refused(string sentence) => Text(sentence, isError: true);

    public static CallToolResult Text(string text, bool isError = false) =>
        new() { Content = [new TextContentBlock { Text = text }], IsError = isError };

    /// <summary>Takes out what makes it too long, and says so: long texts first, then the last rows.</summary>
    internal static string Fit(JsonObject said)
    {
        var text = Write(said);
        if (text.Length <= Longest)
        {
            return text;
        }

        Shorten(said);
        said["shortened"] =
            $"The answer has {Sizes.Of(text.Length)}, too much at once. Long texts were cut. Read one thing by itself to see all of it.";
        while (Write(said).Length > Longest && RowsIn(said) is { Count: > 1 } rows)
        {
            var kept = Math.Max(1, Math.Min(rows.Count - 1, rows.Count * Longest / Write(said).Length));
            said["rows_left_out"] = (said["rows_left_out"]?.GetValue<int>() ?? 0) + rows.Count - kept;
            said["shortened"] =
                "The answer is too long at once. Long texts were cut, and the last rows left out: ask for fewer rows (take), or filter.";
            while (rows.Count > kept)
            {
                rows.RemoveAt(rows.Count - 1);
            }
        }

        text = Write(said);
        return text.Length <= Longest ? text : $"{text[..Longest]}… (cut here: {Sizes.Of(text.Length)} are too much at once)";
    }

    private static string Write(JsonObject said) => said.ToJsonString(ReadableJson.OneLine);

    private static JsonArray? RowsIn(JsonObject said) =>
        said["body"] switch
        {
            JsonArray rows => rows,
            JsonObject body => body.Select(member => member.Value).OfType<JsonArray>().MaxBy(rows => rows.Count),
            _ => null,
        };

    private static void Shorten(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject all:
                foreach (var (name, value) in all.ToList())
                {
                    if (Cut(value) is { } cut)
                    {
                        all[name] = cut;
                    }

                    Shorten(value);
                }

                break;
            case JsonArray list:
                for (var at = 0; at < list.Count; at++)
                {
                    if (Cut(list[at]) is { } cut)
                    {
                        list[at] = cut;
                    }

                    Shorten(list[at]);
                }

                break;
        }
    }

    private static string? Cut(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.ToString() is { Length: > LongestText } text
            ? $"{text[..LongestText]}… ({Sizes.Of(text.Length)} in all)"
            : null;
}
