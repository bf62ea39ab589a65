using Sanctum.Configurator.Features.Models;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>The models that agents declare. What is replaced here is still to be pushed to the Letta server, as every change is.</summary>
internal sealed class AgentModels : IModelUses
{
    private static readonly string[] Keys = [AgentConfig.Model, AgentConfig.Embedding];

    public string Kind => "agent";

    public async Task<IReadOnlyList<ModelUse>> FindAsync(RegistryDbContext registry, ModelName model, CancellationToken cancel)
    {
        var agents = await registry.Agents.AsNoTracking().Where(a => a.Config != null).OrderBy(a => a.Name).ToListAsync(cancel);
        return
        [
            .. agents
                .Where(agent => KeysOf(AgentConfig.Of(agent.Config), model).Any())
                .Select(agent => new ModelUse(Kind, agent.Id, agent.Name, Urls.Agent(agent.Id))),
        ];
    }

    public async Task ReplaceAsync(
        RegistryDbContext registry,
        IReadOnlyList<int> ids,
        ModelName from,
        ModelName to,
        CancellationToken cancel
    )
    {
        foreach (var agent in await registry.Agents.Where(a => ids.Contains(a.Id)).ToListAsync(cancel))
        {
            var config = AgentConfig.Of(agent.Config);
            foreach (var key in KeysOf(config, from).ToList())
            {
                config.Set(key, to.Handle);
            }

            config.WriteTo(agent);
        }
    }

    private static IEnumerable<string> KeysOf(AgentConfig config, ModelName model) =>
        Keys.Where(key => string.Equals(config.Text(key), model.Handle, StringComparison.OrdinalIgnoreCase));
}
