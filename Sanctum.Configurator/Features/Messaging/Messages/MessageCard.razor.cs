using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Messaging.Queue;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>One message: all of it, and what became of it.</summary>
public sealed partial class MessageCard
{
    private MessageView? _view;

    [Parameter, EditorRequired]
    public required int Id { get; set; }

    [Parameter, EditorRequired]
    public required string CloseUrl { get; set; }

    [Inject]
    public required MessageReader Messages { get; init; }

    [Inject]
    public required MessageActs Acts { get; init; }

    [Inject]
    public required Signal<QueueChanged> QueueChanges { get; init; }

    protected override object LoadKey => Id;

    private bool CanResend => _view?.Message is { ChannelId: not null } row && (row.IsOutgoing || row.AgentResponse is { Length: > 0 });

    protected override void OnInitialized()
    {
        Watch(MessageLabels.ShownTables);
        Follow(QueueChanges, _ => InvokeAsync(ReloadAsync));
    }

    protected override async Task ReadAsync(CancellationToken cancel) => _view = await Messages.FindAsync(Id, cancel);

    private async Task NoteAsync()
    {
        if (
            await Dialogs.AskAsync<NoteDialog, MessageView>(
                new Dictionary<string, object?>
                {
                    [nameof(NoteDialog.MessageId)] = Id,
                    [nameof(NoteDialog.Form)] = new NoteForm { Note = _view!.Message.Note },
                }
            )
            is not null
        )
        {
            Notices.Say("The note was saved.");
            await ReloadAsync();
        }
    }

    private async Task ResendAsync()
    {
        var isUnknown = _view!.Pieces.Any(piece => piece.Status == Registry.Messaging.OutboxStatus.Unknown);
        if (
            !await Confirm.AskAsync(
                "Send it again?",
                isUnknown ? "It may have arrived: the person then gets it twice." : "The person gets the whole answer once more.",
                "Send again",
                isDanger: false
            )
        )
        {
            return;
        }

        await WorkAsync(async () =>
        {
            var sent = await Acts.ResendAsync(Id, CancellationToken.None);
            Problem = sent.ProblemWith("The message");
            if (Problem is null)
            {
                Notices.Say("The answer is on its way.");
            }
        });

        await ReloadAsync();
    }
}
