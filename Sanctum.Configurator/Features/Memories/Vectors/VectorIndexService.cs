using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Memories.Vectors;

/// <summary>An index as it is shown.</summary>
/// <param name="Dimension">Numbers of one vector; null until the first one came.</param>
/// <param name="Vectors">Memories that it has.</param>
/// <param name="Missing">Memories that it lacks.</param>
/// <param name="Problem">Why it doesn't go on, in a sentence.</param>
public sealed record VectorIndexRow(
    int Id,
    int? ConfigId,
    string Model,
    int? Dimension,
    int Number,
    VectorIndexStatus Status,
    int Vectors,
    int Missing,
    string? Problem,
    DateTimeOffset CreatedAt,
    DateTimeOffset? BuiltAt,
    DateTimeOffset? ActivatedAt
)
{
    public string Name => $"{Model} {Number.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}

/// <summary>By which saved model an index is to be built.</summary>
public sealed class VectorIndexForm
{
    [System.ComponentModel.DataAnnotations.Required(ErrorMessage = "Choose an embedding model.")]
    public int? ConfigId { get; set; }
}

/// <summary>The indexes of vectors: builds one beside the other, puts one in force, and deletes one. For who may change the settings.</summary>
public sealed class VectorIndexService
{
    private const string MayNot = "You don't have permission to change vector indexes. It requires settings:write.";

    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly CurrentUser _caller;
    private readonly Signal<VectorIndexesChanged> _changes;
    private readonly Signal<VectorIndexWanted> _wanted;
    private readonly TimeProvider _clock;

    internal VectorIndexService(
        IDbContextFactory<RegistryDbContext> registries,
        CurrentUser caller,
        Signal<VectorIndexesChanged> changes,
        Signal<VectorIndexWanted> wanted,
        TimeProvider clock
    ) => (_registries, _caller, _changes, _wanted, _clock) = (registries, caller, changes, wanted, clock);

    /// <summary>The one in force first, then the newest.</summary>
    public async Task<IReadOnlyList<VectorIndexRow>> ListAsync(CancellationToken cancel)
    {
        if (!await _caller.MayAsync(Policies.ReadSettings))
        {
            return [];
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return
        [
            .. (await RowsAsync(registry, null, cancel))
                .OrderBy(row => row.Status == VectorIndexStatus.Active ? 0 : 1)
                .ThenByDescending(row => row.Id),
        ];
    }

    /// <summary>The saved models by which an index can be built.</summary>
    public async Task<IReadOnlyList<(int Id, string Name)>> ModelsAsync(CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        var models = await Models(registry).OrderBy(c => c.Model).ThenBy(c => c.Id).Select(c => new { c.Id, c.Model }).ToListAsync(cancel);
        return [.. models.Select(c => (c.Id, c.Model))];
    }

    /// <summary>Begins a new index; it is put in force when it is whole.</summary>
    public async Task<Outcome<VectorIndexRow>> BuildAsync(VectorIndexForm form, CancellationToken cancel)
    {
        if (!await _caller.MayAsync(Policies.WriteSettings))
        {
            return new Outcome<VectorIndexRow>.Invalid("", MayNot);
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<VectorIndexRow>.Invalid(reasons);
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        if (await Models(registry).AsNoTracking().SingleOrDefaultAsync(c => c.Id == form.ConfigId, cancel) is not { } config)
        {
            return new Outcome<VectorIndexRow>.Invalid(
                nameof(form.ConfigId),
                "Unknown embedding model. Choose an enabled one that everybody may use."
            );
        }

        if (
            await registry
                .VectorIndexes.Where(i => i.Status == VectorIndexStatus.Building)
                .Select(i => i.Model)
                .FirstOrDefaultAsync(cancel) is
            { } other
        )
        {
            return new Outcome<VectorIndexRow>.Invalid("", $"An index by {other} is being built. Wait until it is complete, or delete it.");
        }

        var number = await registry.VectorIndexes.Where(i => i.Model == config.Model).MaxAsync(i => (int?)i.Number, cancel) ?? 0;
        var index = new VectorIndex
        {
            ConfigId = config.Id,
            Model = config.Model,
            Number = number + 1,
            CreatedAt = _clock.GetUtcNow(),
        };
        registry.Add(index);
        await registry.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return await DoneAsync(registry, index.Id, cancel);
    }

    /// <summary>Puts a whole index in force: another one, or the former again.</summary>
    public async Task<Outcome<VectorIndexRow>> ActivateAsync(int id, CancellationToken cancel)
    {
        if (!await _caller.MayAsync(Policies.WriteSettings))
        {
            return new Outcome<VectorIndexRow>.Invalid("", MayNot);
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        if ((await RowsAsync(registry, id, cancel)).SingleOrDefault() is not { } row)
        {
            return new Outcome<VectorIndexRow>.NotFound();
        }

        if (row.Status == VectorIndexStatus.Building || row.Missing > 0)
        {
            return new Outcome<VectorIndexRow>.Invalid(
                "",
                $"The index lacks {row.Missing} of the memories. Try again when it is complete. {row.Problem}".TrimEnd()
            );
        }

        await VectorBuilder.ActivateAsync(registry, id, _clock.GetUtcNow(), cancel);
        await transaction.CommitAsync(cancel);
        return await DoneAsync(registry, id, cancel);
    }

    /// <summary>Deletes an index with its vectors. Without one in force, memories are found by their words.</summary>
    public async Task<Outcome<VectorIndexRow>> DeleteAsync(int id, CancellationToken cancel)
    {
        if (!await _caller.MayAsync(Policies.WriteSettings))
        {
            return new Outcome<VectorIndexRow>.Invalid("", MayNot);
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        if ((await RowsAsync(registry, id, cancel)).SingleOrDefault() is not { } row)
        {
            return new Outcome<VectorIndexRow>.NotFound();
        }

        await registry.VectorIndexes.Where(i => i.Id == id).ExecuteDeleteAsync(cancel);
        _changes.Publish(new());
        return new Outcome<VectorIndexRow>.Ok(row);
    }

    private static IQueryable<LlmConfig> Models(RegistryDbContext registry) =>
        registry.LlmConfigs.Where(c => c.IsEnabled && c.Purpose == LlmPurpose.Embedding && c.UserId == null);

    private static async Task<IReadOnlyList<VectorIndexRow>> RowsAsync(RegistryDbContext registry, int? only, CancellationToken cancel)
    {
        List<VectorIndexRow> rows = [];
        foreach (var index in await registry.VectorIndexes.AsNoTracking().Where(i => only == null || i.Id == only).ToListAsync(cancel))
        {
            rows.Add(
                new(
                    index.Id,
                    index.ConfigId,
                    index.Model,
                    index.Dimension,
                    index.Number,
                    index.Status,
                    await registry.MemoryVectors.CountAsync(v => v.IndexId == index.Id, cancel),
                    await VectorBuilder.Missing(registry, index.Id).CountAsync(cancel),
                    index.Problem,
                    index.CreatedAt,
                    index.BuiltAt,
                    index.ActivatedAt
                )
            );
        }

        return rows;
    }

    private async Task<Outcome<VectorIndexRow>> DoneAsync(RegistryDbContext registry, int id, CancellationToken cancel)
    {
        _changes.Publish(new());
        _wanted.Publish(new());
        return (await RowsAsync(registry, id, cancel)).SingleOrDefault() is { } row
            ? new Outcome<VectorIndexRow>.Ok(row)
            : new Outcome<VectorIndexRow>.NotFound();
    }
}
