namespace Sanctum.Configurator.Registry.GeneratedCode;

/// <summary>A block of code from an answer, kept for itself: it stays when its conversation goes.</summary>
public sealed class CodeBlock
{
    public Guid Id { get; init; }
    public Guid? ConversationId { get; init; }
    public Guid? MessageId { get; init; }

    /// <summary>What it is called, such as "PricingCard"; null where it has no name.</summary>
    public string? ComponentName { get; set; }
    public required string Code { get; init; }

    /// <summary>The question it answered.</summary>
    public string? Prompt { get; init; }

    /// <summary>Which of several in one answer, such as "Variant A".</summary>
    public string? VariantLabel { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whose it is: the id of the console's user as text, or whatever another program calls them.</summary>
    public string? UserId { get; init; }

    /// <summary>As the block said it, such as "tsx"; null where it said none.</summary>
    public string? Language { get; init; }

    /// <summary>Its place in the answer, from 1; null where another program wrote it.</summary>
    public int? Ordinal { get; init; }
}

/// <summary>A version of one of the files of the design system. The active one goes into prompts.</summary>
public sealed class DesignFile
{
    public int Id { get; private set; }
    public DesignFileKind Kind { get; init; }

    /// <summary>1 for the first of its kind, and so on.</summary>
    public int Number { get; init; }

    /// <summary>JSON, as it was imported.</summary>
    public required string Content { get; init; }
    public bool IsActive { get; set; }
    public string? CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
