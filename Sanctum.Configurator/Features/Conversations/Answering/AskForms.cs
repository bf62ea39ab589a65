using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>What becomes of a message that is sent while an answer is made.</summary>
public enum WhileAnswering
{
    /// <summary>It is answered next.</summary>
    [JsonStringEnumMemberName("queue")]
    Queue,

    /// <summary>The answer ends, and begins anew with both messages.</summary>
    [JsonStringEnumMemberName("steer")]
    Steer,

    /// <summary>The answer ends where it is, and this is answered next.</summary>
    [JsonStringEnumMemberName("interrupt")]
    Interrupt,
}

/// <summary>Something that is asked.</summary>
public sealed class AskForm
{
    public const int LongestText = 200_000;

    /// <summary>Null begins a conversation.</summary>
    public Guid? ConversationId { get; set; }

    /// <summary>The id of the message, by which a call that is repeated is known; null makes one.</summary>
    public Guid? MessageId { get; set; }

    [TextLimit(LongestText)]
    public string? Text { get; set; }

    [TextLimit(AttachedFiles.MostCharacters, MostEntries = AttachedFiles.Most)]
    public IReadOnlyList<AttachmentForm>? Attachments { get; set; }

    public WhileAnswering WhileAnswering { get; set; }

    /// <summary>Of a new conversation: the agent that answers.</summary>
    public int? AgentId { get; set; }

    /// <summary>Of a new conversation: the model that answers.</summary>
    public int? ConfigId { get; set; }

    /// <summary>Of a new conversation: it goes by itself.</summary>
    public bool IsTemporary { get; set; }
}

/// <summary>A text file that comes with a message.</summary>
public sealed class AttachmentForm
{
    [TextLimit(255)]
    public string? Name { get; set; }

    [TextLimit(AttachedFiles.MostCharacters)]
    public string? Text { get; set; }

    internal ConversationAttachment ToAttachment() => new(Platform.Unseen.Reveal(Name ?? ""), Text ?? "");
}

/// <summary>A question in other words.</summary>
public sealed class EditForm
{
    [TextLimit(AskForm.LongestText)]
    public string? Text { get; set; }
}

/// <summary>Somebody allows what an agent wants to do, or doesn't.</summary>
public sealed class DecisionForm
{
    public bool? Approve { get; set; }

    /// <summary>What was shown: where something else waits by now, nothing is decided.</summary>
    [TextLimit(Lengths.Line)]
    public string? RequestId { get; set; }

    [TextLimit(Lengths.Line)]
    public string? Reason { get; set; }
}

/// <summary>An answer that is made, or waits for its turn.</summary>
/// <param name="MessageId">The answer.</param>
public sealed record BegunAnswer(Guid ConversationId, Guid QuestionId, Guid MessageId, int RunId);
