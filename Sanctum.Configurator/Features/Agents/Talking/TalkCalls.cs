using System.Runtime.CompilerServices;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Registry.Agents;

namespace Sanctum.Configurator.Features.Agents.Talking;

/// <summary>
/// The calls of a talk with one agent: who may, over which connection, what is said where it breaks off, and what the registry keeps of it.
/// </summary>
public sealed partial class TalkCalls(
    IDbContextFactory<RegistryDbContext> registries,
    SavedLetta letta,
    AgentWrites writes,
    TimeProvider clock,
    ILogger<TalkCalls> log
)
{
    private const string Unlinked = "You can't talk to this agent, because it has no Letta id in the registry.";

    internal async Task<Outcome<T>> CallAsync<T>(string policy, int id, Func<ILettaTalking, Agent, Task<T>> call, CancellationToken cancel)
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

    /// <param name="say">Ends when the server has taken it, as far as that can be told.</param>
    internal async Task<Outcome<IAsyncEnumerable<LettaMessage>>> BeginAsync(
        string policy,
        int id,
        object? form,
        Func<ILettaTalking, Agent, Task<IAsyncEnumerable<LettaMessage>>> say,
        CancellationToken cancel
    )
    {
        var (agent, refusal) = await FindAsync<IAsyncEnumerable<LettaMessage>>(policy, id, cancel);
        if (refusal is not null)
        {
            return refusal;
        }

        if (form is not null && FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<IAsyncEnumerable<LettaMessage>>.Invalid(reasons);
        }

        try
        {
            return new Outcome<IAsyncEnumerable<LettaMessage>>.Ok(await ConnectedAsync(agent!, say, cancel));
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            LogBroke(e, id);
            await UpdateStatusAsync(agent!, cancel);
            return new Outcome<IAsyncEnumerable<LettaMessage>>.Invalid("", AgentLabels.Failed(why));
        }
    }

    private async Task<IAsyncEnumerable<LettaMessage>> ConnectedAsync(
        Agent agent,
        Func<ILettaTalking, Agent, Task<IAsyncEnumerable<LettaMessage>>> say,
        CancellationToken cancel
    )
    {
        var server = await letta.TalkingAsync(cancel);
        try
        {
            return TellAsync(server, agent, await say(server, agent), cancel);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <param name="server">Is disposed at the end of the answer.</param>
    private async IAsyncEnumerable<LettaMessage> TellAsync(
        ILettaTalking server,
        Agent agent,
        IAsyncEnumerable<LettaMessage> answer,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        using var connection = server;
        string? failure = null;
        await using var parts = answer.GetAsyncEnumerator(cancel);
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

    /// <summary>Writes the status as the server has it now; where it can't be read, the next synchronisation will.</summary>
    internal async Task UpdateStatusAsync(Agent agent, CancellationToken cancel)
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

    /// <summary>What the server tells until the connection is lost, which is no failure of whoever listens.</summary>
    internal async IAsyncEnumerable<T> UntilLostAsync<T>(
        Agent agent,
        Func<ILettaTalking, IAsyncEnumerable<T>> listen,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await using var told = ListenAsync(listen, cancel).GetAsyncEnumerator(cancel);
        while (await MovesAsync(told, agent, cancel))
        {
            yield return told.Current;
        }
    }

    private async IAsyncEnumerable<T> ListenAsync<T>(
        Func<ILettaTalking, IAsyncEnumerable<T>> listen,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        using var server = await letta.TalkingAsync(cancel);
        await foreach (var told in listen(server).WithCancellation(cancel))
        {
            yield return told;
        }
    }

    private async Task<bool> MovesAsync<T>(IAsyncEnumerator<T> told, Agent agent, CancellationToken cancel)
    {
        try
        {
            return await told.MoveNextAsync();
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is not null)
        {
            LogBroke(e, agent.Id);
            return false;
        }
    }

    internal async Task<(Agent? Agent, Outcome<T>? Refusal)> FindAsync<T>(string policy, int id, CancellationToken cancel)
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

    internal async Task RecordAsync(int id, string act, object? after, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        registry.Reason = "on the Letta server";
        await registry.RecordAsync(act, "agents", $"{id}", after is null ? null : JsonSerializer.Serialize(after, ApiJson.Options), cancel);
    }

    [LoggerMessage(LogLevel.Information, "The conversation with agent {AgentId} was interrupted")]
    private partial void LogBroke(Exception exception, int agentId);
}
