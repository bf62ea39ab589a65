using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Life;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>Lists the models that the caller may see: everybody's and his own, or all where he may change everybody's.</summary>
public sealed class ModelReader
{
    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly ProviderKeys _keys;
    private readonly CurrentUser _caller;
    private readonly TimeProvider _clock;

    internal ModelReader(IDbContextFactory<RegistryDbContext> registries, ProviderKeys keys, CurrentUser caller, TimeProvider clock) =>
        (_registries, _keys, _caller, _clock) = (registries, keys, caller, clock);

    /// <summary>The day by which the ends of models are counted, in UTC.</summary>
    public DateOnly Today => DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);

    /// <summary>The active ones first, then by provider and model.</summary>
    public async Task<IReadOnlyList<ModelRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        var mayAll = await _caller.MayAsync(Policies.WriteRegistry);
        var me = _caller.Id;
        var configs = await registry
            .LlmConfigs.AsNoTracking()
            .Where(c => c.UserId == null || c.UserId == me || mayAll)
            .OrderBy(c => c.Type)
            .ThenBy(c => c.Model)
            .ThenBy(c => c.Id)
            .ToListAsync(cancel);
        var rows = await RowsOfAsync(registry, configs, cancel);
        return [.. rows.OrderBy(row => row.UserId is null ? 0 : 1).ThenBy(row => row.Active ? 0 : 1)];
    }

    /// <summary>Null where there is none, or it is somebody else's.</summary>
    public async Task<ModelRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return
            await registry.LlmConfigs.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is { } config
            && (config.UserId is null || config.UserId == _caller.Id || await _caller.MayAsync(Policies.WriteRegistry))
            ? await RowOfAsync(registry, config, cancel)
            : null;
    }

    /// <summary>The tests of a model, newest first.</summary>
    public async Task<IReadOnlyList<ModelCheck>> ChecksAsync(int id, int take, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is null)
        {
            return [];
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        var checks = await registry
            .LlmChecks.AsNoTracking()
            .Where(c => c.ConfigId == id)
            .OrderByDescending(c => c.CheckedAt)
            .ThenByDescending(c => c.Id)
            .Take(take)
            .ToListAsync(cancel);
        return [.. checks.Select(ModelCheck.Of)];
    }

    internal async Task<ModelRow> RowOfAsync(RegistryDbContext registry, LlmConfig config, CancellationToken cancel) =>
        (await RowsOfAsync(registry, [config], cancel))[0];

    private async Task<List<ModelRow>> RowsOfAsync(RegistryDbContext registry, List<LlmConfig> configs, CancellationToken cancel)
    {
        var ends = await ModelEnds.ReadAsync(registry, cancel);
        var owners = configs.Select(c => c.UserId).OfType<int>().ToHashSet();
        var names = await registry.Users.Where(u => owners.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.UserName, cancel);
        var ids = configs.ConvertAll(c => c.Id);
        var newest = await registry
            .LlmChecks.Where(c => ids.Contains(c.ConfigId))
            .GroupBy(c => c.ConfigId)
            .Select(g => g.Max(c => c.Id))
            .ToListAsync(cancel);
        var checks = await registry.LlmChecks.AsNoTracking().Where(c => newest.Contains(c.Id)).ToDictionaryAsync(c => c.ConfigId, cancel);
        var mayAll = await _caller.MayAsync(Policies.WriteRegistry);
        var mayOwn = await _caller.MayAsync(Policies.OperateRegistry);
        List<ModelRow> rows = [];
        foreach (var config in configs)
        {
            var mayChange = mayAll || (mayOwn && config.UserId is { } owner && owner == _caller.Id);
            var key = await _keys.FindAsync(config, cancel);
            var owned = config.UserId is { } id ? names.GetValueOrDefault(id) : null;
            rows.Add(RowOf(config, key, ends.Of(config), checks.GetValueOrDefault(config.Id), owned, mayChange));
        }

        return rows;
    }

    private static ModelRow RowOf(LlmConfig config, KeyInForce key, ModelEnd? end, LlmCheck? check, string? owner, bool mayChange)
    {
        var provider = LlmProvider.Of(config.Type);
        var (address, fault) = LlmPlace.AddressOf(provider, config.BaseUrl ?? config.ApiBase);
        return new()
        {
            Id = config.Id,
            Type = config.Type,
            Provider = provider.Name,
            Model = config.Model,
            Purpose = config.Purpose,
            UserId = config.UserId,
            Owner = owner,
            MayChange = mayChange,
            BaseUrl = config.BaseUrl,
            ApiBase = config.ApiBase,
            Address = address,
            ApiVersion = config.ApiVersion,
            Active = config.IsActive,
            IsPrimary = config.IsPrimary,
            Enabled = config.IsEnabled,
            FallbackOrder = config.FallbackOrder,
            Dimension = config.Dimension,
            HasTools = config.HasTools,
            HasStructuredOutput = config.HasStructuredOutput,
            LivesUntil = config.LivesUntil,
            End = end,
            HasKey = !string.IsNullOrEmpty(config.ApiKey),
            KeySource = key.Source,
            KeyVariable = key.Variable,
            Problem =
                fault
                ?? (
                    key.Source == KeySource.Unreadable ? "The key can't be decrypted. Restore the keys folder, or enter the key again."
                    : key.Source == KeySource.None && provider.NeedsKey ? $"{provider.Name} needs a key, and there is none."
                    : null
                ),
            LastCheck = check is null ? null : ModelCheck.Of(check),
            Version = config.Version,
        };
    }
}
