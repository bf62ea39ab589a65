using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>A conversation as a file of another program has it.</summary>
/// <param name="Id">Its id there, or a fingerprint of what it says.</param>
/// <param name="Leaf">The message at the end of the branch that was shown there.</param>
internal sealed record ImportedConversation(
    string Id,
    string? Title,
    DateTimeOffset? CreatedAt,
    string? Leaf,
    IReadOnlyList<ImportedMessage> Messages
)
{
    public bool IsArchived { get; init; }

    public bool IsPinned { get; init; }
}

/// <summary>A message of it. Its parent stands somewhere in the same conversation.</summary>
internal sealed record ImportedMessage(string Id, string? Parent, string Role, string Content, DateTimeOffset? At)
{
    public string? Model { get; init; }

    public string? Reasoning { get; init; }

    public IReadOnlyList<ConversationAttachment> Attachments { get; init; } = [];

    public IReadOnlyList<ConversationToolCall> ToolCalls { get; init; } = [];

    public ConversationMessageState State { get; init; }

    public string? Problem { get; init; }
}

/// <summary>What is wrong with one conversation, or with a part of it.</summary>
/// <param name="Conversation">Its title, or its place in the file.</param>
public sealed record ImportProblem(string Conversation, string Problem);

/// <summary>What a file has, or brought.</summary>
/// <param name="Source">Which program wrote it.</param>
/// <param name="Known">Conversations that were imported before and stay as they are.</param>
/// <param name="Failed">Conversations that can't be imported; the problems say why.</param>
public sealed record ImportReport(
    string Source,
    int Conversations,
    int Messages,
    int Known,
    int Failed,
    bool IsPreview,
    IReadOnlyList<ImportProblem> Problems
);
