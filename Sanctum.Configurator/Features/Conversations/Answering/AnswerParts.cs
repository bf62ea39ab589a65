using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>What comes while an answer is made, whoever makes it.</summary>
public abstract record AnswerPart
{
    private AnswerPart() { }

    internal sealed record Text(string Said) : AnswerPart;

    internal sealed record Reasoning(string Thought) : AnswerPart;

    internal sealed record Tool(ConversationToolCall Call) : AnswerPart;

    /// <summary>It is told from its beginning.</summary>
    internal sealed record Again : AnswerPart;

    /// <summary>Who answers.</summary>
    internal sealed record By(string Name) : AnswerPart;

    /// <param name="OfLetta">As a Letta server counted them: of the whole turn so far.</param>
    internal sealed record Tokens(long? Input, long? Output, LettaUsage? OfLetta = null) : AnswerPart;

    /// <summary>The run at Letta.</summary>
    internal sealed record LettaRun(string Id) : AnswerPart;

    /// <summary>A call waits for somebody to allow it; nothing comes after this.</summary>
    internal sealed record Awaits : AnswerPart;

    /// <summary>It failed, in a sentence.</summary>
    internal sealed record Failed(string Why) : AnswerPart;
}
