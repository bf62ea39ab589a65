using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents.Talking;

/// <summary>Talks to one agent for a check, and frees one that is stuck. Afterwards its status is as the server has it.</summary>
public sealed class AgentTalk(TalkCalls calls, AgentWrites writes, CurrentUser caller)
{
    public const int MostMessages = 200;

    private const string NothingWaits = "No approval is pending any more.";
    private const string AnotherWaits = "something else is waiting for an approval by now. Look at it, then decide again.";

    private const string MayNotApprove =
        "approving the call lets the agent act on the App Server's machine, which requires every permission. Deny it, or ask an administrator.";

    private const string NoAnswer =
        "The last message has no answer: its run failed, or ended with the connection that began it, such as when this console was restarted. Send it again.";

    private readonly ConcurrentDictionary<int, Lane> _lanes = new();

    /// <summary>The newest messages.</summary>
    public Task<Outcome<AgentMessages>> ReadAsync(int id, int most, CancellationToken cancel) =>
        calls.CallAsync<AgentMessages>(
            Policies.ReadRegistry,
            id,
            (server, agent) => ReadAsync(server, agent, Math.Clamp(most, 1, MostMessages), cancel),
            cancel
        );

    /// <summary>Goes on with the answer that the agent is giving, from its beginning; no parts where it gives none.</summary>
    public Task<Outcome<IAsyncEnumerable<LettaMessage>>> FollowAsync(int id, CancellationToken cancel) =>
        calls.BeginAsync(
            Policies.ReadRegistry,
            id,
            null,
            (server, agent) => Task.FromResult(server.FollowAsync(agent.LettaUid!, cancel)),
            cancel
        );

    /// <summary>
    /// Says something. The answer comes in parts; where it breaks off, the last one is a failure that says why. What the same caller says,
    /// queues and decides reaches the server in the order in which it was called for.
    /// </summary>
    public Task<Outcome<IAsyncEnumerable<LettaMessage>>> SendAsync(int id, TalkForm form, CancellationToken cancel) =>
        InOrderAsync(
            id,
            () =>
                calls.BeginAsync(
                    Policies.OperateRegistry,
                    id,
                    form,
                    async (server, agent) => await server.SendAsync(agent.LettaUid!, form.Text!.Trim(), await SpeakerAsync(), cancel),
                    cancel
                ),
            cancel
        );

    private async Task<T> InOrderAsync<T>(int id, Func<Task<T>> act, CancellationToken cancel)
    {
        using var place = await _lanes.GetOrAdd(id, static _ => new()).EnterAsync(cancel);
        return await act();
    }

    private async Task<LettaSpeaker> SpeakerAsync() => new(caller.Actor.Name, await MayEverythingAsync());

    private async Task<bool> MayEverythingAsync() => await writes.RefuseAsync<AgentMessages>(Policies.Everything) is null;

    /// <summary>Allows or denies what waits, upon which the agent goes on.</summary>
    public Task<Outcome<IAsyncEnumerable<LettaMessage>>> ApproveAsync(int id, ApprovalForm form, CancellationToken cancel) =>
        InOrderAsync(
            id,
            async () =>
                form.Approve is { } approve
                    ? await calls.BeginAsync(
                        Policies.OperateRegistry,
                        id,
                        form,
                        (server, agent) => DecideAsync(server, agent, form, approve, cancel),
                        cancel
                    )
                    : new Outcome<IAsyncEnumerable<LettaMessage>>.Invalid(nameof(form.Approve), "The field approve is required."),
            cancel
        );

    private async Task<IAsyncEnumerable<LettaMessage>> DecideAsync(
        ILettaTalking server,
        Agent agent,
        ApprovalForm form,
        bool approve,
        CancellationToken cancel
    )
    {
        if (approve && server.Kind == LettaKind.AppServer && !await MayEverythingAsync())
        {
            throw new LettaCallException(MayNotApprove);
        }

        var pending = (await server.NowAsync(agent.LettaUid!, cancel)).Pending ?? throw new LettaCallException(NothingWaits);
        if (form.RequestId is { Length: > 0 } shown && shown != pending.RequestId)
        {
            throw new LettaCallException(AnotherWaits);
        }

        var tools = pending.Calls.Select(call => call.Name);
        await calls.RecordAsync(agent.Id, approve ? "approve" : "deny", new { tools, form.Reason }, cancel);
        return await server.ApproveAsync(agent.LettaUid!, pending, approve, form.Reason, caller.Actor.Name, cancel);
    }

    /// <summary>
    /// Says something and does not wait for the answer. On an App Server it waits in the queue while the agent is busy; a V1 server has none.
    /// </summary>
    public Task<Outcome<AgentMessages>> QueueAsync(int id, TalkForm form, CancellationToken cancel) =>
        FormRules.Check(form) is { Count: > 0 } reasons
            ? Task.FromResult<Outcome<AgentMessages>>(new Outcome<AgentMessages>.Invalid(reasons))
            : InOrderAsync(
                id,
                () =>
                    calls.CallAsync<AgentMessages>(
                        Policies.OperateRegistry,
                        id,
                        async (server, agent) =>
                        {
                            await server.QueueAsync(agent.LettaUid!, form.Text!.Trim(), await SpeakerAsync(), cancel);
                            return await ReadAsync(server, agent, MostMessages, cancel);
                        },
                        cancel
                    ),
                cancel
            );

    /// <summary>Takes a message out of the queue, whoever sent it.</summary>
    /// <param name="message">Its id in the queue.</param>
    public Task<Outcome<AgentMessages>> RemoveQueuedAsync(int id, string message, CancellationToken cancel) =>
        FreeAsync(Policies.OperateRegistry, id, "cancel message", (server, uid) => server.RemoveQueuedAsync(uid, message, cancel), cancel);

    /// <summary>Lets messages go on that wait since a run was cancelled.</summary>
    public Task<Outcome<AgentMessages>> ResumeQueueAsync(int id, CancellationToken cancel) =>
        FreeAsync(Policies.OperateRegistry, id, "resume queue", (server, uid) => server.ResumeQueueAsync(uid, cancel), cancel);

    /// <summary>
    /// What the agent is doing, now and each time that it changes. It ends where the server does not tell, as V1 servers don't, and where the
    /// connection is lost.
    /// </summary>
    public async IAsyncEnumerable<LettaNow> WatchAsync(int id, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (await calls.FindAsync<LettaNow>(Policies.ReadRegistry, id, cancel) is not ({ } agent, null))
        {
            yield break;
        }

        await foreach (var now in calls.UntilLostAsync(agent, server => server.WatchAsync(agent.LettaUid!, cancel), cancel))
        {
            yield return now;
        }
    }

    /// <summary>Ends what the agent is doing.</summary>
    public Task<Outcome<AgentMessages>> CancelAsync(int id, CancellationToken cancel) =>
        FreeAsync(Policies.OperateRegistry, id, "cancel", (server, uid) => server.CancelAsync(uid, cancel), cancel);

    /// <summary>Lets the agent forget its conversation, with whatever it waits for. Its memory stays.</summary>
    public Task<Outcome<AgentMessages>> ResetAsync(int id, CancellationToken cancel) =>
        FreeAsync(Policies.WriteRegistry, id, "reset", (server, uid) => server.ResetAsync(uid, cancel), cancel);

    private Task<Outcome<AgentMessages>> FreeAsync(
        string policy,
        int id,
        string act,
        Func<ILettaTalking, string, Task> free,
        CancellationToken cancel
    ) =>
        calls.CallAsync<AgentMessages>(
            policy,
            id,
            async (server, agent) =>
            {
                await calls.RecordAsync(id, act, null, cancel);
                await free(server, agent.LettaUid!);
                await calls.UpdateStatusAsync(agent, cancel);
                return await ReadAsync(server, agent, MostMessages, cancel);
            },
            cancel
        );

    private static async Task<AgentMessages> ReadAsync(ILettaTalking server, Agent agent, int most, CancellationToken cancel)
    {
        var uid = agent.LettaUid!;
        var now = await server.NowAsync(uid, cancel);

        // Read last: an answer that ends meanwhile is among them.
        var messages = await server.HistoryAsync(uid, most, cancel);
        var isLost =
            server.Kind == LettaKind.AppServer
            && now is { Pending: null, IsAnswering: false, Queue.Count: 0 }
            && messages is [.., { Kind: LettaMessageKind.User or LettaMessageKind.ApprovalRequest or LettaMessageKind.ToolCall }];
        return new(isLost ? [.. messages, LettaMessage.Failed(NoAnswer)] : messages, now.Pending, server.Kind, now.IsAnswering, now.Queue);
    }
}
