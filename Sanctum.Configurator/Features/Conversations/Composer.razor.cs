using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>Where a message is written, with text files, and sent; and where the answer is stopped.</summary>
public sealed partial class Composer
{
    /// <summary>Bytes of a file: what has more is longer than what a message may have.</summary>
    private const long MostBytes = 1_000_000;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private static readonly IReadOnlyList<Choice<string>> Ways =
    [
        new(nameof(WhileAnswering.Queue), "is answered next"),
        new(nameof(WhileAnswering.Steer), "steers: begin anew with both"),
        new(nameof(WhileAnswering.Interrupt), "interrupts the answer"),
    ];

    private string? _problem;

    [Parameter, EditorRequired]
    public required ComposerDraft Draft { get; set; }

    [Parameter]
    public string? Problem { get; set; }

    [Parameter]
    public bool IsBusy { get; set; }

    /// <summary>An answer is being made.</summary>
    [Parameter]
    public bool IsAnswering { get; set; }

    /// <summary>The text is that of an earlier message.</summary>
    [Parameter]
    public bool Editing { get; set; }

    [Parameter]
    public EventCallback EditingEnded { get; set; }

    [Parameter]
    public EventCallback LastMessageChosen { get; set; }

    [Parameter]
    public EventCallback Stopped { get; set; }

    [Parameter]
    public EventCallback Sent { get; set; }

    private Task SendAsync()
    {
        _problem = null;
        return string.IsNullOrWhiteSpace(Draft.Text) && Draft.Files.Count == 0 ? Task.CompletedTask : Sent.InvokeAsync();
    }

    private async Task AttachAsync(IReadOnlyList<IBrowserFile>? files)
    {
        _problem = null;
        foreach (var file in files ?? [])
        {
            if (file.Size > MostBytes)
            {
                _problem = $"{file.Name} is longer than {MostBytes / 1_000_000} MB. Shorten it, or leave it out.";
                return;
            }

            try
            {
                using var content = new MemoryStream();
                await using var upload = file.OpenReadStream(MostBytes);
                await upload.CopyToAsync(content);
                Draft.Files.Add(new() { Name = file.Name, Text = TextOf(content.ToArray()) });
            }
            catch (DecoderFallbackException)
            {
                _problem = $"{file.Name} is not text. Only text files can be attached: their text goes into the message.";
                return;
            }
            catch (IOException)
            {
                _problem = $"{file.Name} could not be read. Choose it again.";
                return;
            }
        }

        _problem = AttachedFiles.ProblemWith([.. Draft.Files.Select(file => file.ToAttachment())]);
    }

    /// <exception cref="DecoderFallbackException">It is no text.</exception>
    private static string TextOf(byte[] bytes)
    {
        var text = Strict.GetString(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes);
        return text.Contains('\0', StringComparison.Ordinal) ? throw new DecoderFallbackException() : text;
    }
}
