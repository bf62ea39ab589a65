using Microsoft.Extensions.AI;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>The tokens of a call by their kinds, of which none is a part of another. Null where nobody counted them.</summary>
/// <param name="IsEstimated">The provider did not say, so that the console counted them itself.</param>
public sealed record TokenCounts(
    long? Input,
    long? CachedRead,
    long? CacheWrite,
    long? Output,
    long? Reasoning,
    long? Embedding,
    bool IsEstimated = false
)
{
    private const string Estimated = "SanctumEstimated";

    public static readonly TokenCounts Unknown = new(null, null, null, null, null, null);

    /// <summary>Tokens of all kinds, as far as they are known.</summary>
    public long Total => (Input ?? 0) + (CachedRead ?? 0) + (CacheWrite ?? 0) + (Output ?? 0) + (Reasoning ?? 0) + (Embedding ?? 0);

    /// <summary>Libraries count what was cached into the question, and thinking into the answer.</summary>
    public static TokenCounts Of(UsageDetails? usage)
    {
        if (usage is null || (usage.InputTokenCount is null && usage.OutputTokenCount is null))
        {
            return Unknown;
        }

        var written = usage
            .AdditionalCounts?.FirstOrDefault(count => count.Key.Contains("CacheCreation", StringComparison.OrdinalIgnoreCase))
            .Value;
        var (read, thought) = (usage.CachedInputTokenCount ?? 0, usage.ReasoningTokenCount ?? 0);
        return new(
            Rest(usage.InputTokenCount, read + (written ?? 0)),
            read,
            written ?? 0,
            Rest(usage.OutputTokenCount, thought),
            thought,
            null,
            usage.AdditionalCounts?.ContainsKey(Estimated) == true
        );
    }

    /// <summary>As libraries say it; what they said already stays.</summary>
    internal UsageDetails? ToUsage(UsageDetails? said) =>
        IsEstimated
            ? new()
            {
                InputTokenCount = Input,
                OutputTokenCount = Output,
                TotalTokenCount = Total,
                AdditionalCounts = new() { [Estimated] = 1 },
            }
            : said;

    public long? Of(LlmTokenKind kind) =>
        kind switch
        {
            LlmTokenKind.Input => Input,
            LlmTokenKind.CachedRead => CachedRead,
            LlmTokenKind.CacheWrite => CacheWrite,
            LlmTokenKind.Output => Output,
            LlmTokenKind.Reasoning => Reasoning,
            _ => Embedding,
        };

    private static long? Rest(long? all, long part) => all is { } count ? Math.Max(0, count - part) : null;
}
