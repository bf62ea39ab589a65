namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>Which code is listed.</summary>
/// <param name="Words">By the rules of the search in logs, in names, questions and code.</param>
/// <param name="Conversation">Only of this one, which may be somebody else's that is shared.</param>
public sealed record CodeFilter(
    string? Words = null,
    string? Language = null,
    string? Name = null,
    Guid? Conversation = null,
    Guid? Message = null
);

/// <summary>A block of code as it is listed.</summary>
/// <param name="Excerpt">Its first lines.</param>
/// <param name="Characters">Of the whole code.</param>
/// <param name="ConversationId">Null where the conversation was deleted.</param>
/// <param name="Ordinal">Its place in the answer, from 1.</param>
public sealed record CodeRow(
    Guid Id,
    string? ComponentName,
    string? VariantLabel,
    string? Language,
    DateTimeOffset CreatedAt,
    Guid? ConversationId,
    Guid? MessageId,
    int? Ordinal,
    int Characters,
    string Excerpt,
    bool IsOwn
)
{
    /// <summary>What it is called in lists, whatever is known of it.</summary>
    internal string Title => ComponentName ?? (Language is null ? "Code" : $"{CodeLanguages.NameOf(Language)} code");

    /// <summary>It can be drawn without running anything.</summary>
    internal bool HasPicture => Characters <= LongestOfPicture && CodePreview.IsDrawn(Language, Excerpt);

    private const int LongestOfPicture = 200_000;

    internal string FullTitle => VariantLabel is null ? Title : $"{Title}, {VariantLabel}";
}

/// <summary>A block of code with all of it.</summary>
/// <param name="Prompt">The question that it answered.</param>
/// <param name="Preview">Why it can't be shown as what it is; null where it can.</param>
/// <param name="Others">Other blocks of the same component, the newest first, and of the same answer.</param>
public sealed record CodeView(CodeRow Row, string Code, string? Prompt, string? NoPreview, IReadOnlyList<CodeRow> Others);

/// <summary>What the filters of a list of code offer.</summary>
public sealed record CodeChoices(IReadOnlyList<string> Languages, IReadOnlyList<string> Names);
