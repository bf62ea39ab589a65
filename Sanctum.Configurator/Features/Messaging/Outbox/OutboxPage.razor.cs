using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>What waits to be sent, what did not arrive, and what is decided about it.</summary>
public sealed partial class OutboxPage
{
    private readonly Selection _selection = new();
    private DataTable<OutboxRow> _table = null!;
    private int _total;
    private bool _mayDecide;
    private string? _problem;

    [SupplyParameterFromQuery(Name = "state")]
    public string? Chosen { get; set; }

    [SupplyParameterFromQuery(Name = "channel")]
    public int? ChannelId { get; set; }

    [Inject]
    public required OutboxReader Reader { get; init; }

    [Inject]
    public required OutboxService Outbox { get; init; }

    [Inject]
    public required OutboxActs Acts { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    private string Status => Chosen is { } chosen && OutboxFilter.States.Contains(chosen) ? chosen : OutboxFilter.Open;

    protected override void OnInitialized() => Watch(ReloadListAsync, Tables.Outbox);

    private Task ReloadListAsync() => _table.ReloadAsync();

    protected override async Task ReadAsync(CancellationToken cancel) => _mayDecide = await Caller.MayAsync(Policies.OperateMessages);

    private async Task<PageOf<OutboxRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var rows = await Reader.PageAsync(new(Status, ChannelId), page, cancel);
        _total = rows.Total;
        await InvokeAsync(StateHasChanged);
        return rows;
    }

    private async Task<string?> DecideAsync(OutboxActKind kind)
    {
        var ids = _selection.Ids.ToList();
        if (!await AskAsync(kind, Counts.Of(ids.Count, "message")))
        {
            return null;
        }

        var problem = await RunAsync(new() { Kind = kind, Ids = ids });
        if (problem is null)
        {
            _selection.Clear();
        }

        return problem;
    }

    private async Task DecideOnAllAsync(OutboxActKind kind)
    {
        if (await AskAsync(kind, $"all {_total:N0} that match"))
        {
            _problem = await RunAsync(new() { Kind = kind, Filter = new(Status, ChannelId) });
        }
    }

    private Task<bool> AskAsync(OutboxActKind kind, string what) =>
        kind switch
        {
            OutboxActKind.Retry => Confirm.AskAsync(
                $"Send {what} again?",
                "Only what failed or may not have arrived is sent. What has arrived already, people get twice.",
                "Send again"
            ),
            OutboxActKind.Resolve => Confirm.AskAsync(
                $"Mark {what} as arrived?",
                "Only what may not have arrived is marked. It is not sent again; what it held is sent.",
                "Mark as arrived"
            ),
            _ => Confirm.AskAsync(
                $"Cancel {what}?",
                "They are not sent, nor are the parts of the same answers after them.",
                "Cancel messages"
            ),
        };

    private async Task<string?> RunAsync(OutboxActForm form)
    {
        var outcome = await Acts.RunAsync(form, dryRun: false, CancellationToken.None);
        if (outcome is Outcome<OutboxActResult>.Ok { Value: var result })
        {
            Notices.Say($"{Counts.Of(result.Done, "message")} {OutboxLabels.Done(form.Kind)}{OutboxLabels.Left(result)}.", Tone.Good);
        }

        await ReloadListAsync();
        return outcome.ProblemWith("The outbox");
    }

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
