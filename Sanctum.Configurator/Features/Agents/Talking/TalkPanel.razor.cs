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
            (_shownId, _said) = (Agent.Id, new());
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

            (_pending, _kind, _isAnswering) = (read.Pending, read.Kind, read.IsAnswering);
        }
    }

    private async Task SendAsync()
    {
        if (IsBusy || string.IsNullOrWhiteSpace(Draft.Text))
        {
            return;
        }

        var text = Draft.Text;
        Draft.Text = "";
        var isTaken = await FollowAsync(
            new("", LettaMessageKind.User, "user_message", text.Trim(), At: Clock.GetUtcNow()),
            cancel => Talk.SendAsync(Agent.Id, new() { Text = text }, cancel)
        );
        if (!isTaken && string.IsNullOrEmpty(Draft.Text))
        {
            Draft.Text = text;
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
        (_problem, var isTaken) = (null, false);
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

                isTaken = await DrawAsync(parts, stop.Token);
                await CallAsync(async cancel => WithPending(await Talk.ReadAsync(Agent.Id, 1, cancel)));
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

        return isTaken;
    }

    /// <summary>Adds the parts as they come, and draws a text that grows now and then only.</summary>
    private async Task<bool> DrawAsync(IAsyncEnumerable<LettaMessage> parts, CancellationToken cancel)
    {
        StateHasChanged();
        var (isTaken, drawn) = (false, Clock.GetTimestamp());
        await foreach (var part in parts.WithCancellation(cancel))
        {
            isTaken |= part.Kind != LettaMessageKind.Failure;
            if (_said.Add(part) || Clock.GetElapsedTime(drawn) >= Pause)
            {
                drawn = Clock.GetTimestamp();
                StateHasChanged();
            }
        }

        return isTaken;
    }

    /// <summary>Of what was read only what waits counts: the lines that are shown say more.</summary>
    private Outcome<AgentMessages> WithPending(Outcome<AgentMessages> read) =>
        read is Outcome<AgentMessages>.Ok { Value: var now } ? new Outcome<AgentMessages>.Ok(now with { Messages = Messages }) : read;

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
        }
    }
}
