using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>The one way in which a tool's row is changed: permission, version and rules are looked at while nobody else writes.</summary>
public sealed class ToolWrites(IDbContextFactory<RegistryDbContext> registries, ToolReader reader, JobRights rights, CurrentUser caller)
{
    internal const string MayNot = "You don't have permission to change tools.";

    internal async Task<Outcome<ToolRow>> AddAsync(Tool tool, Action<Tool> fill, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<ToolRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        fill(tool);
        registry.Add(tool);
        await registry.SaveChangesAsync(cancel);
        return new Outcome<ToolRow>.Ok((await reader.RowsAsync(registry, [tool], cancel))[0]);
    }

    /// <param name="version">Null where the newest version is meant, whichever it is.</param>
    /// <param name="change">Changes the row, or refuses.</param>
    internal async Task<Outcome<ToolRow>> WriteAsync(
        int id,
        string policy,
        int? version,
        Func<RegistryDbContext, Tool, Task<Outcome<ToolRow>.Invalid?>> change,
        CancellationToken cancel
    )
    {
        if (!await caller.MayAsync(policy))
        {
            return new Outcome<ToolRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.Tools.SingleOrDefaultAsync(t => t.Id == id, cancel) is not { } tool)
        {
            return new Outcome<ToolRow>.NotFound();
        }

        if (version is { } read && tool.Version != read)
        {
            return new Outcome<ToolRow>.Conflict((await reader.RowsAsync(registry, [tool], cancel))[0]);
        }

        if (await change(registry, tool) is { } refused)
        {
            return refused;
        }

        if (await rights.WhyNotAsync(registry, cancel) is { } why)
        {
            return new Outcome<ToolRow>.Invalid("", why);
        }

        var row = (await reader.RowsAsync(registry, [tool], cancel))[0];
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        return new Outcome<ToolRow>.Ok(row with { Version = tool.Version, UpdatedAt = tool.UpdatedAt });
    }
}
