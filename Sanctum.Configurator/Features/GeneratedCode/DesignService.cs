using Sanctum.Configurator.Registry.GeneratedCode;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>
/// Keeps the versions of the design system's files. All who use conversations read them; whoever may change settings imports and activates
/// them, since they go into everybody's prompts.
/// </summary>
public sealed class DesignService(IDbContextFactory<RegistryDbContext> registries, CurrentUser caller, TimeProvider clock)
{
    private const string Table = "design_files";
    private const int MostVersions = 500;
    private const string MayNot = "You don't have permission to change design files. It requires settings:write.";

    public Task<bool> MayWriteAsync() => caller.MayAsync(Policies.WriteSettings);

    /// <summary>The newest first.</summary>
    /// <param name="kind">Null for both.</param>
    public async Task<IReadOnlyList<DesignFileRow>> ListAsync(DesignFileKind? kind, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.UseConversations))
        {
            return [];
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var files = registry.DesignFiles.AsNoTracking().Where(f => kind == null || f.Kind == kind);
        return await Rows(files.OrderBy(f => f.Kind).ThenByDescending(f => f.Number).Take(MostVersions)).ToListAsync(cancel);
    }

    public async Task<DesignFileView?> FindAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.UseConversations))
        {
            return null;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var found = registry.DesignFiles.AsNoTracking().Where(f => f.Id == id);
        return await Rows(found).SingleOrDefaultAsync(cancel) is { } row
            ? new(row, await found.Select(f => f.Content).SingleAsync(cancel))
            : null;
    }

    /// <summary>As the next version of its kind.</summary>
    public async Task<Outcome<DesignFileRow>> ImportAsync(DesignFileForm form, CancellationToken cancel)
    {
        if (!await MayWriteAsync())
        {
            return new Outcome<DesignFileRow>.Invalid("", MayNot);
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<DesignFileRow>.Invalid(reasons);
        }

        var (text, problem) = DesignCheck.Read(form.Content);
        if (text is null)
        {
            return new Outcome<DesignFileRow>.Invalid(nameof(form.Content), problem!);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var newest = await registry
            .DesignFiles.AsNoTracking()
            .Where(f => f.Kind == form.Kind)
            .OrderByDescending(f => f.Number)
            .FirstOrDefaultAsync(cancel);
        if (newest is not null && IsSame(newest.Content, text))
        {
            return new Outcome<DesignFileRow>.Invalid(
                nameof(form.Content),
                string.Create(CultureInfo.InvariantCulture, $"Version {newest.Number} has the same content.")
            );
        }

        var file = new DesignFile
        {
            Kind = form.Kind,
            Number = (newest?.Number ?? 0) + 1,
            Content = text,
            CreatedBy = caller.Actor.Name,
            CreatedAt = clock.GetUtcNow(),
        };
        registry.Add(file);
        await registry.SaveChangesAsync(cancel);
        await registry.RecordAsync("import", Table, $"{file.Id}", null, cancel);
        if (form.Activate)
        {
            await SwitchAsync(registry, file.Kind, file.Id, cancel);
        }

        await registry.CommitWritingAsync(cancel);
        return new Outcome<DesignFileRow>.Ok((await FindAsync(file.Id, cancel))!.Row);
    }

    /// <summary>Prompts have this version from now on, instead of another one of its kind.</summary>
    public async Task<Outcome<DesignFileRow>> ActivateAsync(int id, bool isActive, CancellationToken cancel)
    {
        if (!await MayWriteAsync())
        {
            return new Outcome<DesignFileRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.DesignFiles.AsNoTracking().SingleOrDefaultAsync(f => f.Id == id, cancel) is not { } file)
        {
            return new Outcome<DesignFileRow>.NotFound();
        }

        if (file.IsActive != isActive)
        {
            await SwitchAsync(registry, file.Kind, isActive ? id : null, cancel);
            await registry.RecordAsync(isActive ? "activate" : "deactivate", Table, $"{id}", null, cancel);
        }

        await registry.CommitWritingAsync(cancel);
        return new Outcome<DesignFileRow>.Ok((await FindAsync(id, cancel))!.Row);
    }

    private static async Task SwitchAsync(RegistryDbContext registry, DesignFileKind kind, int? to, CancellationToken cancel)
    {
        await registry
            .DesignFiles.Where(f => f.Kind == kind && f.IsActive)
            .ExecuteUpdateAsync(set => set.SetProperty(f => f.IsActive, false), cancel);
        await registry.DesignFiles.Where(f => f.Id == to).ExecuteUpdateAsync(set => set.SetProperty(f => f.IsActive, true), cancel);
    }

    private static bool IsSame(string stored, string text) =>
        JsonText.Parse(stored).Node is { } before
        && JsonText.Parse(text).Node is { } now
        && System.Text.Json.Nodes.JsonNode.DeepEquals(before, now);

    private static IQueryable<DesignFileRow> Rows(IQueryable<DesignFile> files) =>
        files.Select(f => new DesignFileRow(f.Id, f.Kind, f.Number, f.IsActive, f.CreatedBy, f.CreatedAt));
}
