using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Rendering;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>One message, with what can be done about it.</summary>
public sealed partial class ChatLine
{
    /// <summary>Characters of what a tool was given, or gave, or of a file.</summary>
    private const int MostOfATool = 4_000;

    private ConversationMessageView? _read;
    private IReadOnlyList<MarkdownBlocks.Block> _blocks = [];

    [Parameter, EditorRequired]
    public required ConversationMessageView Message { get; set; }

    /// <summary>The answer while it is made; null where it is not this one.</summary>
    [Parameter]
    public LiveAnswer? Live { get; set; }

    [Parameter]
    public bool CanWrite { get; set; }

    [Parameter]
    public bool IsAgent { get; set; }

    [Parameter]
    public EventCallback Copied { get; set; }

    [Parameter]
    public EventCallback Edited { get; set; }

    [Parameter]
    public EventCallback Regenerated { get; set; }

    [Parameter]
    public EventCallback Continued { get; set; }

    [Parameter]
    public EventCallback Withdrawn { get; set; }

    [Parameter]
    public EventCallback<Guid> BranchShown { get; set; }

    /// <summary>What the model was given is asked for.</summary>
    [Parameter]
    public EventCallback SentShown { get; set; }

    [Parameter]
    public EventCallback SummaryRemoved { get; set; }

    [Parameter]
    public EventCallback More { get; set; }

    private string Who =>
        Message.Role switch
        {
            ConversationMessage.User => "You",
            ConversationMessage.System when Message.IsSummary => "Summary of what was said before",
            ConversationMessage.System => "System",
            _ => Message.Model ?? "Answer",
        };

    private string? StateText =>
        Live is not null
            ? "is answering…"
            : Message.State switch
            {
                ConversationMessageState.Waiting => "waits for its turn",
                ConversationMessageState.Streaming => "is answering…",
                ConversationMessageState.Stopped => "stopped",
                ConversationMessageState.CutOff => "cut off",
                ConversationMessageState.Failed => "failed",
                ConversationMessageState.AwaitingApproval => "waits for an approval",
                _ => null,
            };

    private string? Reasoning => Live?.Reasoning ?? Message.Reasoning;

    private IReadOnlyList<ConversationToolCall> Calls => Live?.Calls is { Count: > 0 } calls ? calls : Message.ToolCalls;

    private IEnumerable<MarkdownBlocks.Block> Blocks => Live?.Blocks.Blocks ?? _blocks;

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_read, Message) && Live is null && !Message.IsOfUser)
        {
            _blocks = _read?.Content == Message.Content ? _blocks : [new(0, MarkdownText.Html(Message.Content))];
            _read = Message;
        }
    }

    private static string Shorten(string text)
    {
        var shown = Unseen.Reveal(WholeText.Of(text.Length <= MostOfATool ? text : text[..MostOfATool]));
        return text.Length <= MostOfATool ? shown : $"{shown}… ({text.Length:N0} characters)";
    }
}
