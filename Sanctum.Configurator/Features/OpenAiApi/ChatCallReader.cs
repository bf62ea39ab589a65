namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>
/// Reads a call of <c>/v1/chat/completions</c>. What the console can't do is refused by name, and never passed over: a program that asked for
/// two answers, or for probabilities, must not be told of success with one, or with none.
/// </summary>
internal static class ChatCallReader
{
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
            ChatOptionsReader.Read(call),
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
            "safety_identifier" or "prompt_cache_key" => null, // Hints to a provider: the answer is the same without them.
            "audio" or "prediction" or "web_search_options" or "verbosity" => OpenAiError.Unsupported(name, $"{name} is not supported."),
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
}
