using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>What is about to be said.</summary>
public sealed class ComposerDraft
{
    [TextLimit(AskForm.LongestText)]
    public string? Text { get; set; }

    public List<AttachmentForm> Files { get; } = [];

    public WhileAnswering WhileAnswering { get; set; }

    public void Clear()
    {
        Text = "";
        Files.Clear();
    }

    internal AskForm ToForm() =>
        new()
        {
            Text = Text,
            Attachments = [.. Files],
            WhileAnswering = WhileAnswering,
        };
}
