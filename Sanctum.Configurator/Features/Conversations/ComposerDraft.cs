using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>What is about to be said.</summary>
public sealed class ComposerDraft
{
    private (string Text, IReadOnlyList<AttachmentForm> Files) _sent = ("", []);

    [TextLimit(AskForm.LongestText)]
    public string? Text { get; set; }

    public List<AttachmentForm> Files { get; } = [];

    public WhileAnswering WhileAnswering { get; set; }

    /// <summary>Takes out what was made a form of last, as it was sent. What was written or attached meanwhile stays.</summary>
    public void TakeOutSent()
    {
        Text = Text is { } now && now.StartsWith(_sent.Text, StringComparison.Ordinal) ? now[_sent.Text.Length..] : Text;
        Files.RemoveAll(_sent.Files.Contains);
    }

    internal AskForm ToForm()
    {
        _sent = (Text ?? "", [.. Files]);
        return new()
        {
            Text = Text,
            Attachments = [.. Files],
            WhileAnswering = WhileAnswering,
        };
    }
}
