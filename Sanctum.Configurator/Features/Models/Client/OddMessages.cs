namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>A message of an answer, or a piece of one, whose speaker, words or thoughts stand there in another way.</summary>
internal static class OddMessages
{
    private const string Thoughts = "reasoning_content";

    private static readonly string[] Roles = ["assistant", "user", "system", "developer", "tool", "function"];

    /// <returns>Whether there was something to mend.</returns>
    public static bool Mend(JsonObject said, bool isWhole) => MendRole(said, isWhole) | MendContent(said) | MendThoughts(said);

    private static bool MendRole(JsonObject said, bool isWhole)
    {
        if (OddAnswers.TextIn(said, "role") is { } role ? Roles.Contains(role) : said["role"] is null && !isWhole)
        {
            return false;
        }

        said["role"] = "assistant";
        return true;
    }

    /// <summary>Parts, of which some are thoughts.</summary>
    private static bool MendContent(JsonObject said)
    {
        if (said["content"] is not JsonArray parts)
        {
            return false;
        }

        var (text, thoughts) = (new StringBuilder(), new StringBuilder());
        foreach (var part in parts)
        {
            (KindOf(part) == "thinking" ? thoughts : text).Append(TextOf(part));
        }

        said["content"] = text.ToString();
        if (thoughts.Length > 0)
        {
            said[Thoughts] = thoughts.ToString();
        }

        return true;
    }

    /// <summary>Newer servers call them reasoning.</summary>
    private static bool MendThoughts(JsonObject said)
    {
        if (said[Thoughts] is not null || OddAnswers.TextIn(said, "reasoning") is not { Length: > 0 } thoughts)
        {
            return false;
        }

        said[Thoughts] = thoughts;
        return true;
    }

    private static string KindOf(JsonNode? part) => part is JsonObject one ? OddAnswers.TextIn(one, "type") ?? "" : "";

    private static string TextOf(JsonNode? part) =>
        part switch
        {
            JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
            JsonArray many => string.Concat(many.Select(TextOf)),
            JsonObject one => TextOf(one["text"] ?? one["thinking"]),
            _ => "",
        };
}
