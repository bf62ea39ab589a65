namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>
/// Puts what servers write beside OpenAI's rules as its library reads it, which ends a whole answer for one word that it doesn't know. One
/// for each answer: calls of tools come in pieces that belong together.
/// </summary>
internal sealed class OddAnswers
{
    private static readonly string[] Texts = ["id", "model", "object", "system_fingerprint", "service_tier"];

    private readonly OddToolCalls _calls = new();
    private readonly SplitCharacters _characters = new();

    /// <summary>The reason by which the server says that it failed in the middle of the answer; null where it says none.</summary>
    public string? BadEnd { get; private set; }

    /// <summary>What a call of a tool was given, as it was written; null where nothing is known of it.</summary>
    public string? ArgumentsOf(string call) => _calls.ArgumentsOf(call);

    /// <summary>A line of a stream of events.</summary>
    /// <returns>Null where it stays as it is.</returns>
    public byte[]? Line(ReadOnlyMemory<byte> line)
    {
        var text = line.Span;
        if (!text.StartsWith("data:"u8))
        {
            return null;
        }

        text = text["data:"u8.Length..].TrimStart((byte)' ');
        var joined = _characters.Join(text);
        return text.StartsWith("{"u8) && (Mended(joined ?? text, isWhole: false) ?? joined) is { } chunk ? [.. "data: "u8, .. chunk] : null;
    }

    /// <summary>An answer as a whole.</summary>
    public byte[] Whole(byte[] answer)
    {
        var joined = _characters.Join(answer) ?? answer;
        return Mended(joined, isWhole: true) ?? joined;
    }

    /// <summary>An answer as a whole where a stream was asked for, as a stream of one piece; what is no answer stays as it is.</summary>
    public byte[] AsStream(byte[] answer)
    {
        if (Parse(answer) is not { } json || json["choices"] is not JsonArray choices)
        {
            return answer;
        }

        foreach (var choice in choices.OfType<JsonObject>().Where(choice => choice["message"] is not null))
        {
            var message = choice["message"];
            choice.Remove("message");
            choice["delta"] = message;
        }

        Mend(json, isWhole: false);
        return Encoding.UTF8.GetBytes($"data: {json.ToJsonString()}\n\ndata: [DONE]\n\n");
    }

    private byte[]? Mended(ReadOnlySpan<byte> text, bool isWhole) =>
        Parse(text) is { } json && Mend(json, isWhole) ? Encoding.UTF8.GetBytes(json.ToJsonString()) : null;

    private static JsonObject? Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null; // The library says what is wrong with it.
        }
    }

    private bool Mend(JsonObject answer, bool isWhole)
    {
        var isOdd = false;
        foreach (var name in Texts.Where(name => answer[name] is { } value && value.GetValueKind() != JsonValueKind.String))
        {
            isOdd |= answer.Remove(name);
        }

        isOdd |= answer.ContainsKey("created") && !IsWhole(answer["created"]) && answer.Remove("created");
        isOdd |= answer["usage"] is { } usage && (usage is JsonObject counts ? MendCounts(counts) : answer.Remove("usage"));
        if (answer["choices"] is not JsonArray choices)
        {
            if (!answer.ContainsKey("error"))
            {
                answer["choices"] = new JsonArray();
                isOdd = true;
            }

            return isOdd;
        }

        foreach (var choice in choices.OfType<JsonObject>())
        {
            isOdd |= MendChoice(choice, isWhole);
        }

        return isOdd;
    }

    private bool MendChoice(JsonObject choice, bool isWhole)
    {
        var isOdd = choice["logprobs"] is not null && choice.Remove("logprobs");
        if (choice.ContainsKey("index") && !IsWhole(choice["index"]))
        {
            choice["index"] = 0;
            isOdd = true;
        }

        var given = TextIn(choice, "finish_reason");
        var reason = ReasonOf(given) ?? (isWhole ? "stop" : null);
        if (reason != given || choice.ContainsKey("finish_reason") && choice["finish_reason"] is { } other && given is null)
        {
            choice["finish_reason"] = reason;
            isOdd = true;
        }

        var name = isWhole ? "message" : "delta";
        if (choice[name] is not JsonObject said)
        {
            choice[name] = said = [];
            isOdd = true;
        }

        return OddMessages.Mend(said, isWhole) | _calls.Mend(said, isWhole) | isOdd;
    }

    /// <summary>One of the five that the library knows.</summary>
    private string? ReasonOf(string? given)
    {
        switch (given?.ToLowerInvariant())
        {
            case null or "":
                return null;
            case "stop" or "length" or "tool_calls" or "content_filter" or "function_call":
                return given;
            case "max_tokens" or "max_output_tokens" or "model_length" or "model_context_window_exceeded":
                return "length";
            case "tool_use" or "tool_call" or "tool-calls":
                return "tool_calls";
            case "content-filter" or "safety" or "sensitive" or "recitation" or "prohibited_content" or "refusal":
                return "content_filter";
            case "error" or "network_error" or "abort" or "aborted":
                BadEnd = given;
                return null;
            default:
                return "stop"; // eos, end_turn, normal: each has a word of its own for it.
        }
    }

    /// <summary>Numbers that are missing, in a string, or have a fraction.</summary>
    private static bool MendCounts(JsonObject counts)
    {
        var isOdd = false;
        foreach (var (name, value) in counts.ToList())
        {
            if (value is JsonObject details)
            {
                isOdd |= MendCounts(details);
            }
            else if (name.EndsWith("_tokens", StringComparison.Ordinal) && !IsWhole(value))
            {
                var isNumber = double.TryParse($"{value}", NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
                isOdd |= counts.Remove(name);
                if (isNumber && number is >= 0 and <= int.MaxValue)
                {
                    counts[name] = (int)Math.Round(number);
                }
            }
        }

        return isOdd;
    }

    private static bool IsWhole(JsonNode? value) =>
        value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue<int>(out _);

    internal static string? TextIn(JsonObject from, string name) =>
        from[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
