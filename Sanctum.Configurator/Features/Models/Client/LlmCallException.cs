namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>A call of a model failed. Neither text holds the key.</summary>
/// <param name="hint">What to do next.</param>
public sealed class LlmCallException(LlmVerdict verdict, string message, string hint, Exception? inner = null) : Exception(message, inner)
{
    public LlmVerdict Verdict => verdict;

    public string Hint => hint;

    /// <summary>How long the provider asks to be left alone; null where it says nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
