using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>What is in the queue, and what is done with one, some or all of it. The entry that the address names is open.</summary>
public sealed partial class QueueList
{
    private static readonly IReadOnlyList<Choice<string>> Statuses =
    [
        new("", "Every status"),
        .. Enum.GetValues<QueueStatus>().Select(status => new Choice<string>(EnumText<QueueStatus>.Of(status), QueueLabels.Of(status))),
    ];

    private readonly Selection _selection = new();
    private DataTable<QueueRow>? _table;
    private IReadOnlyList<Choice<string>> _agents = [new("", "Every agent")];
    private IReadOnlyList<Choice<string>> _platforms = [new("", "Every platform")];
    private string? _problem;
    private string? _search;
    private int _total;
    private int? _open;
    private bool _maySelect;

    [Parameter]
    public string? Status { get; set; }

    [Parameter]
    public string? Agent { get; set; }

    [Parameter]
    public string? Platform { get; set; }

    [Parameter]
    public string? Cause { get; set; }

    [Parameter]
    public int? Person { get; set; }

    [Parameter]
    public int? Entry { get; set; }

    [Inject]
    public required QueueReader Reader { get; init; }

    [Inject]
    public required QueueActs Acts { get; init; }

    [Inject]
    public required CurrentUser Caller { get; init; }

    [Inject]
    public required Signal<QueueChanged> Changes { get; init; }

    private bool IsFiltered => Filter != new QueueFilter();

    private QueueFilter Filter =>
        new(
            EnumText<QueueStatus>.Find(Status),
            int.TryParse(Agent, CultureInfo.InvariantCulture, out var agent) ? agent : null,
            string.IsNullOrEmpty(Platform) ? null : Platform,
            Person,
            string.IsNullOrEmpty(Cause) ? null : Cause
        );

    protected override void OnInitialized() => Follow(Changes, _ => InvokeAsync(() => _table?.ReloadAsync() ?? Task.CompletedTask));

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _maySelect = await Caller.MayAsync(Policies.OperateMessages);
        _agents =
        [
            new("", "Every agent"),
            .. (await Reader.AgentsAsync(cancel)).Select(a => new Choice<string>(a.Id.ToString(CultureInfo.InvariantCulture), a.Name)),
        ];
        _platforms = [new("", "Every platform"), .. (await Reader.PlatformsAsync(cancel)).Select(p => new Choice<string>(p, p))];
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Entry == _open)
        {
            return;
        }

        _open = Entry;
        if (Entry is { } id)
        {
            await Dialogs.AskAsync<QueueEntryDialog, string>(QueueEntryDialog.For(id));
            if (!Gone.IsCancellationRequested)
            {
                Navigation.Show("entry", null, replace: true);
            }
        }
    }

    private static string TextOf(QueueRow row) => row.Text is { Length: > 0 } text ? text : $"Message {row.Id}";

    private static string WayOf(QueueRow row) =>
        $"{row.Person ?? "Unknown person"}{(row.Platform is null ? "" : $", {row.Platform}")} → {row.Agent ?? "no agent"}";

    private static string StatusOf(QueueRow row) =>
        row.IsCancelRequested && row.Status == QueueStatus.Processing ? "Cancelling" : QueueLabels.Of(row.Status);

    private static string? Reason(QueueRow row) =>
        row.Held
        ?? (row.Status == QueueStatus.Done ? null : row.Failure)
        ?? (row.TurnId is { } lead ? $"Answered with message {lead}" : null);

    private async Task<PageOf<QueueRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var rows = await Reader.PageAsync(Filter, page, cancel);
        (_total, _search) = (rows.Total, page.Search);
        await InvokeAsync(StateHasChanged);
        return rows;
    }

    private async Task<string?> ActOnAsync(QueueActKind kind)
    {
        var form = await FormAsync(kind, $"{Counts.Of(_selection.Ids.Count, "message")} selected");
        return form is null ? null : await RunAsync(form with { Ids = [.. _selection.Ids] });
    }

    private async Task ActOnAllAsync(QueueActKind kind)
    {
        var form = await FormAsync(kind, $"All {_total:N0} messages that match");
        _problem = form is null ? _problem : await RunAsync(form with { Filter = Filter with { Search = _search } });
    }

    private Task<QueueActForm?> FormAsync(QueueActKind kind, string what) =>
        Dialogs.AskAsync<QueueActDialog, QueueActForm>(QueueActDialog.For(kind, what));

    private async Task<string?> RunAsync(QueueActForm form)
    {
        var outcome = await Acts.BeginAsync(form, CancellationToken.None);
        if (outcome is Outcome<QueueActView>.Ok { Value: var act })
        {
            Notices.Say($"{Counts.Of(act.Total, "message")} {QueueLabels.Done(act.Kind)}.");
            _selection.Clear();
        }

        return outcome.ProblemWith("The queue");
    }
}
