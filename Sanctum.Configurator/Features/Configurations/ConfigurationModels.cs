using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>The models that stand as values of configurations, by their id or as Letta names them.</summary>
internal sealed class ConfigurationModels : IModelUses
{
    public string Kind => "configuration";

    public async Task<IReadOnlyList<ModelUse>> FindAsync(RegistryDbContext registry, ModelName model, CancellationToken cancel) =>
        [
            .. (await Naming(registry, model).AsNoTracking().OrderBy(c => c.Key).ToListAsync(cancel)).Select(c => new ModelUse(
                Kind,
                c.Id,
                c.Key,
                Urls.Configurations
            )),
        ];

    public async Task ReplaceAsync(
        RegistryDbContext registry,
        IReadOnlyList<int> ids,
        ModelName from,
        ModelName to,
        CancellationToken cancel
    )
    {
        foreach (var row in await Naming(registry, from).Where(c => ids.Contains(c.Id)).ToListAsync(cancel))
        {
            row.Value = row.Value == from.Handle ? to.Handle : to.Model;
        }
    }

    private static IQueryable<Configuration> Naming(RegistryDbContext registry, ModelName model) =>
        registry.Configurations.Where(c =>
            !c.IsEncrypted && c.Type == ConfigurationType.String && (c.Value == model.Model || c.Value == model.Handle)
        );
}
