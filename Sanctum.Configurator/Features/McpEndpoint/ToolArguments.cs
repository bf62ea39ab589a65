using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpEndpoint.Operations;

namespace Sanctum.Configurator.Features.McpEndpoint;

/// <summary>What an agent gives a tool. What is not understood is refused: passed over, it would make another call of it.</summary>
internal static class ToolArguments
{
    /// <exception cref="ToolRefusedException">The tool has no such argument.</exception>
    public static void CheckNames(Tool tool, JsonObject given)
    {
        string[] known = tool.InputSchema.TryGetProperty("properties", out var members)
            ? [.. members.EnumerateObject().Select(member => member.Name)]
            : [];
        if (OperationCalls.UnknownIn(given, known, tool.Name).Problem is { } problem)
        {
            throw new ToolRefusedException(problem);
        }
    }

    /// <summary>Some models write it as a text; it is read all the same.</summary>
    public static bool FlagIn(JsonObject given, string name) =>
        TextIn(given, name) is { } text
        && (bool.TryParse(text, out var flag) ? flag : throw new ToolRefusedException($"{name} must be true or false."));

    public static string? TextIn(JsonObject given, string name) =>
        given[name] switch
        {
            null => null,
            JsonValue value => value.ToString(),
            _ => throw new ToolRefusedException($"{name} must be a text."),
        };

    public static int? NumberIn(JsonObject given, string name) =>
        TextIn(given, name) is not { } text ? null
        : int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number
        : throw new ToolRefusedException($"{name} must be a whole number.");

    /// <summary>Some models write an object as a text; it is read all the same.</summary>
    public static JsonObject ObjectIn(JsonObject given, string name)
    {
        switch (given[name])
        {
            case null:
                return [];
            case JsonObject found:
                return found.DeepClone().AsObject();
            case JsonValue text:
                try
                {
                    if (JsonNode.Parse(text.ToString()) is JsonObject read)
                    {
                        return read;
                    }
                }
                catch (JsonException)
                {
                    // Said below.
                }

                break;
        }

        throw new ToolRefusedException($"{name} must be an object.");
    }
}
