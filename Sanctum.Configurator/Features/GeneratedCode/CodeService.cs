namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>Deletes the caller's code.</summary>
public sealed class CodeService(
    IDbContextFactory<RegistryDbContext> registries,
    CodeAccess access,
    CodeReader reader,
    Signal<CodeChanged> changes
)
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
        if (deleted == 0)
        {
            return new Outcome<CodeRow>.NotFound();
        }

        changes.Publish(new(access.Owner));
        return new Outcome<CodeRow>.Ok(row);
    }
}

/// <summary>Something of somebody's code is not as it was.</summary>
/// <param name="UserId">As <c>generated_code.user_id</c> has it; null where that is not known.</param>
public sealed record CodeChanged(string? UserId);
