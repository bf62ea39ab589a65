using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>Which model goes, and what comes in its place.</summary>
public sealed class ModelRemovalForm
{
    /// <summary>Leaves the names as they are.</summary>
    public const int Nothing = 0;

    public int Id { get; set; }

    /// <summary>Null for whichever it is.</summary>
    public int? Version { get; set; }

    /// <summary>The id of the model that is named instead, or <see cref="Nothing"/>; null where nothing names it.</summary>
    public int? Replacement { get; set; }
}

/// <summary>What names a model that is to go, and what could stand in its place.</summary>
/// <param name="MustReplace">It is everybody's active model, so that another has to become it.</param>
public sealed record ModelRemovalPlan(IReadOnlyList<ModelUse> Uses, IReadOnlyList<ModelRow> Others, bool MustReplace);

/// <summary>A model that was deleted.</summary>
/// <param name="Replacement">Null where the names stayed.</param>
/// <param name="Uses">What names the replacement now, or would still name the model.</param>
public sealed record RemovedModel(ModelRow Model, ModelName? Replacement, IReadOnlyList<ModelUse> Uses);

/// <summary>Deletes models, with another one put in place of each that is still named, in one transaction.</summary>
public sealed partial class ModelRemoval(
    IDbContextFactory<RegistryDbContext> registries,
    ModelReader reader,
    ModelReplacement replacement,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<ModelRemoval> log
)
{
    /// <summary>What would have to be mended; null where there is no such model.</summary>
    public async Task<ModelRemovalPlan?> PlanAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await reader.FindAsync(id, cancel) is not { } model)
        {
            return null;
        }

        var others = (await reader.ListAsync(cancel)).Where(other => other.Id != id && other.Purpose == model.Purpose);
        var mustReplace = model is { Active: true, UserId: null };
        return new(
            await UsesAsync(registry, model, cancel),
            [.. others.Where(other => !mustReplace || other is { UserId: null, Enabled: true })],
            mustReplace
        );
    }

    /// <summary>Deletes a model. What it was used for stays in the usage.</summary>
    /// <param name="dryRun">Only says what would be deleted and changed.</param>
    public async Task<Outcome<RemovedModel>> DeleteAsync(ModelRemovalForm form, bool dryRun, CancellationToken cancel)
    {
        if (await reader.FindAsync(form.Id, cancel) is not { } model)
        {
            return new Outcome<RemovedModel>.NotFound();
        }

        if (!model.MayChange)
        {
            return new Outcome<RemovedModel>.Invalid("", ModelService.MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.LlmConfigs.SingleOrDefaultAsync(c => c.Id == form.Id, cancel) is not { } config)
        {
            return new Outcome<RemovedModel>.NotFound();
        }

        if (form.Version is { } read && read != config.Version)
        {
            return new Outcome<RemovedModel>.Conflict(new(await reader.RowOfAsync(registry, config, cancel), null, []));
        }

        var uses = await UsesAsync(registry, model, cancel);
        var other = form.Replacement is null or ModelRemovalForm.Nothing
            ? null
            : await registry.LlmConfigs.SingleOrDefaultAsync(c => c.Id == form.Replacement, cancel);
        if (await WhyNotAsync(form, config, other, uses, cancel) is { } why)
        {
            return new Outcome<RemovedModel>.Invalid(nameof(form.Replacement), why);
        }

        await MendAsync(registry, config, other, uses, cancel);
        registry.Remove(config);
        await registry.SaveChangesAsync(cancel);
        if (!dryRun)
        {
            await registry.CommitWritingAsync(cancel);
            LogDeleted(config.Id, uses.Count);
        }

        return new Outcome<RemovedModel>.Ok(new(model, other is null ? null : NameOf(other), uses));
    }

    /// <summary>Brings a model that was deleted back, and its name to where it stood. Its key is gone for good.</summary>
    public async Task<Outcome<ModelRow>> RestoreAsync(RemovedModel removed, CancellationToken cancel)
    {
        if (!await caller.MayAsync(removed.Model.UserId == caller.Id ? Policies.OperateRegistry : Policies.WriteRegistry))
        {
            return new Outcome<ModelRow>.Invalid("", ModelService.MayNot);
        }

        var name = new ModelName(removed.Model.Type, removed.Model.Model);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        registry.Reason = $"{name.Handle} is brought back";
        await registry.BeginWritingAsync(cancel);
        var config = new LlmConfig
        {
            UserId = removed.Model.UserId,
            Model = removed.Model.Model,
            CreatedAt = clock.GetUtcNow(),
            IsActive = false,
        };
        removed.Model.ToForm().WriteTo(config);
        registry.Add(config);
        await registry.SaveChangesAsync(cancel);
        if (removed.Model.Active && (config.UserId is null || !await registry.LlmConfigs.AnyAsync(IsActiveOf(config.UserId), cancel)))
        {
            await ModelService.ActivateAsync(registry, config, isPrimary: config.UserId is null, cancel);
        }

        if (removed.Replacement is { } from)
        {
            await replacement.ReplaceAsync(registry, removed.Uses, from, name, cancel);
        }

        await registry.SaveChangesAsync(cancel);
        var row = await reader.RowOfAsync(registry, config, cancel);
        await registry.CommitWritingAsync(cancel);
        return new Outcome<ModelRow>.Ok(row);
    }

    /// <summary>None where another model of everybody's has the same name, nor of somebody's own, which the names do not mean.</summary>
    private async Task<IReadOnlyList<ModelUse>> UsesAsync(RegistryDbContext registry, ModelRow model, CancellationToken cancel)
    {
        var isLeft =
            model.UserId is not null
            || await registry.LlmConfigs.AnyAsync(
                c => c.Id != model.Id && c.UserId == null && c.Type == model.Type && c.Model == model.Model,
                cancel
            );
        return isLeft
            ? []
            :
            [
                .. (await replacement.UsesAsync(registry, new(model.Type, model.Model), cancel)).Where(use =>
                    use.Kind != ModelReplacement.Configurations
                ),
            ];
    }

    private async Task<string?> WhyNotAsync(
        ModelRemovalForm form,
        LlmConfig config,
        LlmConfig? other,
        IReadOnlyList<ModelUse> uses,
        CancellationToken cancel
    )
    {
        var isActive = config is { IsActive: true, UserId: null };
        return other is null && form.Replacement is not (null or ModelRemovalForm.Nothing)
                ? $"There is no model {form.Replacement} to put in its place."
            : other is not null
            && (other.Id == config.Id || other.Purpose != config.Purpose || await reader.FindAsync(other.Id, cancel) is null)
                ? "This model can't stand in its place. Choose another one of the same purpose."
            : isActive && other is null
                ? "This model is the active one. Activate another model first, or choose one of everybody's in its place."
            : isActive && other is not { UserId: null, IsEnabled: true } ? "Only an enabled model of everybody's can become the active one."
            : uses.Count > 0 && form.Replacement is null
                ? $"It is named by {NamesOf(uses)}. Choose a model in its place, leave the names as they are, or disable it instead."
            : null;
    }

    private async Task MendAsync(
        RegistryDbContext registry,
        LlmConfig config,
        LlmConfig? other,
        IReadOnlyList<ModelUse> uses,
        CancellationToken cancel
    )
    {
        if (other is null)
        {
            return;
        }

        var (from, to) = (NameOf(config), NameOf(other));
        registry.Reason = $"{to.Handle} in place of {from.Handle}, which is deleted";
        await replacement.ReplaceAsync(registry, uses, from, to, cancel);
        if (config.IsActive && other.UserId == config.UserId)
        {
            await ModelService.ActivateAsync(registry, other, isPrimary: config.UserId is null, cancel);
        }
    }

    private static System.Linq.Expressions.Expression<Func<LlmConfig, bool>> IsActiveOf(int? user) => c => c.UserId == user && c.IsActive;

    private static ModelName NameOf(LlmConfig config) => new(config.Type, config.Model);

    private static string NamesOf(IReadOnlyList<ModelUse> uses) =>
        $"{string.Join(", ", uses.Take(3).Select(use => $"the {use.Kind} {use.Name}"))}{(uses.Count > 3 ? $" and {uses.Count - 3} others" : "")}";

    [LoggerMessage(LogLevel.Information, "The model {Id} was deleted, and {Uses} uses of it mended")]
    private partial void LogDeleted(int id, int uses);
}
