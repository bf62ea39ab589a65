namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>The protocol that a provider speaks.</summary>
public enum LlmDialect
{
    OpenAi,
    Anthropic,
}

/// <summary>A kind of provider: what is known of all that the operator does not have to say.</summary>
/// <param name="Type">As <c>llm_config.type</c> has it.</param>
/// <param name="Address">Where its API begins; null where each has one of its own.</param>
/// <param name="KeyVariables">The environment variables that hold its key, the first that is set counts.</param>
/// <param name="NeedsKey">Nothing comes of it without a key.</param>
/// <param name="Path">The path of the API where somebody types an address without one.</param>
public sealed record LlmProvider(
    string Type,
    string Name,
    LlmDialect Dialect,
    string? Address,
    IReadOnlyList<string> KeyVariables,
    bool NeedsKey,
    string Path = "/v1"
)
{
    public const string OpenAi = "openai";
    public const string Anthropic = "anthropic";
    public const string Azure = "azure";
    public const string Compatible = "compatible";

    /// <summary>In the order in which they are offered.</summary>
    public static readonly IReadOnlyList<LlmProvider> All =
    [
        new(OpenAi, "OpenAI", LlmDialect.OpenAi, "https://api.openai.com/v1", ["OPENAI_API_KEY"], true),
        new(Anthropic, "Anthropic", LlmDialect.Anthropic, "https://api.anthropic.com", ["ANTHROPIC_API_KEY"], true, ""),
        new(
            "gemini",
            "Google Gemini",
            LlmDialect.OpenAi,
            "https://generativelanguage.googleapis.com/v1beta/openai",
            ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
            true,
            "/v1beta/openai"
        ),
        new("openrouter", "OpenRouter", LlmDialect.OpenAi, "https://openrouter.ai/api/v1", ["OPENROUTER_API_KEY"], true, "/api/v1"),
        new(Azure, "Azure OpenAI", LlmDialect.OpenAi, null, ["AZURE_OPENAI_API_KEY"], true, "/openai/v1"),
        new("ollama", "Ollama", LlmDialect.OpenAi, "http://localhost:11434/v1", [], false),
        new("vllm", "vLLM", LlmDialect.OpenAi, "http://localhost:8000/v1", [], false),
        new("lmstudio", "LM Studio", LlmDialect.OpenAi, "http://localhost:1234/v1", [], false),
        new("letta", "Letta App Server", LlmDialect.OpenAi, null, [], false),
        new(Compatible, "OpenAI-compatible", LlmDialect.OpenAi, null, [], false),
    ];

    /// <summary>What is known of a type; another program may write one that nobody knows, which then is taken for compatible.</summary>
    public static LlmProvider Of(string type) => Find(type) ?? All[^1] with { Type = type, Name = type };

    public static LlmProvider? Find(string type) =>
        All.FirstOrDefault(provider => string.Equals(provider.Type, type.Trim(), StringComparison.OrdinalIgnoreCase));
}
