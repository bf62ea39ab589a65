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
    TimeProvider clock,
    ILogger<AgentTalk> log
)
{
    public const int MostMessages = 200;

    private const string Unlinked = "You can't talk to this agent, because it has no Letta id in the registry.";
    private const string NothingWaits = "No approval is pending any more.";

    /// <summary>The newest messages.</summary>
    public Task<Outcome<AgentMessages>> ReadAsync(int id, int most, CancellationToken cancel) =>
        CallAsync<AgentMessages>(
            Policies.ReadRegistry,
            id,
            async (server, agent) =>
                new(
                    await server.HistoryAsync(agent.LettaUid!, Math.Clamp(most, 1, MostMessages), cancel),
                    await server.PendingAsync(agent.LettaUid!, cancel)
                ),
            cancel
        );

    /// <summary>Says something. The answer comes in parts; where it breaks off, the last one is a failure that says why.</summary>
    public Task<Outcome<IAsyncEnumerable<LettaMessage>>> SendAsync(int id, TalkForm form, CancellationToken cancel) =>
        BeginAsync(id, form, (server, agent, token) => server.SendAsync(agent.LettaUid!, form.Text!.Trim(), token), cancel);

    /// <summary>Allows or denies what waits, upon which the agent goes on.</summary>
    public async Task<Outcome<IAsyncEnumerable<LettaMessage>>> ApproveAsync(int id, ApprovalForm form, CancellationToken cancel)
    {
        if (form.Approve is not { } approve)
        {
            return new Outcome<IAsyncEnumerable<LettaMessage>>.Invalid(nameof(form.Approve), "The field approve is required.");
        }

        async IAsyncEnumerable<LettaMessage> GoOn(ILettaTalking server, Agent agent, [EnumeratorCancellation] CancellationToken token)
        {
            var pending = await server.PendingAsync(agent.LettaUid!, token) ?? throw new LettaCallException(NothingWaits);
            await RecordAsync(
                id,
                approve ? "approve" : "deny",
                new { tools = pending.Calls.Select(call => call.Name), form.Reason },
                token
            );
            await foreach (var part in server.ApproveAsync(agent.LettaUid!, pending, approve, form.Reason, token))
            {
                yield return part;
            }
        }

        return await BeginAsync(id, form, GoOn, cancel);
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
                await FollowAsync(agent, cancel);
                return new(
                    await server.HistoryAsync(agent.LettaUid!, MostMessages, cancel),
                    await server.PendingAsync(agent.LettaUid!, cancel)
                );
            },
            cancel
        );

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
        int id,
        object form,
        Func<ILettaTalking, Agent, CancellationToken, IAsyncEnumerable<LettaMessage>> say,
        CancellationToken cancel
    )
    {
        var (agent, refusal) = await FindAsync<IAsyncEnumerable<LettaMessage>>(Policies.OperateRegistry, id, cancel);
        return refusal
            ?? (
                FormRules.Check(form) is { Count: > 0 } reasons
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

        await FollowAsync(agent, cancel);
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
    private async Task FollowAsync(Agent agent, CancellationToken cancel)
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
