namespace Sanctum.Configurator.Registry.Models;

/// <summary>One call of a model, with what it took and what it cost then. It outlives the configuration, so it names what was called.</summary>
public sealed class LlmUsage
{
    public long Id { get; private set; }
    public DateTimeOffset UsedAt { get; init; }
    public int? ConfigId { get; init; }
    public required string Type { get; init; }
    public required string Model { get; init; }
    public int? AgentId { get; init; }
    public int? UserId { get; init; }

    /// <summary>What it was a part of, such as a conversation's id or "test".</summary>
    public string? Conversation { get; init; }

    /// <summary>Tokens of the question that were neither read from a cache nor written to one; null where the provider did not say.</summary>
    public long? InputTokens { get; init; }
    public long? CachedReadTokens { get; init; }
    public long? CacheWriteTokens { get; init; }

    /// <summary>Tokens of the answer without those of thinking.</summary>
    public long? OutputTokens { get; init; }
    public long? ReasoningTokens { get; init; }
    public long? EmbeddingTokens { get; init; }

    /// <summary>Millionths of a dollar, by the prices of that day; null where a price or a number of tokens is unknown.</summary>
    public long? CostMicros { get; init; }

    /// <summary>JSON: the prices that were used, by kind of token, in millionths of a dollar for a million tokens, and "estimated" where the console
    /// counted the tokens, as the provider did not.</summary>
    public string? Prices { get; init; }
    public double? FirstTokenMs { get; init; }
    public double TotalMs { get; init; }

    /// <summary>"ok", "cancelled", or the verdict's word of what failed.</summary>
    public required string Outcome { get; init; }
}
