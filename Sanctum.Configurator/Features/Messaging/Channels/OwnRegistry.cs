namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>Lends the registry to what goes on by itself, with the console as the actor.</summary>
internal sealed class OwnRegistry(IServiceScopeFactory scopes)
{
    /// <summary>A context for one operation.</summary>
    public async Task<RegistryDbContext> CreateDbContextAsync(CancellationToken cancel)
    {
        // The scope says only who acts: the context comes from a pool, and goes back there.
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(cancel);
    }
}
