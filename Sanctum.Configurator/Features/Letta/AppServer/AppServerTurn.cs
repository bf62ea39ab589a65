using System.Runtime.CompilerServices;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>
/// One answer of an agent, from what was said to it until it is done or waits for an approval. It is heard by the console's process, not by
/// a page: whoever comes later reads it from its beginning, and it goes on when the last reader has left.
/// </summary>
/// <param name="said">What of it is known already; parts of these messages that come again are left out.</param>
internal sealed class AppServerTurn(IReadOnlyList<LettaMessage> said)
{
    private const int MostParts = 200_000;
    private const string Withdrawn = "the message was cancelled while it waited. The agent has not read it.";

    private readonly List<LettaMessage> _parts = [.. said];
    private readonly HashSet<string> _known = [.. said.Select(message => message.Id).Where(id => id.Length > 0)];
    private readonly Lock _lock = new();
    private TaskCompletionSource _news = New();
    private LettaCallException? _failure;
    private bool _isOver;
    private volatile bool _hasBegun;
    private string? _error;

    /// <summary>The agent is answering now: what was said before has been answered.</summary>
    public bool IsUnderWay
    {
        get
        {
            lock (_lock)
            {
                return _hasBegun && !_isOver;
            }
        }
    }

    /// <summary>The parts from the first one on, as they come.</summary>
    /// <exception cref="LettaCallException">The connection was lost in the middle.</exception>
    public async IAsyncEnumerable<LettaMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        for (var at = 0; ; )
        {
            LettaMessage[] some;
            Task news;
            LettaCallException? failure;
            bool isOver;
            lock (_lock)
            {
                (some, news, failure, isOver) = ([.. _parts.Skip(at)], _news.Task, _failure, _isOver);
            }

            foreach (var part in some)
            {
                yield return part;
            }

            at += some.Length;
            if (some.Length > 0)
            {
                continue;
            }

            if (isOver)
            {
                if (failure is not null)
                {
                    throw failure;
                }

                yield break;
            }

            await news.WaitAsync(cancel);
        }
    }

    /// <summary>Hears the conversation until the turn is over.</summary>
    /// <param name="own">What the message was sent with; null where the turn is under way already.</param>
    /// <param name="isQueued">Somebody else's turn comes first.</param>
    /// <param name="skills">Told of the agent's skills.</param>
    /// <param name="ended">Told where it failed or was cancelled, before its readers are.</param>
    /// <param name="used">Told of the tokens that were used, each time.</param>
    public async Task HearAsync(
        AppServerListener listener,
        string? own,
        bool isQueued,
        Func<string, string> hide,
        Action<IReadOnlyList<AgentSkillEntry>>? skills = null,
        Action<TurnOutcome>? ended = null,
        Action<LettaUsage>? used = null
    )
    {
        try
        {
            if (await HearAsync(listener.ReadAsync(CancellationToken.None), own, isQueued, hide, skills, used) is { } outcome)
            {
                ended?.Invoke(outcome);
            }

            End(null);
        }
        catch (Exception e)
        {
            // Nobody awaits the turn itself: its readers are told.
            End(
                e as LettaCallException
                    ?? new LettaCallException("the App Server's answer could not be understood. Read the conversation again.", e)
            );
        }
        finally
        {
            listener.Dispose();
        }
    }

    public void End(LettaCallException? failure)
    {
        lock (_lock)
        {
            (_isOver, _failure) = (true, failure);
            _news.TrySetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <returns>Null where it ended well, waits for an approval, or nobody knows.</returns>
    private async Task<TurnOutcome?> HearAsync(
        IAsyncEnumerable<JsonElement> events,
        string? own,
        bool isQueued,
        Func<string, string> hide,
        Action<IReadOnlyList<AgentSkillEntry>>? skills,
        Action<LettaUsage>? used
    )
    {
        var isOurs = !isQueued;
        _hasBegun = isOurs;
        await foreach (var happened in events)
        {
            switch (LettaAgent.TextOf(happened, "type"))
            {
                case "update_device_status" when AppServerSkills.ToldIn(happened) is { Count: > 0 } told:
                    skills?.Invoke(told);
                    break;
                case "update_loop_status" when !isOurs:
                    _hasBegun = isOurs = own is not null && Names(happened, own);
                    break;
                case "stream_delta" when happened.TryGetProperty("delta", out var delta):
                    var isOwn = own is not null && LettaAgent.TextOf(delta, "otid") == own;
                    _hasBegun = isOurs |= isOwn;
                    foreach (
                        var part in isOurs && !isOwn ? AppServerMessages.Read(delta, hide).Where(part => !_known.Contains(part.Id)) : []
                    )
                    {
                        _error = part.Kind == LettaMessageKind.Error ? part.Text : _error;
                        Add(part);
                        if (part.Usage is { } counted)
                        {
                            used?.Invoke(counted);
                        }
                    }

                    break;
                case "update_queue" when own is not null && WasCancelled(happened, own):
                    throw new LettaCallException(Withdrawn);
                case "control_request" when isOurs && AppServerConversations.CallIn(happened) is not null:
                    return null;
                case "turn_finished" when isOurs:
                    return Finish(LettaAgent.TextOf(happened, "stop_reason"));
                default:
                    break;
            }
        }

        return null;
    }

    private TurnOutcome? Finish(string? stopReason)
    {
        if (stopReason is "error" or "llm_api_error" && _error is null)
        {
            _error = "The server gave no reason. See its log.";
            Add(new("", LettaMessageKind.Error, "error_message", _error, IsBad: true));
        }

        return stopReason == LettaAgent.Cancelled ? new(null)
            : stopReason != LettaAgent.Done && _error is not null ? new(_error)
            : null;
    }

    private static bool WasCancelled(JsonElement happened, string own) =>
        LettaAgent
            .ItemsOf(happened, "removed")
            .Any(item => LettaAgent.TextOf(item, "client_message_id") == own && LettaAgent.TextOf(item, "disposition") == "cancelled");

    /// <summary>Whether a run that is under way was begun by this message.</summary>
    private static bool Names(JsonElement happened, string own) =>
        happened.TryGetProperty("loop_status", out var status)
        && status.TryGetProperty("client_message_ids_by_run_id", out var runs)
        && runs.ValueKind == JsonValueKind.Object
        && runs.EnumerateObject()
            .Any(run =>
                run.Value.ValueKind == JsonValueKind.Array
                && run.Value.EnumerateArray().Any(id => id.ValueKind == JsonValueKind.String && id.GetString() == own)
            );

    private void Add(LettaMessage part)
    {
        lock (_lock)
        {
            if (_parts.Count >= MostParts)
            {
                throw new LettaCallException("the answer is longer than the console keeps. Read the conversation again when it is done.");
            }

            _parts.Add(part);
            var news = _news;
            _news = New();
            news.TrySetResult();
        }
    }
}
