using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>One event of an answer that is followed.</summary>
/// <param name="Id">By which the next call goes on after it; null for one that is no part of the answer.</param>
public sealed record AnswerEvent(string Kind, object Data, string? Id);

/// <summary>An answer begins to be told.</summary>
/// <param name="Content">What it goes on from.</param>
internal sealed record AnswerStarted(Guid ConversationId, Guid? QuestionId, Guid MessageId, int RunId, string Content);

/// <summary>A piece of an answer, or of the thoughts before it.</summary>
internal sealed record AnswerPiece(string Text);

/// <summary>How an answer ended.</summary>
internal sealed record AnswerEnded(
    Guid MessageId,
    ConversationMessageState State,
    string? Problem,
    string? Model,
    int? InputTokens,
    int? OutputTokens
);
