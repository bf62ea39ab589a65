using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>Deletes the caller's code.</summary>
public sealed class CodeService(IDbContextFactory<RegistryDbContext> registries, CodeAccess access, CodeReader reader)
{
    /// <summary>The answer that it came from keeps it.</summary>
    public async Task<Outcome<CodeRow>> DeleteAsync(Guid id, CancellationToken cancel)
    {
        if (await access.RefuseAsync<CodeRow>() is { } mayNot)
        {
            return mayNot;
        }

        if (await reader.FindAsync(id, cancel) is not { Row: { IsOwn: true } row })
        {
            return new Outcome<CodeRow>.NotFound();
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var deleted = await access.Own(registry).Where(c => c.Id == id).ExecuteDeleteAsync(cancel);
        return deleted == 0 ? new Outcome<CodeRow>.NotFound() : new Outcome<CodeRow>.Ok(row);
    }
}
