using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Preferences;

namespace Sanctum.Configurator.Features.Memories.Keeping;

/// <summary>Whether the console remembers the caller, which each user decides.</summary>
public sealed class MemoryUseService(
    IDbContextFactory<RegistryDbContext> registries,
    MemoryAccess access,
    Signal<MemoriesChanged> changes,
    TimeProvider clock
)
{
    private static readonly TimeSpan ProblemsFor = TimeSpan.FromDays(7);

    /// <summary>Whether anything is remembered of the caller.</summary>
    public async Task<MemoryUse> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var settings = await registry.MemorySettings.AsNoTracking().SingleOrDefaultAsync(cancel) ?? new();
        if (access.Owner is not { } owner)
        {
            return new(true, settings.IsOn);
        }

        var since = clock.GetUtcNow() - ProblemsFor;
        var own = registry.MemoryExtractions.Where(e => registry.Conversations.Any(c => c.Id == e.ConversationId && c.UserId == owner));
        var problem = await own.Where(e => e.Problem != null && e.CreatedAt >= since)
            .OrderByDescending(e => e.Id)
            .Select(e => e.Problem)
            .FirstOrDefaultAsync(cancel);
        return new(
            await MemoryQueries.WantsMemoryAsync(registry, owner, cancel),
            settings.IsOn,
            await own.CountAsync(e => e.Status == MemoryExtractionStatus.Waiting || e.Status == MemoryExtractionStatus.Running, cancel),
            problem
        );
    }

    /// <summary>Turns memory on or off for the caller. What is remembered stays, and is not used while it is off.</summary>
    public async Task<Outcome<MemoryUse>> SetAsync(MemoryUseForm form, CancellationToken cancel)
    {
        if (await access.RefuseAsync<MemoryUse>() is { } mayNot)
        {
            return mayNot;
        }

        await using (var registry = await registries.CreateDbContextAsync(cancel))
        {
            var owner = access.Owner!;
            var row = await registry.UserPreferences.SingleOrDefaultAsync(p => p.UserId == owner, cancel);
            if (row is null)
            {
                registry.Add(row = new UserPreferences { Id = Guid.CreateVersion7(clock.GetUtcNow()), UserId = owner });
            }

            row.UsesMemory = form.IsOn;
            await registry.SaveChangesAsync(cancel);
            changes.Publish(new(owner));
        }

        return new Outcome<MemoryUse>.Ok(await ReadAsync(cancel));
    }
}
