using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Life;

/// <summary>What an import of retirements would do, or did.</summary>
public sealed record RetirementPlan(int Added, int Changed, int Unchanged);

/// <summary>Imports lists of models that end. The whole list is taken, or nothing of it.</summary>
public sealed class RetirementService(IDbContextFactory<RegistryDbContext> registries, CurrentUser caller, TimeProvider clock)
{
    private const int Most = 10_000;

    public async Task<IReadOnlyList<RetiringModel>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry
            .LlmRetirements.AsNoTracking()
            .OrderBy(r => r.EndsOn)
            .ThenBy(r => r.Type)
            .ThenBy(r => r.Model)
            .Select(r => new RetiringModel(r.Type, r.Model, r.EndsOn, r.Replacement))
            .ToListAsync(cancel);
    }

    /// <param name="source">Where the list is from, as it is shown.</param>
    public async Task<Outcome<RetirementPlan>> ImportAsync(
        IReadOnlyList<RetiringModel> list,
        string source,
        bool dryRun,
        CancellationToken cancel
    )
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<RetirementPlan>.Invalid("", "You don't have permission to change models.");
        }

        if (FaultOf(list) is { } fault)
        {
            return new Outcome<RetirementPlan>.Invalid("", fault);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var known = await registry.LlmRetirements.ToDictionaryAsync(r => (r.Type, r.Model), cancel);
        var (added, changed) = (0, 0);
        foreach (var model in list.DistinctBy(KeyOf))
        {
            if (!known.TryGetValue(KeyOf(model), out var row))
            {
                added++;
                registry.Add(
                    new LlmRetirement
                    {
                        Type = KeyOf(model).Type,
                        Model = KeyOf(model).Model,
                        EndsOn = model.EndsOn,
                        Replacement = model.Replacement,
                        Source = source,
                        CreatedAt = clock.GetUtcNow(),
                    }
                );
            }
            else if ((row.EndsOn, row.Replacement) != (model.EndsOn, model.Replacement))
            {
                changed++;
                (row.EndsOn, row.Replacement, row.Source) = (model.EndsOn, model.Replacement, source);
            }
        }

        await registry.SaveChangesAsync(cancel);
        if (!dryRun)
        {
            await registry.CommitWritingAsync(cancel);
        }

        return new Outcome<RetirementPlan>.Ok(new(added, changed, list.Count - added - changed));
    }

    /// <summary>A file as it is imported: <c>{"models": [{"type", "model", "ends_on", "replacement"}]}</c>, or the list alone.</summary>
    public static Outcome<IReadOnlyList<RetiringModel>> Read(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var list =
                json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("models", out var models)
                    ? models
                    : json.RootElement;
            return list.ValueKind != JsonValueKind.Array
                ? new Outcome<IReadOnlyList<RetiringModel>>.Invalid(
                    "",
                    "This is no list. It should look like {\"models\": [{\"type\": \"openai\", \"model\": \"gpt-4o\", \"ends_on\": \"2027-01-14\"}]}."
                )
                : new Outcome<IReadOnlyList<RetiringModel>>.Ok(list.Deserialize<List<RetiringModel>>(ApiJson.Options)!);
        }
        catch (JsonException e)
        {
            return new Outcome<IReadOnlyList<RetiringModel>>.Invalid("", $"The list can't be read: {e.Message}");
        }
    }

    private static string? FaultOf(IReadOnlyList<RetiringModel> list) =>
        list.Count is 0 or > Most ? $"A list has from 1 to {Most:N0} models."
        : list.FirstOrDefault(model => model is null || string.IsNullOrWhiteSpace(model.Type) || string.IsNullOrWhiteSpace(model.Model))
            is var empty
        && list.Any(model => model is null || string.IsNullOrWhiteSpace(model.Type) || string.IsNullOrWhiteSpace(model.Model))
            ? $"Entry {list.ToList().IndexOf(empty!) + 1} names no type or no model."
        : list.FirstOrDefault(model =>
            model.Type.Length > LlmConfig.TypeLength
            || model.Model.Length > LlmConfig.ModelLength
            || model.Replacement?.Length > LlmConfig.ModelLength
        )
            is { } longest
            ? $"{longest.Model[..Math.Min(40, longest.Model.Length)]}: a type has at most 50 characters, a model at most 200."
        : null;

    private static (string Type, string Model) KeyOf(RetiringModel model) => (model.Type.Trim().ToLowerInvariant(), model.Model.Trim());
}
