using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;

namespace Sanctum.Configurator.Features.Agents.AppServers;

/// <summary>Calls for one agent that only an App Server answers: its memory's files, its conversations and its schedules.</summary>
public sealed class AppServerCalls(IDbContextFactory<RegistryDbContext> registries, SavedLetta letta, AgentWrites writes)
{
    private const string Unlinked = "This agent has no Letta id in the registry.";

    /// <param name="call">Gets the connection and the agent's id on the server.</param>
    internal Task<Outcome<T>> ReadAsync<T>(int id, Func<AppServerLink, string, Task<T>> call, CancellationToken cancel) =>
        CallAsync(Policies.ReadRegistry, id, null, call, cancel);

    /// <param name="act">What the history calls it, and of what. Recorded first: what cannot be recorded is not done.</param>
    internal Task<Outcome<T>> WriteAsync<T>(
        string policy,
        int id,
        (string Act, object? After) act,
        Func<AppServerLink, string, Task<T>> call,
        CancellationToken cancel
    ) => CallAsync(policy, id, act, call, cancel);

    private async Task<Outcome<T>> CallAsync<T>(
        string policy,
        int id,
        (string Act, object? After)? act,
        Func<AppServerLink, string, Task<T>> call,
        CancellationToken cancel
    )
    {
        if (await writes.RefuseAsync<T>(policy) is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agent = await registry.Agents.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancel);
        if (agent?.LettaUid is not { } uid)
        {
            return agent is null ? new Outcome<T>.NotFound() : new Outcome<T>.Invalid("", Unlinked);
        }

        try
        {
            using var link = await letta.AppServerAsync(cancel);
            if (act is { } done)
            {
                registry.Reason = "on the App Server";
                await registry.RecordAsync(
                    done.Act,
                    "agents",
                    $"{id}",
                    done.After is null ? null : JsonSerializer.Serialize(done.After, ApiJson.Options),
                    cancel
                );
            }

            return new Outcome<T>.Ok(await call(link, uid));
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<T>.Invalid("", AgentLabels.Failed(why));
        }
    }
}
