using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>One conversation as it grows: a window of its messages, and where the next one is written.</summary>
public sealed partial class ChatPanel
{
    /// <summary>Messages in the page at a time, and how far the window moves.</summary>
    private const int Window = 20,
        Step = 10;

    private readonly ComposerDraft _draft = new();

    /// <summary>Where the window ended before it was moved up, one step after the other; empty at the newest.</summary>
    private readonly Stack<Guid?> _until = new();
    private ConversationRow? _row;
    private ConversationPage _page = new([], null);
    private Guid? _end;
    private LiveAnswer? _live;
    private PendingApproval? _approval;
    private Guid? _editing;
    private string? _problem;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public Guid Id { get; set; }

    /// <summary>The window ends with this message at first; null for the newest.</summary>
    [Parameter]
    public Guid? Until { get; set; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required ConversationReader Reader { get; init; }

    [Inject]
    public required ConversationService Conversations { get; init; }

    [Inject]
    public required AnswerRuns Runs { get; init; }

    [Inject]
    public required AnswerApprovals Approvals { get; init; }

    [Inject]
    public required AnswerFollower Stream { get; init; }

    [Inject]
    public required Compaction Compaction { get; init; }

    [Inject]
    public required Signal<ConversationChanged> Changes { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    protected override object LoadKey => (Id, Until);

    protected override void OnInitialized() => Follow(Changes, change => change.Id == Id ? InvokeAsync(ReloadAsync) : Task.CompletedTask);

    protected override void OnParametersSet()
    {
        if (Until is not null && _end != Until && !IsRead)
        {
            _end = Until;
            _until.Push(null);
        }
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _row = await Reader.FindAsync(Id, cancel);
        _page = await Reader.PageAsync(Id, null, _end, Window, cancel) ?? new([], null);
        _approval =
            _row is { IsOwn: true } && _page.Messages is [.., { State: ConversationMessageState.AwaitingApproval }]
                ? await Approvals.PendingAsync(Id, cancel) is Outcome<PendingApproval>.Ok { Value: var waits }
                    ? waits
                    : null
                : null;
        if (_live is null && await Stream.ActiveAsync(Id, cancel) is { } run)
        {
            _live = new(run);
            _ = FollowAsync(_live);
        }
    }

    /// <summary>The answer is shown as it is made; at its end the message is read.</summary>
    private async Task FollowAsync(LiveAnswer live)
    {
        try
        {
            using var pace = new DrawPace(Clock, () => _ = InvokeAsync(StateHasChanged));
            await foreach (var told in Stream.FollowAsync(live.RunId, 0, Gone))
            {
                if (live.Add(told))
                {
                    pace.Ask();
                }
            }

            _live = null;
            await InvokeAsync(ReloadAsync);
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            // Nobody looks any more. The answer goes on.
        }
        catch (Exception e)
        {
            _live = null;
            await DispatchExceptionAsync(e);
        }
    }

    private Task SendAsync()
    {
        if (_editing is { } message)
        {
            var text = _draft.Text;
            return ActAsync(() => Runs.EditAsync(Id, message, new() { Text = text }, CancellationToken.None), EndEditing);
        }

        var form = _draft.ToForm();
        form.ConversationId = Id;
        return ActAsync(() => Runs.AskAsync(form, CancellationToken.None), _draft.TakeOutSent);
    }

    private async Task ActAsync(Func<Task<Outcome<BegunAnswer>>> act, Action? then = null)
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            var outcome = await act();
            _problem = outcome.ProblemWith("The message");
            if (outcome is Outcome<BegunAnswer>.Ok)
            {
                then?.Invoke();
                await ShowNewestAsync();
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task StopAsync() => _problem = (await Runs.StopAsync(Id, CancellationToken.None)).ProblemWith("The conversation");

    private Task DecideAsync(bool approve) =>
        ActAsync(() =>
            Approvals.DecideAsync(Id, new() { Approve = approve, RequestId = _approval?.Pending?.RequestId }, CancellationToken.None)
        );

    private void Edit(ConversationMessageView message) => (_editing, _draft.Text, _problem) = (message.Id, message.Content, null);

    private void EditLast()
    {
        if (_page.Messages.LastOrDefault(message => message is { IsOfUser: true }) is { IsCut: false } last)
        {
            Edit(last);
        }
    }

    private void EndEditing() => (_editing, _draft.Text) = (null, "");

    private async Task CopyAsync(ConversationMessageView message)
    {
        if (await Reader.MessageAsync(Id, message.Id, Gone) is { } whole)
        {
            await Browser.CopyAsync(whole.Content);
            Notices.Say("Copied");
        }
    }

    private async Task ShowBranchAsync(Guid message)
    {
        _problem = (await Conversations.ShowBranchAsync(Id, message, CancellationToken.None)).ProblemWith("The message");
        await ShowNewestAsync();
    }

    private Task ShowSentAsync(ConversationMessageView message) =>
        Dialogs.AskAsync<SentDialog, bool>(
            new Dictionary<string, object?> { [nameof(SentDialog.Id)] = Id, [nameof(SentDialog.MessageId)] = message.Id }
        );

    private async Task RemoveSummaryAsync(ConversationMessageView message)
    {
        _problem = (await Compaction.UndoAsync(Id, message.Id, CancellationToken.None)).ProblemWith("The summary");
        await ShowNewestAsync();
    }

    private Task ShowEarlierAsync()
    {
        _until.Push(_end);
        _end = _page.Messages[Math.Min(Step, _page.Messages.Count) - 1].Id;
        return ReloadAsync();
    }

    private Task ShowLaterAsync()
    {
        _end = _until.TryPop(out var end) ? end : null;
        return ReloadAsync();
    }

    private Task ShowNewestAsync()
    {
        _until.Clear();
        _end = null;
        return ReloadAsync();
    }

    /// <summary>The rest of a long message, as much of it as a browser bears.</summary>
    private async Task ShowAllAsync(ConversationMessageView message)
    {
        var more = await Reader.MessageAsync(Id, message.Id, Gone, Math.Max(message.Content.Length * 4, 100_000));
        _page = _page with { Messages = [.. _page.Messages.Select(shown => shown.Id == message.Id ? more ?? shown : shown)] };
    }
}
