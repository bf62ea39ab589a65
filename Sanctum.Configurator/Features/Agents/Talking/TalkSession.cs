using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Agents.Talking;

/// <summary>What one page says to an agent and hears of it.</summary>
/// <param name="changed">Told where there is something to draw while an answer comes.</param>
internal sealed class TalkSession(AgentRow agent, AgentTalk talk, TimeProvider clock, Action changed) : IDisposable
{
    private const int MostShown = 40;

    /// <summary>Between two drawings of a text that grows.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(80);

    private readonly CancellationTokenSource _gone = new();
    private CancellationTokenSource? _stop;
    private LettaMessage? _sending;
    private bool _isWatched;

    /// <summary>Grows where something happens while the server is asked how it stands: what it answers may be older.</summary>
    private int _missed;
    private int _asked;

    public ShownTalk Shown { get; } = new();

    /// <summary>With what is on its way to the server.</summary>
    public IEnumerable<LettaMessage> Lines => _sending is { } sending ? Shown.Messages.Append(sending) : Shown.Messages;

    public bool IsRead { get; private set; }

    /// <summary>An answer is read, or something is on its way to the server.</summary>
    public bool IsBusy => _stop is not null;

    /// <summary>What the server, or the console, did not do.</summary>
    public string? Problem { get; private set; }

    public bool HasFailed { get; private set; }

    /// <summary>Grows where there is another conversation to be watched.</summary>
    public int Round { get; private set; }

    public void Dispose()
    {
        _stop?.Cancel();
        _gone.Cancel();
        _gone.Dispose();
    }

    public async Task ReadAsync()
    {
        IsRead = false;
        await ReadAsync(MostShown, Shown.Show);
        IsRead = true;
    }

    /// <summary>Something happened in the conversation, perhaps by somebody else.</summary>
    public async Task TakeAsync(LettaNow now)
    {
        (_isWatched, var isOurs) = (true, IsBusy || _asked > 0);
        if (Shown.Take(now, isOurs))
        {
            _missed += isOurs ? 1 : 0;
            await (isOurs ? Task.CompletedTask : ReadAsync());
        }
    }

    /// <summary>The connection was lost, and is there again: reads what happened meanwhile, now or when what is under way has ended.</summary>
    public Task CatchUpAsync()
    {
        _missed++;
        return IsBusy || _asked > 0 ? Task.CompletedTask : ReadAsync();
    }

    /// <summary>Sends what is in the draft; what the server does not take is put back.</summary>
    public async Task SendAsync(TalkDraft draft)
    {
        if (string.IsNullOrWhiteSpace(draft.Text) || (IsBusy && !Shown.IsAppServer))
        {
            return;
        }

        var text = draft.Text;
        draft.Text = "";
        if (!await (IsBusy ? ChangeQueueAsync(cancel => talk.QueueAsync(agent.Id, new() { Text = text }, cancel)) : SayAsync(text)))
        {
            // What was typed meanwhile is kept below it.
            draft.Text = string.IsNullOrEmpty(draft.Text) ? text : $"{text}\n\n{draft.Text}";
        }
    }

    public Task RemoveQueuedAsync(string message) => ChangeQueueAsync(cancel => talk.RemoveQueuedAsync(agent.Id, message, cancel));

    public Task ResumeQueueAsync() => ChangeQueueAsync(cancel => talk.ResumeQueueAsync(agent.Id, cancel));

    /// <summary>Decides about what is shown, and about nothing else.</summary>
    public async Task DecideAsync(bool approve)
    {
        var (shown, how) = (Shown.Pending?.RequestId, approve ? "approved" : "denied");
        Shown.Begin();
        var isTaken = await HearAsync(
            cancel => talk.ApproveAsync(agent.Id, new() { Approve = approve, RequestId = shown }, cancel),
            new("", LettaMessageKind.ApprovalResponse, "approval_response_message", how, At: clock.GetUtcNow())
        );
        if (!isTaken && Problem is { } problem)
        {
            // Something else may wait by now, or nothing.
            await ReadAsync();
            Problem ??= problem;
        }
    }

    /// <summary>An answer is under way that this page did not ask for, or no longer hears: it is shown from its beginning.</summary>
    public Task FollowAsync()
    {
        Shown.GoBackToTheQuestion();
        return HearAsync(cancel => talk.FollowAsync(agent.Id, cancel), null);
    }

    public async Task StopAsync()
    {
        if (_stop is { } stop)
        {
            await stop.CancelAsync();
            await CancelAsync();
        }
    }

    public Task CancelAsync() => ChangeAsync(cancel => talk.CancelAsync(agent.Id, cancel), Shown.Show);

    public async Task ResetAsync()
    {
        await ChangeAsync(cancel => talk.ResetAsync(agent.Id, cancel), Shown.Show);
        (_isWatched, Round) = (false, Round + 1);
    }

    private async Task<bool> SayAsync(string text)
    {
        _sending = new("", LettaMessageKind.User, "user_message", text.Trim(), At: clock.GetUtcNow());
        Shown.Begin();
        try
        {
            return await HearAsync(cancel => talk.SendAsync(agent.Id, new() { Text = text }, cancel), _sending);
        }
        finally
        {
            _sending = null;
        }
    }

    /// <summary>Of the answer only the queue counts: the lines that are shown may be ahead of the rest.</summary>
    private async Task<bool> ChangeQueueAsync(Func<CancellationToken, Task<Outcome<AgentMessages>>> change)
    {
        var isTaken = await ChangeAsync(change, now => Shown.Show(now.Queue));
        WatchConversation();
        return isTaken;
    }

    private async Task<bool> ChangeAsync(Func<CancellationToken, Task<Outcome<AgentMessages>>> change, Action<AgentMessages> show)
    {
        var before = _missed;
        var isTaken = await CallAsync(change, show);
        if (isTaken && _missed != before)
        {
            await ReadAsync(MostShown, now => Shown.Show(IsBusy ? now with { Messages = Shown.Messages, IsAnswering = false } : now));
        }

        return isTaken;
    }

    /// <returns>False where it was refused.</returns>
    private async Task<bool> CallAsync(Func<CancellationToken, Task<Outcome<AgentMessages>>> call, Action<AgentMessages> show)
    {
        if (_gone.IsCancellationRequested)
        {
            return true;
        }

        _asked++;
        try
        {
            var outcome = await call(_gone.Token);
            Problem = outcome.ProblemWith(agent.Name);
            HasFailed = Problem is not null;
            if (outcome is Outcome<AgentMessages>.Ok { Value: var read })
            {
                show(read);
            }

            return !HasFailed;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            return true;
        }
        finally
        {
            _asked--;
        }
    }

    /// <summary>Reads until nothing has happened meanwhile.</summary>
    private async Task ReadAsync(int most, Action<AgentMessages> show)
    {
        int before;
        do
        {
            before = _missed;
            if (!await CallAsync(cancel => talk.ReadAsync(agent.Id, most, cancel), show))
            {
                Shown.Lose();
            }
        } while (_missed != before && !HasFailed);
    }

    /// <param name="first">Is shown for good once the server has taken it.</param>
    /// <returns>False where the server took nothing.</returns>
    private async Task<bool> HearAsync(Func<CancellationToken, Task<Outcome<IAsyncEnumerable<LettaMessage>>>> begin, LettaMessage? first)
    {
        if (_gone.IsCancellationRequested)
        {
            return true;
        }

        using var stop = _stop = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        (Problem, var isTaken) = (null, false);
        try
        {
            var outcome = await begin(stop.Token);
            Problem = outcome.ProblemWith(agent.Name);
            if (outcome is Outcome<IAsyncEnumerable<LettaMessage>>.Ok { Value: var parts })
            {
                _sending = null;
                if (first is not null)
                {
                    Shown.Add(first);
                }

                (isTaken, var hasParts) = await DrawAsync(parts, stop.Token);
                await ReadAsync(Shown.IsAppServer ? MostShown : 1, read => Shown.ShowBeside(read, hasParts));
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

        WatchConversation();
        return isTaken;
    }

    /// <summary>Adds the parts as they come, and draws a text that grows now and then only.</summary>
    private async Task<(bool IsTaken, bool HasParts)> DrawAsync(IAsyncEnumerable<LettaMessage> parts, CancellationToken cancel)
    {
        changed();
        var (isTaken, hasParts, drawn) = (false, false, clock.GetTimestamp());
        await foreach (var part in parts.WithCancellation(cancel))
        {
            hasParts = true;
            isTaken |= part.Kind != LettaMessageKind.Failure;
            if (Shown.Add(part) || clock.GetElapsedTime(drawn) >= Pause)
            {
                drawn = clock.GetTimestamp();
                changed();
            }
        }

        return (isTaken, hasParts);
    }

    /// <summary>The first message begins the conversation that there is to be watched.</summary>
    private void WatchConversation() => Round += _isWatched ? 0 : 1;
}
