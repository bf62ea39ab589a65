using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>
/// Adds, changes and activates models. Everybody's need the permission to change the registry, one's own the one to use it. One of
/// each owner's is active: who is made active takes the place of who was, in one transaction.
/// </summary>
public sealed partial class ModelService(
    IDbContextFactory<RegistryDbContext> registries,
    ModelReader reader,
    SecretBox secrets,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<ModelService> log
)
{
    internal const string MayNot = "You don't have permission to change this model.";
    private const string ActiveStays = "This model is the active one. Activate another model first.";

    /// <summary>Adds a model, or changes the one the form names. The first chat model of an owner becomes the active one.</summary>
    /// <param name="dryRun">Only says what it would be.</param>
    public async Task<Outcome<ModelRow>> SaveAsync(ModelForm form, bool dryRun, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var config = await FindOrMakeAsync(registry, form, cancel);
        if (config is null)
        {
            return new Outcome<ModelRow>.NotFound();
        }

        if (!await MayAsync(config.UserId))
        {
            return new Outcome<ModelRow>.Invalid("", MayNot);
        }

        if (form.Id is not null && config.Version != form.Version)
        {
            return new Outcome<ModelRow>.Conflict(await reader.RowOfAsync(registry, config, cancel));
        }

        if (RulesOf(form, config) is { Count: > 0 } reasons)
        {
            return new Outcome<ModelRow>.Invalid(reasons);
        }

        form.WriteTo(config);
        if (form.Id is null)
        {
            var hasActive = await registry.LlmConfigs.AnyAsync(c => c.UserId == config.UserId && c.IsActive, cancel);
            config.IsActive = !hasActive && config is { IsEnabled: true, Purpose: LlmPurpose.Chat };

            // The key is sealed to the row's id, which it has only when it is written.
            registry.Add(config);
            await registry.SaveChangesAsync(cancel);
        }

        if (form.ApiKey is { } key)
        {
            config.ApiKey = secrets.Seal(key, SecretAdoption.PlaceOf(config));
        }

        return await EndAsync(registry, config, dryRun, isNew: form.Id is null, cancel);
    }

    /// <summary>Makes a model its owner's active one. Everybody's becomes the primary, which every start makes active again.</summary>
    /// <param name="version">Null for whichever it is.</param>
    public Task<Outcome<ModelRow>> ActivateAsync(int id, int? version, bool dryRun, CancellationToken cancel) =>
        ChangeAsync(
            id,
            version,
            dryRun,
            async (registry, config) =>
            {
                if (config is not { IsEnabled: true, Purpose: LlmPurpose.Chat })
                {
                    return config.IsEnabled ? "Only a chat model can be the active one." : "This model is disabled. Enable it first.";
                }

                await ActivateAsync(registry, config, isPrimary: config.UserId is null, cancel);
                return null;
            },
            cancel
        );

    /// <summary>Stops using one's own active model, so that everybody's counts again.</summary>
    public Task<Outcome<ModelRow>> DeactivateAsync(int id, int? version, bool dryRun, CancellationToken cancel) =>
        ChangeAsync(
            id,
            version,
            dryRun,
            (_, config) =>
            {
                config.IsActive &= config.UserId is null;
                return Task.FromResult(config.UserId is null ? ActiveStays : null);
            },
            cancel
        );

    /// <summary>Takes the place of whichever was active. Inside a transaction that nobody else writes beside.</summary>
    internal static async Task ActivateAsync(RegistryDbContext registry, LlmConfig config, bool isPrimary, CancellationToken cancel)
    {
        var others = await registry
            .LlmConfigs.Where(c => c.Id != config.Id && ((c.IsActive && c.UserId == config.UserId) || (isPrimary && c.IsPrimary)))
            .ToListAsync(cancel);
        foreach (var other in others)
        {
            (other.IsActive, other.IsPrimary) = (other.IsActive && other.UserId != config.UserId, other.IsPrimary && !isPrimary);
        }

        // The index allows one only, so who goes, goes first.
        await registry.SaveChangesAsync(cancel);
        (config.IsActive, config.IsPrimary) = (true, config.IsPrimary || isPrimary);
        await registry.SaveChangesAsync(cancel);
    }

    /// <summary>A key that is stored goes only to where it was entered for.</summary>
    internal static Dictionary<string, string> KeyRules(ModelForm form, LlmConfig stored) =>
        form.ApiKey is null
        && !string.IsNullOrEmpty(stored.ApiKey)
        && SecretDestination.IsAnother(
            ModelRules.AddressOf(stored.Type, stored.BaseUrl ?? stored.ApiBase),
            ModelRules.AddressOf(form.Type, form.Address)
        )
            ? new() { [nameof(form.ApiKey)] = SecretDestination.Again("key") }
            : [];

    private async Task<Outcome<ModelRow>> ChangeAsync(
        int id,
        int? version,
        bool dryRun,
        Func<RegistryDbContext, LlmConfig, Task<string?>> change,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await FindAsync(registry, id, cancel) is not { } config)
        {
            return new Outcome<ModelRow>.NotFound();
        }

        if (!await MayAsync(config.UserId))
        {
            return new Outcome<ModelRow>.Invalid("", MayNot);
        }

        if (version is { } read && read != config.Version)
        {
            return new Outcome<ModelRow>.Conflict(await reader.RowOfAsync(registry, config, cancel));
        }

        return await change(registry, config) is { } why
            ? new Outcome<ModelRow>.Invalid("", why)
            : await EndAsync(registry, config, dryRun, isNew: false, cancel);
    }

    private async Task<Outcome<ModelRow>> EndAsync(
        RegistryDbContext registry,
        LlmConfig config,
        bool dryRun,
        bool isNew,
        CancellationToken cancel
    )
    {
        await registry.SaveChangesAsync(cancel);
        var row = await reader.RowOfAsync(registry, config, cancel);
        if (!dryRun)
        {
            await registry.CommitWritingAsync(cancel);
            LogSaved(config.Id, config.Version);
        }

        return new Outcome<ModelRow>.Ok(dryRun && isNew ? row with { Id = 0 } : row);
    }

    private async Task<LlmConfig?> FindOrMakeAsync(RegistryDbContext registry, ModelForm form, CancellationToken cancel) =>
        form.Id is { } id
            ? await FindAsync(registry, id, cancel)
            : new()
            {
                UserId = form.IsMine ? caller.Id : null,
                Model = form.Model,
                CreatedAt = clock.GetUtcNow(),
            };

    /// <summary>Somebody else's is not there for whom it does not concern.</summary>
    private async Task<LlmConfig?> FindAsync(RegistryDbContext registry, int id, CancellationToken cancel) =>
        await registry.LlmConfigs.SingleOrDefaultAsync(c => c.Id == id, cancel) is { } config
        && (config.UserId is null || config.UserId == caller.Id || await caller.MayAsync(Policies.WriteRegistry))
            ? config
            : null;

    private async Task<bool> MayAsync(int? owner) =>
        await caller.MayAsync(owner is { } id && id == caller.Id ? Policies.OperateRegistry : Policies.WriteRegistry);

    private Dictionary<string, string> RulesOf(ModelForm form, LlmConfig config)
    {
        var reasons = FormRules.Check(form);
        if (form.Id is null && form.IsMine && caller.Id is null)
        {
            reasons.TryAdd(nameof(form.IsMine), "Nobody is signed in whose model it could be.");
        }

        if (form.Id is null)
        {
            return reasons;
        }

        if (form.IsMine != config.UserId is not null)
        {
            reasons.TryAdd(nameof(form.IsMine), "Whose model it is can't be changed. Add another model.");
        }

        if (config.IsActive && (!form.IsEnabled || form.Purpose != LlmPurpose.Chat))
        {
            reasons.TryAdd(form.IsEnabled ? nameof(form.Purpose) : nameof(form.IsEnabled), ActiveStays);
        }

        foreach (var (field, reason) in KeyRules(form, config))
        {
            reasons.TryAdd(field, reason);
        }

        return reasons;
    }

    [LoggerMessage(LogLevel.Information, "The model {Id} was saved as version {Version}")]
    private partial void LogSaved(int id, int version);
}
