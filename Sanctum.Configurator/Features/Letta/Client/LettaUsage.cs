namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>Tokens of a turn, as the server counted them; null where it did not.</summary>
/// <param name="Input">Of all questions to the model together, what came from a cache among them.</param>
/// <param name="Output">Of all answers, thinking among them.</param>
/// <param name="Context">How many the agent's context has after it.</param>
public sealed record LettaUsage(long? Input, long? Output, long? CachedRead, long? CacheWrite, long? Reasoning, long? Context)
{
    /// <summary>A server that counts nothing says zero. Null where it counted nothing.</summary>
    internal static LettaUsage? Read(JsonElement message)
    {
        var usage = new LettaUsage(
            Count(message, "prompt_tokens"),
            Count(message, "completion_tokens"),
            Count(message, "cached_input_tokens"),
            Count(message, "cache_write_tokens"),
            Count(message, "reasoning_tokens"),
            Count(message, "context_tokens")
        );
        return usage is { Input: null, Output: null, Context: null } ? null : usage;
    }

    /// <summary>A turn with several questions to its model counts each of them.</summary>
    public LettaUsage Plus(LettaUsage next) =>
        new(
            Sum(Input, next.Input),
            Sum(Output, next.Output),
            Sum(CachedRead, next.CachedRead),
            Sum(CacheWrite, next.CacheWrite),
            Sum(Reasoning, next.Reasoning),
            next.Context ?? Context
        );

    private static long? Sum(long? one, long? other) => one is null ? other : one + (other ?? 0);

    private static long? Count(JsonElement message, string name) =>
        message.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
        && number is > 0 and <= int.MaxValue
            ? number
            : null;
}

/// <summary>How full an agent's context is, as its server says it. Numbers are null where it says nothing.</summary>
/// <param name="Tokens">In use.</param>
/// <param name="Window">Tokens at most.</param>
/// <param name="System">Tokens of the system prompt alone.</param>
/// <param name="Messages">Messages in it.</param>
public sealed record LettaContext(int? Tokens, int? Window, int? System = null, int? Messages = null)
{
    internal static int? Count(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object
        && from.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var number)
        && number >= 0
            ? number
            : null;
}
