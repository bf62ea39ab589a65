using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.Agents.Talking;

/// <summary>Talks to one agent for a check, and frees one that is stuck. Afterwards its status is as the server has it.</summary>
public sealed partial class AgentTalk(
    IDbContextFactory<RegistryDbContext> registries,
    SavedLetta letta,
    AgentWrites writes,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<AgentTalk> log
)
{
    public const int MostMessages = 200;

    private const string Unlinked = "You can't talk to this agent, because it has no Letta id in the registry.";
    private const string NothingWaits = "No approval is pending any more.";

    private const string MayNotApprove =
        "approving the call lets the agent act on the App Server's machine, which requires every permission. Deny it, or ask an administrator.";

    private const string NoAnswer =
        "The last message has no answer: its run failed, or ended with the connection that began it, such as when this console was restarted. Send it again.";

    /// <summary>The newest messages.</summary>
    public Task<Outcome<AgentMessages>> ReadAsync(int id, int most, CancellationToken cancel) =>
        CallAsync<AgentMessages>(
            Policies.ReadRegistry,
            id,
            (server, agent) => ReadAsync(server, agent, Math.Clamp(most, 1, MostMessages), cancel),
            cancel
        );

    /// <summary>Goes on with the answer that the agent is giving, from its beginning; no parts where it gives none.</summary>
    public Task<Outcome<IAsyncEnumerable<LettaMessage>>> FollowAsync(int id, CancellationToken cancel) =>
        BeginAsync(Policies.ReadRegistry, id, null, (server, agent, token) => server.FollowAsync(agent.LettaUid!, token), cancel);

    /// <summary>Says something. The answer comes in parts; where it breaks off, the last one is a failure that says why.</summary>
    public Task<Outcome<IAsyncEnumerable<LettaMessage>>> SendAsync(int id, TalkForm form, CancellationToken cancel) =>
        BeginAsync(Policies.OperateRegistry, id, form, (server, agent, token) => SayAsync(server, agent, form.Text!.Trim(), token), cancel);

    private async IAsyncEnumerable<LettaMessage> SayAsync(
        ILettaTalking server,
        Agent agent,
        string text,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await foreach (var part in server.SendAsync(agent.LettaUid!, text, await SpeakerAsync(), cancel))
        {
            yield return part;
        }
    }

    private async Task<LettaSpeaker> SpeakerAsync() => new(caller.Actor.Name, await MayEverythingAsync());

    private async Task<bool> MayEverythingAsync() => await writes.RefuseAsync<AgentMessages>(Policies.Everything) is null;

    /// <summary>Allows or denies what waits, upon which the agent goes on.</summary>
    public async Task<Outcome<IAsyncEnumerable<LettaMessage>>> ApproveAsync(int id, ApprovalForm form, CancellationToken cancel)
    {
        if (form.Approve is not { } approve)
        {
            return new Outcome<IAsyncEnumerable<LettaMessage>>.Invalid(nameof(form.Approve), "The field approve is required.");
        }

        async IAsyncEnumerable<LettaMessage> GoOn(ILettaTalking server, Agent agent, [EnumeratorCancellation] CancellationToken token)
        {
            if (approve && server.Kind == LettaKind.AppServer && !await MayEverythingAsync())
            {
                throw new LettaCallException(MayNotApprove);
            }

            var pending = (await server.NowAsync(agent.LettaUid!, token)).Pending ?? throw new LettaCallException(NothingWaits);
            await RecordAsync(
                id,
                approve ? "approve" : "deny",
                new { tools = pending.Calls.Select(call => call.Name), form.Reason },
                token
            );
            await foreach (var part in server.ApproveAsync(agent.LettaUid!, pending, approve, form.Reason, caller.Actor.Name, token))
            {
                yield return part;
            }
        }

        return await BeginAsync(Policies.OperateRegistry, id, form, GoOn, cancel);
    }

    /// <summary>
    /// Says something and does not wait for the answer. On an App Server it waits in the queue while the agent is busy; a V1 server has none.
    /// </summary>
    public async Task<Outcome<AgentMessages>> QueueAsync(int id, TalkForm form, CancellationToken cancel) =>
        FormRules.Check(form) is { Count: > 0 } reasons
            ? new Outcome<AgentMessages>.Invalid(reasons)
            : await CallAsync<AgentMessages>(
                Policies.OperateRegistry,
                id,
                async (server, agent) =>
                {
                    await server.QueueAsync(agent.LettaUid!, form.Text!.Trim(), await SpeakerAsync(), cancel);
                    return await ReadAsync(server, agent, MostMessages, cancel);
                },
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
        if (await FindAsync<LettaNow>(Policies.ReadRegistry, id, cancel) is not ({ } agent, null))
        {
            yield break;
        }

        await using var states = WatchAsync(agent, cancel).GetAsyncEnumerator(cancel);
        while (await MovesAsync(states, agent, cancel))
        {
            yield return states.Current;
        }
    }

    private async IAsyncEnumerable<LettaNow> WatchAsync(Agent agent, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var server = await letta.TalkingAsync(cancel);
        await foreach (var now in server.WatchAsync(agent.LettaUid!, cancel))
        {
            yield return now;
        }
    }

    private async Task<bool> MovesAsync(IAsyncEnumerator<LettaNow> states, Agent agent, CancellationToken cancel)
    {
        try
        {
            return await states.MoveNextAsync();
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is not null)
        {
            LogBroke(e, agent.Id);
            return false;
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
        CallAsync<AgentMessages>(
            policy,
            id,
            async (server, agent) =>
            {
                await RecordAsync(id, act, null, cancel);
                await free(server, agent.LettaUid!);
                await UpdateStatusAsync(agent, cancel);
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

    private async Task<Outcome<T>> CallAsync<T>(string policy, int id, Func<ILettaTalking, Agent, Task<T>> call, CancellationToken cancel)
    {
        var (agent, refusal) = await FindAsync<T>(policy, id, cancel);
        if (refusal is not null)
        {
            return refusal;
        }

        try
        {
            using var server = await letta.TalkingAsync(cancel);
            return new Outcome<T>.Ok(await call(server, agent!));
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<T>.Invalid("", AgentLabels.Failed(why));
        }
    }

    private async Task<Outcome<IAsyncEnumerable<LettaMessage>>> BeginAsync(
        string policy,
        int id,
        object? form,
        Func<ILettaTalking, Agent, CancellationToken, IAsyncEnumerable<LettaMessage>> say,
        CancellationToken cancel
    )
    {
        var (agent, refusal) = await FindAsync<IAsyncEnumerable<LettaMessage>>(policy, id, cancel);
        return refusal
            ?? (
                form is not null && FormRules.Check(form) is { Count: > 0 } reasons
                    ? new Outcome<IAsyncEnumerable<LettaMessage>>.Invalid(reasons)
                    : new Outcome<IAsyncEnumerable<LettaMessage>>.Ok(TellAsync(agent!, say, cancel))
            );
    }

    private async IAsyncEnumerable<LettaMessage> TellAsync(
        Agent agent,
        Func<ILettaTalking, Agent, CancellationToken, IAsyncEnumerable<LettaMessage>> say,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        string? failure = null;
        await using var parts = ConnectedAsync(agent, say, cancel).GetAsyncEnumerator(cancel);
        while (true)
        {
            try
            {
                if (!await parts.MoveNextAsync())
                {
                    break;
                }
            }
            catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
            {
                LogBroke(e, agent.Id);
                failure = why;
                break;
            }

            yield return parts.Current;
        }

        if (failure is not null)
        {
            yield return LettaMessage.Failed(AgentLabels.Failed(failure));
        }

        await UpdateStatusAsync(agent, cancel);
    }

    private async IAsyncEnumerable<LettaMessage> ConnectedAsync(
        Agent agent,
        Func<ILettaTalking, Agent, CancellationToken, IAsyncEnumerable<LettaMessage>> say,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        using var server = await letta.TalkingAsync(cancel);
        await foreach (var part in say(server, agent, cancel).WithCancellation(cancel))
        {
            yield return part;
        }
    }

    /// <summary>Writes the status as the server has it now; where it can't be read, the next synchronisation will.</summary>
    private async Task UpdateStatusAsync(Agent agent, CancellationToken cancel)
    {
        try
        {
            using var server = await letta.AgentsAsync(cancel);
            var live = await server.FindAsync(agent.LettaUid!, cancel);
            if (!AgentStatus.IsIn(agent, live))
            {
                await writes.WriteAsync(
                    Policies.OperateRegistry,
                    agent.Id,
                    null,
                    (registry, row) =>
                    {
                        registry.Reason = "talked to";
                        AgentStatus.WriteTo(row, live, clock.GetUtcNow());
                        return Task.FromResult<Outcome<AgentRow>.Invalid?>(null);
                    },
                    cancel
                );
            }
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is not null)
        {
            LogBroke(e, agent.Id);
        }
    }

    private async Task<(Agent? Agent, Outcome<T>? Refusal)> FindAsync<T>(string policy, int id, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<T>(policy) is { } mayNot)
        {
            return (null, mayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agent = await registry.Agents.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel);
        return agent is null ? (null, new Outcome<T>.NotFound())
            : agent.LettaUid is null ? (null, new Outcome<T>.Invalid("", Unlinked))
            : (agent, null);
    }

    private async Task RecordAsync(int id, string act, object? after, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        registry.Reason = "on the Letta server";
        await registry.RecordAsync(act, "agents", $"{id}", after is null ? null : JsonSerializer.Serialize(after, ApiJson.Options), cancel);
    }

    [LoggerMessage(LogLevel.Information, "The conversation with agent {AgentId} was interrupted")]
    private partial void LogBroke(Exception exception, int agentId);
}
