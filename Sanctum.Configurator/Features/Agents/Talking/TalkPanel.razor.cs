using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Agents.Talking;

/// <summary>The conversation with one agent, as it grows, and the ways out where the agent is stuck.</summary>
public sealed partial class TalkPanel : IDisposable
{
    private const int Shown = 40;

    /// <summary>Between two drawings of a text that grows.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(80);

    private readonly CancellationTokenSource _gone = new();
    private CancellationTokenSource? _stop;
    private LettaMessageJoiner _said = new();
    private LettaApproval? _pending;
    private IReadOnlyList<QueuedMessage> _queue = [];
    private LettaApproval? _decidedElsewhere;
    private LettaDecision? _decision;
    private bool _isWatched;
    private bool _hasMissed;
    private int _round;
    private string? _problem;
    private int? _shownId;
    private LettaKind _kind;
    private bool _isAnswering;
    private bool _isRead;
    private bool _hasFailed;

    [Parameter, EditorRequired]
    public required AgentRow Agent { get; set; }

    [Parameter, EditorRequired]
    public required TalkDraft Draft { get; set; }

    [Inject]
    public required AgentTalk Talk { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    private bool IsBusy => _stop is not null;

    private bool IsAppServer => _kind == LettaKind.AppServer;

    private IReadOnlyList<LettaMessage> Messages => _said.Messages;

    /// <summary>What somebody else made of the call that was shown here; null where nobody did.</summary>
    private string? Decided =>
        _decidedElsewhere is not { } call
            ? null
            : $"{_decision?.By ?? "Another console or program"} "
                + _decision?.Approved switch
                {
                    true => $"approved the call of {ToolsIn(call)} first.",
                    false => $"denied the call of {ToolsIn(call)} first.",
                    _ => $"decided about the call of {ToolsIn(call)} first, or cancelled the run.",
                };

    public void Dispose()
    {
        _stop?.Cancel();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shownId != Agent.Id)
        {
            (_shownId, _said, _decidedElsewhere) = (Agent.Id, new(), null);
            await ReadAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_isAnswering && !IsBusy)
        {
            _isAnswering = false;
            await GoOnAsync();
        }
    }

    private async Task ReadAsync()
    {
        if (Agent.LettaUid is not null)
        {
            _isRead = false;
            await CallAsync(cancel => Talk.ReadAsync(Agent.Id, Shown, cancel));
            _isRead = true;
        }
    }

    private async Task CallAsync(Func<CancellationToken, Task<Outcome<AgentMessages>>> call)
    {
        try
        {
            Show(await call(_gone.Token));
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private void Show(Outcome<AgentMessages> outcome)
    {
        _problem = outcome.ProblemWith(Agent.Name);
        _hasFailed = _problem is not null;
        if (outcome is Outcome<AgentMessages>.Ok { Value: var read })
        {
            _said = new();
            foreach (var message in read.Messages)
            {
                _said.Add(message);
            }

            (_pending, _kind, _isAnswering, _queue) = (read.Pending, read.Kind, read.IsAnswering, read.Queue);
        }
    }

    /// <summary>Something happened in the conversation, perhaps by somebody else.</summary>
    private async Task TakeAsync(LettaNow now)
    {
        (_isWatched, _queue, _decision) = (true, now.Queue, now.Decision ?? _decision);
        if (IsBusy || !_isRead)
        {
            _hasMissed = true;
            return;
        }

        if (_pending is { } shown && now.Pending?.RequestId != shown.RequestId)
        {
            (_decidedElsewhere, _decision) = (shown, now.Decision);
            await ReadAsync();
        }
        else if (now.IsAnswering || now.Pending?.RequestId != _pending?.RequestId)
        {
            await ReadAsync();
        }
    }

    private async Task SendAsync()
    {
        if (string.IsNullOrWhiteSpace(Draft.Text) || (IsBusy && !IsAppServer))
        {
            return;
        }

        var text = Draft.Text;
        Draft.Text = "";
        var isTaken = IsBusy
            ? await CallForQueueAsync(cancel => Talk.QueueAsync(Agent.Id, new() { Text = text }, cancel))
            : await FollowAsync(
                new("", LettaMessageKind.User, "user_message", text.Trim(), At: Clock.GetUtcNow()),
                cancel => Talk.SendAsync(Agent.Id, new() { Text = text }, cancel)
            );
        if (!isTaken && string.IsNullOrEmpty(Draft.Text))
        {
            Draft.Text = text;
        }
    }

    private Task RemoveQueuedAsync(string message) => CallForQueueAsync(cancel => Talk.RemoveQueuedAsync(Agent.Id, message, cancel));

    private Task ResumeQueueAsync() => CallForQueueAsync(cancel => Talk.ResumeQueueAsync(Agent.Id, cancel));

    /// <summary>Of the answer only the queue counts: the lines that are shown may be ahead of the rest.</summary>
    /// <returns>False where the server refused it.</returns>
    private async Task<bool> CallForQueueAsync(Func<CancellationToken, Task<Outcome<AgentMessages>>> call)
    {
        try
        {
            var outcome = await call(_gone.Token);
            _problem = outcome.ProblemWith(Agent.Name);
            _queue = outcome is Outcome<AgentMessages>.Ok { Value: var now } ? now.Queue : _queue;
            return _problem is null;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>An answer is under way that this page did not ask for, or no longer hears: it is shown from its beginning.</summary>
    private async Task GoOnAsync()
    {
        var asked = Messages.Reverse().SkipWhile(message => message.Kind != LettaMessageKind.User).Reverse().ToList();
        _said = new();
        foreach (var message in asked)
        {
            _said.Add(message);
        }

        await FollowAsync(null, cancel => Talk.FollowAsync(Agent.Id, cancel));
        StateHasChanged();
    }

    private Task DecideAsync(bool approve) =>
        FollowAsync(
            new("", LettaMessageKind.ApprovalResponse, "approval_response_message", approve ? "approved" : "denied", At: Clock.GetUtcNow()),
            cancel => Talk.ApproveAsync(Agent.Id, new() { Approve = approve }, cancel)
        );

    /// <returns>False where the server took nothing.</returns>
    private async Task<bool> FollowAsync(LettaMessage? first, Func<CancellationToken, Task<Outcome<IAsyncEnumerable<LettaMessage>>>> begin)
    {
        using var stop = _stop = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        (_problem, _decidedElsewhere, var isTaken) = (null, first is null ? _decidedElsewhere : null, false);
        try
        {
            var outcome = await begin(stop.Token);
            _problem = outcome.ProblemWith(Agent.Name);
            if (outcome is Outcome<IAsyncEnumerable<LettaMessage>>.Ok { Value: var parts })
            {
                if (first is not null)
                {
                    _said.Add(first);
                }

                (isTaken, var hasParts) = await DrawAsync(parts, stop.Token);
                do
                {
                    _hasMissed = false;
                    await CallAsync(async cancel => WithLines(await Talk.ReadAsync(Agent.Id, IsAppServer ? Shown : 1, cancel), hasParts));
                } while (_hasMissed);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            isTaken = true;
        }
        finally
        {
            _stop = null;
        }

        // The first message begins the conversation that there is to be watched.
        _round += _isWatched ? 0 : 1;
        return isTaken;
    }

    /// <summary>Adds the parts as they come, and draws a text that grows now and then only.</summary>
    private async Task<(bool IsTaken, bool HasParts)> DrawAsync(IAsyncEnumerable<LettaMessage> parts, CancellationToken cancel)
    {
        StateHasChanged();
        var (isTaken, hasParts, drawn) = (false, false, Clock.GetTimestamp());
        await foreach (var part in parts.WithCancellation(cancel))
        {
            hasParts = true;
            isTaken |= part.Kind != LettaMessageKind.Failure;
            if (_said.Add(part) || Clock.GetElapsedTime(drawn) >= Pause)
            {
                drawn = Clock.GetTimestamp();
                StateHasChanged();
            }
        }

        return (isTaken, hasParts);
    }

    /// <summary>The lines that are shown say more than what was read, unless something else was said meanwhile.</summary>
    private Outcome<AgentMessages> WithLines(Outcome<AgentMessages> read, bool hasParts) =>
        read is Outcome<AgentMessages>.Ok { Value: { IsAnswering: false } now }
        && (!IsAppServer || (hasParts && LastSaid(now.Messages) == LastSaid(Messages)))
            ? new Outcome<AgentMessages>.Ok(now with { Messages = Messages })
            : read;

    private static string? LastSaid(IReadOnlyList<LettaMessage> messages) =>
        messages.LastOrDefault(message => message.Kind == LettaMessageKind.User)?.Text;

    private static string ToolsIn(LettaApproval pending) => string.Join(", ", pending.Calls.Select(call => call.Name ?? "a tool"));

    private async Task StopAsync()
    {
        if (_stop is { } stop)
        {
            await stop.CancelAsync();
            await CancelAsync();
        }
    }

    private Task CancelAsync() => CallAsync(cancel => Talk.CancelAsync(Agent.Id, cancel));

    private async Task ResetAsync()
    {
        if (
            await Confirm.AskAsync(
                IsAppServer ? $"Begin a new conversation with {Agent.Name}?" : $"Reset the messages of {Agent.Name}?",
                IsAppServer
                    ? "A new conversation begins, and a pending approval is cancelled. The present one is archived on the App Server, which deletes nothing. The agent's memory stays."
                    : "The agent's conversation on the Letta server and its pending approval are deleted. Its memory blocks stay. This can't be undone.",
                IsAppServer ? "Begin a new conversation" : "Reset messages",
                nameToType: IsAppServer ? null : Agent.Name
            )
        )
        {
            await CallAsync(cancel => Talk.ResetAsync(Agent.Id, cancel));
            (_isWatched, _round) = (false, _round + 1);
        }
    }
}
