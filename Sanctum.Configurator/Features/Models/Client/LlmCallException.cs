namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>A call of a model failed. Neither text holds the key.</summary>
/// <param name="hint">What to do next.</param>
internal sealed class LlmCallException(LlmVerdict verdict, string message, string hint, Exception? inner = null) : Exception(message, inner)
{
    public LlmVerdict Verdict => verdict;

    public string Hint => hint;
}
