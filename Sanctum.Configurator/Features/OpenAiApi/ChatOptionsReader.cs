using Microsoft.Extensions.AI;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>Reads how a call wants its answer: how words are chosen, in which format, with which tools.</summary>
internal static class ChatOptionsReader
{
    private const int MostTools = 128;
    private const int MostStops = 4;

    public static ChatOptions Read(CallFields call)
    {
        if (call.Has("max_tokens") && call.Has("max_completion_tokens"))
        {
            throw new OpenAiException(OpenAiError.Bad("Send max_tokens or max_completion_tokens, not both.", "max_tokens"));
        }

        var options = new ChatOptions
        {
            Temperature = (float?)call.Number("temperature", 0, 2),
            TopP = (float?)call.Number("top_p", 0, 1),
            MaxOutputTokens = (int?)(call.Whole("max_tokens", 1, int.MaxValue) ?? call.Whole("max_completion_tokens", 1, int.MaxValue)),
            PresencePenalty = (float?)call.Number("presence_penalty", -2, 2),
            FrequencyPenalty = (float?)call.Number("frequency_penalty", -2, 2),
            Seed = call.Whole("seed", long.MinValue, long.MaxValue),
            StopSequences = StopsOf(call),
            ResponseFormat = FormatOf(call),
            Reasoning = ReasoningOf(call),
            Tools = [.. call.List("tools", MostTools).Select(ToolOf)],
            AllowMultipleToolCalls = call.Flag("parallel_tool_calls"),
        };
        options.Tools = options.Tools.Count == 0 ? null : options.Tools;
        options.ToolMode = ToolModeOf(call, options.Tools);
        return options;
    }

    private static List<string>? StopsOf(CallFields call) =>
        call.Find("stop") switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } one => [CallFields.TextOf(one, "stop")],
            { ValueKind: JsonValueKind.Array } many
                when many.GetArrayLength() is > 0 and <= MostStops
                    && many.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) =>
            [
                .. many.EnumerateArray().Select(one => CallFields.TextOf(one, "stop")),
            ],
            _ => throw call.Wrong("stop", $"a string, or a list of 1 to {MostStops} strings"),
        };

    private static ReasoningOptions? ReasoningOf(CallFields call) =>
        call.Text("reasoning_effort") switch
        {
            null => null,
            "none" => new() { Effort = ReasoningEffort.None },
            "minimal" or "low" => new() { Effort = ReasoningEffort.Low },
            "medium" => new() { Effort = ReasoningEffort.Medium },
            "high" => new() { Effort = ReasoningEffort.High },
            "xhigh" => new() { Effort = ReasoningEffort.ExtraHigh },
            _ => throw call.Wrong("reasoning_effort", "none, minimal, low, medium, high or xhigh"),
        };

    private static ChatResponseFormat? FormatOf(CallFields call)
    {
        if (call.Inner("response_format") is not { } format)
        {
            return null;
        }

        switch (format.NeededText("type"))
        {
            case "text":
                return null;
            case "json_object":
                return ChatResponseFormat.Json;
            case "json_schema":
                var schema = format.Inner("json_schema") ?? throw format.Wrong("json_schema", "an object with name and schema");
                return ChatResponseFormat.ForJsonSchema(
                    (schema.Inner("schema") ?? throw schema.Wrong("schema", "a JSON schema")).Object.Clone(),
                    schema.NeededText("name"),
                    schema.Text("description")
                );
            default:
                throw format.Wrong("type", "text, json_object or json_schema");
        }
    }

    private static AITool ToolOf(CallFields tool)
    {
        if (tool.NeededText("type") != "function")
        {
            throw new OpenAiException(OpenAiError.Unsupported(tool.At("type"), "Only tools of the type function are supported."));
        }

        var function = tool.Inner("function") ?? throw tool.Wrong("function", "an object with a name");
        using var none = JsonDocument.Parse("""{"type":"object","properties":{}}""");
        return new CallersTool(
            function.NeededText("name"),
            function.Text("description") ?? "",
            (function.Inner("parameters")?.Object ?? none.RootElement).Clone(),
            function.Flag("strict")
        );
    }

    private static ChatToolMode? ToolModeOf(CallFields call, IList<AITool>? tools)
    {
        if (call.Find("tool_choice") is not { } choice)
        {
            return null;
        }

        if (choice.ValueKind == JsonValueKind.String)
        {
            return choice.GetString() switch
            {
                "none" => ChatToolMode.None,
                "auto" => ChatToolMode.Auto,
                "required" when tools is not null => ChatToolMode.RequireAny,
                _ => throw call.Wrong("tool_choice", "none, auto or, with tools, required"),
            };
        }

        var name = (
            call.Inner("tool_choice")!.Value.Inner("function") ?? throw call.Wrong("tool_choice", "a word or a function")
        ).NeededText("name");
        return tools?.Any(tool => tool.Name == name) == true
            ? ChatToolMode.RequireSpecific(name)
            : throw call.Wrong("tool_choice", "one of the tools");
    }
}
