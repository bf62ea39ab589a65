using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>What waits to be sent, what did not arrive, and what is decided about it.</summary>
public sealed partial class OutboxPage
{
    private DataTable<OutboxRow> _table = null!;
    private string? _problem;

    [SupplyParameterFromQuery(Name = "state")]
    public string? Chosen { get; set; }

    [SupplyParameterFromQuery(Name = "channel")]
    public int? ChannelId { get; set; }

    [Inject]
    public required OutboxReader Reader { get; init; }

    [Inject]
    public required OutboxService Outbox { get; init; }

    private string Status => Chosen is { } chosen && OutboxFilter.States.Contains(chosen) ? chosen : OutboxFilter.Open;

    protected override void OnInitialized() => Watch(ReloadListAsync, Tables.Outbox);

    private Task ReloadListAsync() => _table.ReloadAsync();

    private Task<PageOf<OutboxRow>> ListAsync(PageRequest page, CancellationToken cancel) =>
        Reader.PageAsync(new(Status, ChannelId), page, cancel);

    private async Task RetryAsync(OutboxRow piece)
    {
        if (
            piece.Status != OutboxStatus.Unknown
            || await Confirm.AskAsync("Send again?", "It may have arrived already. Then the person gets it twice.", "Send again")
        )
        {
            await SayAsync(await Outbox.RetryAsync(piece.Id, CancellationToken.None), "It is sent again.");
        }
    }

    private async Task ResolveAsync(OutboxRow piece) =>
        await SayAsync(await Outbox.ResolveAsync(piece.Id, CancellationToken.None), "Marked as arrived.");

    private async Task CancelAsync(OutboxRow piece)
    {
        if (
            await Confirm.AskAsync(
                "Cancel this message?",
                "It is not sent, nor are the parts of the same answer after it.",
                "Cancel message"
            )
        )
        {
            await SayAsync(await Outbox.CancelAsync(piece.Id, CancellationToken.None), "It is cancelled.");
        }
    }

    private async Task SayAsync(Outcome<OutboxRow> outcome, string done)
    {
        _problem = outcome.ProblemWith("This message");
        if (_problem is null)
        {
            Notices.Say(done, Tone.Good);
        }

        await ReloadListAsync();
    }
}
