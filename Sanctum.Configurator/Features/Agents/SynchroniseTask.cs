namespace Sanctum.Configurator.Features.Agents;

/// <summary>Compares the agents with those of the Letta server.</summary>
internal sealed class SynchroniseTask(AgentSync sync) : IBuiltInTask
{
    public string Name => "synchronise_agents";

    public string Description => "Compares the agents with the Letta server and updates their statuses.";

    public string Policy => Policies.OperateRegistry;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel) =>
        await sync.SynchroniseAsync(false, (_, _) => { }, cancel) switch
        {
            Outcome<SyncResult>.Ok { Value: var found } => new Outcome<string>.Ok(
                $"{found.Same} identical, {found.Differing.Count} different, {found.New.Count} new, {found.Gone.Count} gone."
            ),
            Outcome<SyncResult>.Invalid refused => new Outcome<string>.Invalid(refused.Reasons),
            _ => new Outcome<string>.NotFound(),
        };
}
