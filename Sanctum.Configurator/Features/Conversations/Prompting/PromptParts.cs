using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Conversations.Prompting;

/// <summary>What a model or an agent was given for an answer, taken apart.</summary>
/// <param name="Note">What could not be looked for, in a sentence; null where nothing was missing.</param>
/// <param name="Messages">The messages that were sent, the oldest first.</param>
/// <param name="LeftOut">Messages before them that were not sent, as far as it is known.</param>
public sealed record PromptParts(
    IReadOnlyList<PromptPart> Parts,
    IReadOnlyList<PromptMemory> Memories,
    string? Note,
    IReadOnlyList<Guid> Messages,
    int LeftOut
)
{
    /// <summary>The agent that it was given to, which keeps what it was given; null for a model.</summary>
    public int? AgentId { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, ApiJson.Options);

    internal static PromptParts Read(string json) => JsonSerializer.Deserialize<PromptParts>(json, ApiJson.Options)!;
}

/// <summary>A part of the system prompt.</summary>
public sealed record PromptPart(string Title, int Tokens);

/// <summary>A memory that was sent, as it was then.</summary>
/// <param name="Why">Why it was chosen, in a sentence.</param>
public sealed record PromptMemory(Guid Id, MemoryKind Kind, MemoryScope Scope, string Content, string Why)
{
    internal static IReadOnlyList<PromptMemory> Of(IReadOnlyList<RecalledMemory> memories) =>
        [.. memories.Select(memory => new PromptMemory(memory.Id, memory.Kind, memory.Scope, memory.Content, memory.Why))];
}

/// <summary>What was sent for an answer.</summary>
/// <param name="System">The system prompt, or what an agent was given ahead of the message, as it was sent; empty where there was none.</param>
/// <param name="Tokens">Of all that was sent.</param>
/// <param name="IsEstimated">The model's own tokenizer is not known.</param>
public sealed record SentPrompt(Guid MessageId, string System, PromptParts Parts, int Tokens, bool IsEstimated, DateTimeOffset CreatedAt);

/// <summary>A prompt before it is sent.</summary>
internal sealed record BuiltPrompt(string System, IReadOnlyList<SaidMessage> Messages, PromptParts Parts, int Tokens, bool IsEstimated);
