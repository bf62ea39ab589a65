using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>A conversation in a list.</summary>
/// <param name="With">Who answers, as people call it.</param>
/// <param name="IsOwn">It belongs to whoever looks; the others are shared with everybody and can only be read.</param>
public sealed record ConversationRow(
    Guid Id,
    string Title,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    int MessageCount,
    bool IsPinned,
    bool IsArchived,
    bool IsTemporary,
    bool IsShared,
    ConversationPartner Partner,
    int? AgentId,
    int? ConfigId,
    string With,
    bool IsOwn,
    int Version
) : IHasVersion;

/// <summary>A tool that was called.</summary>
/// <param name="Result">What came back; null as long as nothing has.</param>
public sealed record ConversationToolCall(string Id, string? Name, string Arguments, string? Result = null, bool IsBad = false);

/// <summary>A text file that came with a message.</summary>
public sealed record ConversationAttachment(string Name, string Text);

/// <summary>A message as it is shown.</summary>
/// <param name="Length">Characters of the whole content.</param>
/// <param name="IsCut">Only the first of them are here.</param>
/// <param name="Branch">Which one of those that stand beside each other, from 1 on.</param>
/// <param name="IsSummary">A model is given it in place of what was said before it.</param>
/// <param name="RunId">The run that makes it now, or will; null where none does.</param>
public sealed record ConversationMessageView(
    Guid Id,
    Guid? ParentId,
    string Role,
    string Content,
    int Length,
    bool IsCut,
    ConversationMessageState State,
    string? Reasoning,
    IReadOnlyList<ConversationToolCall> ToolCalls,
    IReadOnlyList<ConversationAttachment> Attachments,
    string? Model,
    int? InputTokens,
    int? OutputTokens,
    string? Problem,
    DateTimeOffset CreatedAt,
    int Branch,
    int Branches,
    int? RunId,
    bool IsSummary
)
{
    /// <summary>Those beside it, in their order; more than one where it was edited or made again.</summary>
    [JsonIgnore]
    public IReadOnlyList<Guid> Siblings { get; init; } = [];

    [JsonIgnore]
    public bool IsOfUser => Role == ConversationMessage.User;

    [JsonIgnore]
    public bool IsOpen => State is ConversationMessageState.Waiting or ConversationMessageState.Streaming;
}

/// <summary>Messages of the branch that is shown, the oldest first.</summary>
/// <param name="Before">What the page before this one ends before; null where there is none.</param>
public sealed record ConversationPage(IReadOnlyList<ConversationMessageView> Messages, Guid? Before);

/// <summary>Somebody who can answer; neither an agent nor a model is the model in force.</summary>
public sealed record ConversationPartnerRow(string Name, int? AgentId, int? ConfigId)
{
    private const string OfAgent = "agent:",
        OfModel = "model:";

    /// <summary>As a page keeps it.</summary>
    public string Key =>
        AgentId is { } agent ? $"{OfAgent}{agent}"
        : ConfigId is { } config ? $"{OfModel}{config}"
        : "";

    public static (int? AgentId, int? ConfigId) Read(string? key) =>
        key?.StartsWith(OfAgent, StringComparison.Ordinal) == true ? (NumberIn(key[OfAgent.Length..]), null)
        : key?.StartsWith(OfModel, StringComparison.Ordinal) == true ? (null, NumberIn(key[OfModel.Length..]))
        : (null, null);

    private static int? NumberIn(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>A conversation that a search found, and what it says.</summary>
public sealed record ConversationHit(ConversationRow Conversation, Guid? MessageId, string? Excerpt);
