using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>
/// Reads a call of <c>/v1/chat/completions</c>. What the console can't do is refused by name, and never passed over: a program that asked for
/// two answers, or for probabilities, must not be told of success with one, or with none.
/// </summary>
internal static class ChatCallReader
{
    private const int MostTools = 128;
    private const int MostStops = 4;
    private const int LongestName = 512;

    /// <summary>Only what changes how words are chosen: agents have settings of their own for it.</summary>
    private static readonly string[] SamplingNames =
    [
        "temperature",
        "top_p",
        "max_tokens",
        "max_completion_tokens",
        "stop",
        "seed",
        "presence_penalty",
        "frequency_penalty",
        "reasoning_effort",
    ];

    private static readonly string[] OtherNames =
    [
        "model",
        "messages",
        "stream",
        "stream_options",
        "user",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "response_format",
    ];

    /// <exception cref="OpenAiException">It can't be done.</exception>
    public static ChatCall Read(ReadOnlyMemory<byte> body)
    {
        using var json = Parse(body);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new OpenAiException(OpenAiError.Bad("The body must be a JSON object with model and messages."));
        }

        var call = new CallFields(json.RootElement, "");
        RefuseOthers(call);
        var model = call.NeededText("model");
        if (model.Length > LongestName)
        {
            throw new OpenAiException(OpenAiError.UnknownModel($"{model[..60]}…"));
        }

        return new(
            model,
            ChatMessageReader.Read(call),
            OptionsOf(call),
            call.Flag("stream") ?? false,
            IncludesUsage(call),
            call.Text("user"),
            [.. SamplingNames.Where(call.Has)]
        );
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, new() { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new OpenAiException(OpenAiError.Bad($"The body is not valid JSON: {e.Message}"));
        }
    }

    private static void RefuseOthers(CallFields call)
    {
        foreach (var member in call.Object.EnumerateObject())
        {
            var name = member.Name;
            if (
                member.Value.ValueKind != JsonValueKind.Null
                && !SamplingNames.Contains(name)
                && !OtherNames.Contains(name)
                && WhyNot(name, member.Value) is { } why
            )
            {
                throw new OpenAiException(why);
            }
        }
    }

    /// <summary>Members of OpenAI's that may stand there with the value by which they change nothing.</summary>
    private static OpenAiError? WhyNot(string name, JsonElement value) =>
        name switch
        {
            "n" => IsNumber(value, 1) ? null : OpenAiError.Unsupported(name, "Only n = 1 is supported: one answer for each call."),
            "logprobs" => value.ValueKind == JsonValueKind.False ? null : OpenAiError.Unsupported(name, "logprobs are not supported."),
            "top_logprobs" => IsNumber(value, 0) ? null : OpenAiError.Unsupported(name, "top_logprobs are not supported."),
            "store" => value.ValueKind == JsonValueKind.False
                ? null
                : OpenAiError.Unsupported(name, "store is not supported: the console keeps no answers of this call."),
            "service_tier" => value.ValueKind == JsonValueKind.String && value.ValueEquals("auto") || value.ValueEquals("default")
                ? null
                : OpenAiError.Unsupported(name, "Only the service_tier auto is supported."),
            "logit_bias" or "metadata" => value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any()
                ? null
                : OpenAiError.Unsupported(name, $"{name} is not supported."),
            "modalities" => value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String && one.ValueEquals("text"))
                ? null
                : OpenAiError.Unsupported(name, "Only the modality text is supported."),
            "functions" or "function_call" => OpenAiError.Unsupported(name, $"{name} is not supported. Use tools and tool_choice."),
            "audio" or "prediction" or "web_search_options" or "verbosity" or "safety_identifier" or "prompt_cache_key" =>
                OpenAiError.Unsupported(name, $"{name} is not supported."),
            _ => OpenAiError.Bad($"Unrecognized request argument supplied: {Shown(name)}.", Shown(name), "unknown_parameter"),
        };

    private static bool IsNumber(JsonElement value, int number) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var given) && given == number;

    private static string Shown(string name) => name.Length <= 60 ? name : $"{name[..60]}…";

    private static bool IncludesUsage(CallFields call)
    {
        if (call.Inner("stream_options") is not { } options)
        {
            return false;
        }

        if (call.Flag("stream") != true)
        {
            throw new OpenAiException(OpenAiError.Bad("stream_options is only allowed where stream is true.", "stream_options"));
        }

        foreach (
            var member in options.Object.EnumerateObject().Where(member => member.Name is not ("include_usage" or "include_obfuscation"))
        )
        {
            throw new OpenAiException(OpenAiError.Unsupported($"stream_options.{Shown(member.Name)}", "It is not supported."));
        }

        return options.Flag("include_obfuscation") == true
            ? throw new OpenAiException(OpenAiError.Unsupported("stream_options.include_obfuscation", "It is not supported."))
            : options.Flag("include_usage") ?? false;
    }

    private static ChatOptions OptionsOf(CallFields call)
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
