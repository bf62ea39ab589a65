using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>One model in place of another, everywhere.</summary>
public sealed class ReplacementForm
{
    [Required(ErrorMessage = "Enter the model that goes.")]
    [TextLimit(Lengths.Name)]
    public string FromModel { get; set; } = "";

    [Required(ErrorMessage = "Choose the provider.")]
    [TextLimit(LlmConfig.TypeLength)]
    public string Type { get; set; } = LlmProvider.OpenAi;

    [Required(ErrorMessage = "Enter the model that comes.")]
    [StringLength(LlmConfig.ModelLength, ErrorMessage = "A model has at most 200 characters.")]
    [Sendable(SendableAs.Text)]
    public string ToModel
    {
        get;
        set => field = Unseen.Trim(value ?? "");
    } = "";

    /// <summary>Only these, as "kind:id"; null for all that name the model. What was replaced is taken back with its own list.</summary>
    [TextLimit(Lengths.Name)]
    public IReadOnlyList<string>? Only { get; set; }
}

/// <summary>What a replacement would change, or changed.</summary>
public sealed record ReplacementPlan(ModelName From, ModelName To, IReadOnlyList<ModelUse> Uses);

/// <summary>Puts one model of a provider in place of another in all that name it, in one transaction.</summary>
public sealed class ModelReplacement(IDbContextFactory<RegistryDbContext> registries, IEnumerable<IModelUses> uses, CurrentUser caller)
{
    internal const string Configurations = "model";

    /// <summary>What names a model: configurations of models, and whatever else knows of any.</summary>
    public async Task<IReadOnlyList<ModelUse>> UsesAsync(ModelName model, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await UsesAsync(registry, model, cancel);
    }

    public async Task<Outcome<ReplacementPlan>> ReplaceAsync(ReplacementForm form, bool dryRun, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<ReplacementPlan>.Invalid("", ModelService.MayNot);
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<ReplacementPlan>.Invalid(reasons);
        }

        var (from, to) = (new ModelName(form.Type.Trim(), form.FromModel.Trim()), new ModelName(form.Type.Trim(), form.ToModel));
        if (from == to)
        {
            return new Outcome<ReplacementPlan>.Invalid(nameof(form.ToModel), "This is the same model. Enter another one.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        registry.Reason = $"{to.Handle} in place of {from.Handle}";
        await registry.BeginWritingAsync(cancel);
        List<ModelUse> found =
        [
            .. (await UsesAsync(registry, from, cancel)).Where(use => form.Only?.Contains($"{use.Kind}:{use.Id}") != false),
        ];
        await ReplaceAsync(registry, found, from, to, cancel);
        await registry.SaveChangesAsync(cancel);
        if (!dryRun)
        {
            await registry.CommitWritingAsync(cancel);
        }

        return new Outcome<ReplacementPlan>.Ok(new(from, to, found));
    }

    /// <summary>Within somebody's unit of work, which saves it.</summary>
    internal async Task ReplaceAsync(
        RegistryDbContext registry,
        IReadOnlyList<ModelUse> found,
        ModelName from,
        ModelName to,
        CancellationToken cancel
    )
    {
        var configs = found.Where(use => use.Kind == Configurations).Select(use => use.Id).ToList();
        foreach (var config in await registry.LlmConfigs.Where(c => configs.Contains(c.Id)).ToListAsync(cancel))
        {
            (config.Model, config.LivesUntil) = (to.Model, null);
        }

        foreach (var owner in uses)
        {
            await owner.ReplaceAsync(registry, [.. found.Where(use => use.Kind == owner.Kind).Select(use => use.Id)], from, to, cancel);
        }
    }

    internal async Task<IReadOnlyList<ModelUse>> UsesAsync(RegistryDbContext registry, ModelName model, CancellationToken cancel)
    {
        List<ModelUse> found =
        [
            .. (
                await registry
                    .LlmConfigs.AsNoTracking()
                    .Where(c => c.Type == model.Type && c.Model == model.Model)
                    .OrderBy(c => c.Id)
                    .ToListAsync(cancel)
            ).Select(c => new ModelUse(Configurations, c.Id, model.Handle, Urls.Models)),
        ];
        foreach (var owner in uses)
        {
            found.AddRange(await owner.FindAsync(registry, model, cancel));
        }

        return found;
    }
}
