using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>An answer that this console makes now.</summary>
public sealed record ClaimedRun(ConversationRun Run);

/// <summary>How the making of an answer ended.</summary>
/// <param name="Problem">Why it is not complete, in a sentence.</param>
internal sealed record RunEnd(ConversationMessageState State, string? Problem = null)
{
    /// <summary>The answer as far as it came; null where it is to be read from its pieces.</summary>
    public AnswerSoFar? Answer { get; init; }

    public string? Model { get; init; }

    public int? InputTokens { get; init; }

    public int? OutputTokens { get; init; }

    /// <summary>It goes on elsewhere: another console, or the next start of this one, takes it up.</summary>
    public bool IsHandedOver { get; init; }
}

/// <summary>The answers that this console makes now.</summary>
internal sealed class LiveAnswers : LiveWork;

/// <summary>There may be something for the engine to begin.</summary>
internal sealed record RunsWait;

/// <summary>An answer has gone on, or ended.</summary>
public sealed record AnswerMoved(int RunId);
