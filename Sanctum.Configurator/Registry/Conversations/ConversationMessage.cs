namespace Sanctum.Configurator.Registry.Conversations;

/// <summary>
/// What was said. Messages are a tree: an answer that is made again, and a question that is worded anew, stand beside the first. Those of
/// other programs have no parent and stand in the order in which they were written.
/// </summary>
public sealed class ConversationMessage
{
    public const string User = "user";
    public const string Assistant = "assistant";
    public const string System = "system";

    public Guid Id { get; init; }
    public Guid ConversationId { get; init; }
    public required string Role { get; init; }
    public required string Content { get; set; }

    /// <summary>Of other programs: what was generated, and its variants.</summary>
    public string? Code { get; init; }
    public string? VariantCodes { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public Guid? ParentId { get; init; }

    /// <summary>It begins the conversation, and nothing stands before it.</summary>
    public bool IsFirst { get; init; }

    /// <summary>It stands for all that was said before it: a model is given it instead.</summary>
    public bool IsSummary { get; init; }
    public ConversationMessageState State { get; set; }
    public string? Reasoning { get; set; }

    /// <summary>JSON array: the tools that were called, with what they were given and what came back.</summary>
    public string? ToolCalls { get; set; }

    /// <summary>JSON array: the text files that came with it.</summary>
    public string? Attachments { get; init; }

    /// <summary>Who answered, as people call it.</summary>
    public string? Model { get; set; }
    public int? InputTokens { get; set; }
    public int? OutputTokens { get; set; }

    /// <summary>Why it is not complete, in a sentence.</summary>
    public string? Problem { get; set; }
}
