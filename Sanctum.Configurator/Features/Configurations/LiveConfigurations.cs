using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>
/// The configurations as they are now, kept in memory. Whoever writes them here calls <see cref="RefreshAsync"/> after the commit; of other
/// writers the signal tells.
/// </summary>
public sealed class LiveConfigurations : IDisposable
{
    private readonly IServiceScopeFactory _scopes;
    private readonly IDisposable _changes;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ConfigurationSnapshot? _now;

    public LiveConfigurations(IServiceScopeFactory scopes, Signal<RegistryChange> changes)
    {
        _scopes = scopes;
        _changes = changes.Subscribe(change =>
            change.Tables.Contains("configurations") && _now is not null ? RefreshAsync(CancellationToken.None) : Task.CompletedTask
        );
    }

    public void Dispose()
    {
        _changes.Dispose();
        _turn.Dispose();
    }

    public async ValueTask<ConfigurationSnapshot> ReadAsync(CancellationToken cancel)
    {
        if (_now is null)
        {
            await RefreshAsync(cancel);
        }

        return _now!;
    }

    /// <summary>One after the other, so that an older reading never takes the place of a newer one.</summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await using var scope = _scopes.CreateAsyncScope();
            await using var registry = await scope
                .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
                .CreateDbContextAsync(cancel);
            _now = new(
                (await registry.Configurations.AsNoTracking().OrderBy(c => c.Id).ToListAsync(cancel))
                    .Select(ConfigurationValue.Find)
                    .OfType<ConfigurationValue>()
            );
        }
        finally
        {
            _turn.Release();
        }
    }
}
