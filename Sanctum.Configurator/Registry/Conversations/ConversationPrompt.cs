namespace Sanctum.Configurator.Registry.Conversations;

/// <summary>What a model was given for an answer, besides the messages themselves.</summary>
public sealed class ConversationPrompt
{
    /// <summary>The answer.</summary>
    public Guid MessageId { get; init; }

    /// <summary>The system prompt, as it was sent.</summary>
    public required string System { get; init; }

    /// <summary>JSON: its parts, the memories with why each was chosen, and the messages that were sent and left out.</summary>
    public required string Parts { get; init; }

    /// <summary>Tokens of all that was sent.</summary>
    public int Tokens { get; init; }

    /// <summary>There is no tokenizer of the model: the number is by another one's.</summary>
    public bool IsEstimated { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
