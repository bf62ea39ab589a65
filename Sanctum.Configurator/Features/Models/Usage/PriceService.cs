using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>A price of one's own.</summary>
public sealed class PriceForm : IValidatableObject
{
    /// <summary>Null for a new one.</summary>
    public int? Id { get; set; }

    [JsonIgnore]
    public int Version { get; set; }

    [Required(ErrorMessage = "Choose the provider.")]
    [StringLength(LlmConfig.TypeLength, ErrorMessage = "A type has at most 50 characters.")]
    public string Type
    {
        get;
        set => field = Unseen.Trim(value ?? "").ToLowerInvariant();
    } = "openai";

    [Required(ErrorMessage = "Enter the model, such as gpt-4o.")]
    [StringLength(LlmConfig.ModelLength, ErrorMessage = "A model has at most 200 characters.")]
    [Sendable(SendableAs.Text)]
    public string Model
    {
        get;
        set => field = Unseen.Trim(value ?? "");
    } = "";

    public LlmTokenKind Kind { get; set; }

    /// <summary>US dollars for a million tokens.</summary>
    [Range(
        typeof(decimal),
        "0",
        "100000",
        ParseLimitsInInvariantCulture = true,
        ErrorMessage = "A price is from 0 to 100,000 dollars for a million tokens."
    )]
    public decimal DollarsPerMillion { get; set; }

    public DateOnly ValidFrom { get; set; }

    /// <summary>The last day; null where it has none.</summary>
    public DateOnly? ValidUntil { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ValidUntil < ValidFrom)
        {
            yield return new("The last day is before the first.", [nameof(ValidUntil)]);
        }
    }
}

/// <summary>A price of one's own as it is listed.</summary>
public sealed record PriceRow(
    int Id,
    string Type,
    string Model,
    LlmTokenKind Kind,
    decimal DollarsPerMillion,
    DateOnly ValidFrom,
    DateOnly? ValidUntil,
    int Version
) : IHasVersion
{
    public PriceForm ToForm() =>
        new()
        {
            Id = Id,
            Version = Version,
            Type = Type,
            Model = Model,
            Kind = Kind,
            DollarsPerMillion = DollarsPerMillion,
            ValidFrom = ValidFrom,
            ValidUntil = ValidUntil,
        };
}

/// <summary>Keeps the prices that the operator enters. What was used before keeps the price of its day.</summary>
public sealed class PriceService(IDbContextFactory<RegistryDbContext> registries, CurrentUser caller, TimeProvider clock)
{
    private const decimal Micros = 1_000_000m;
    private const string MayNot = "You don't have permission to change prices.";

    public async Task<IReadOnlyList<PriceRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var prices = await registry
            .LlmPrices.AsNoTracking()
            .OrderBy(p => p.Type)
            .ThenBy(p => p.Model)
            .ThenBy(p => p.Kind)
            .ThenByDescending(p => p.ValidFrom)
            .ToListAsync(cancel);
        return [.. prices.Select(RowOf)];
    }

    public async Task<PriceRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.LlmPrices.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancel) is { } price ? RowOf(price) : null;
    }

    public async Task<Outcome<PriceRow>> SaveAsync(PriceForm form, bool dryRun, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<PriceRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var price = form.Id is { } id
            ? await registry.LlmPrices.SingleOrDefaultAsync(p => p.Id == id, cancel)
            : new()
            {
                Type = form.Type,
                Model = form.Model,
                CreatedAt = clock.GetUtcNow(),
            };
        if (price is null)
        {
            return new Outcome<PriceRow>.NotFound();
        }

        if (form.Id is not null && price.Version != form.Version)
        {
            return new Outcome<PriceRow>.Conflict(RowOf(price));
        }

        var reasons = FormRules.Check(form);
        if (
            await registry.LlmPrices.AnyAsync(
                p =>
                    p.Id != price.Id
                    && p.Type == form.Type
                    && p.Model == form.Model
                    && p.Kind == form.Kind
                    && p.ValidFrom == form.ValidFrom,
                cancel
            )
        )
        {
            reasons.TryAdd(nameof(form.ValidFrom), "There is a price of this kind from this day on already. Change that one.");
        }

        if (reasons.Count > 0)
        {
            return new Outcome<PriceRow>.Invalid(reasons);
        }

        (price.Type, price.Model, price.Kind, price.ValidFrom, price.ValidUntil) = (
            form.Type,
            form.Model,
            form.Kind,
            form.ValidFrom,
            form.ValidUntil
        );
        price.MicrosPerMillion = (long)Math.Round(form.DollarsPerMillion * Micros);
        if (form.Id is null)
        {
            registry.Add(price);
        }

        await registry.SaveChangesAsync(cancel);
        var row = RowOf(price);
        if (!dryRun)
        {
            await registry.CommitWritingAsync(cancel);
        }

        return new Outcome<PriceRow>.Ok(dryRun && form.Id is null ? row with { Id = 0 } : row);
    }

    public async Task<Outcome<PriceRow>> DeleteAsync(int id, int? version, bool dryRun, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<PriceRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.LlmPrices.SingleOrDefaultAsync(p => p.Id == id, cancel) is not { } price)
        {
            return new Outcome<PriceRow>.NotFound();
        }

        if (version is { } read && read != price.Version)
        {
            return new Outcome<PriceRow>.Conflict(RowOf(price));
        }

        if (!dryRun)
        {
            registry.Remove(price);
            await registry.SaveChangesAsync(cancel);
        }

        return new Outcome<PriceRow>.Ok(RowOf(price));
    }

    private static PriceRow RowOf(LlmPrice price) =>
        new(
            price.Id,
            price.Type,
            price.Model,
            price.Kind,
            price.MicrosPerMillion / Micros,
            price.ValidFrom,
            price.ValidUntil,
            price.Version
        );
}
