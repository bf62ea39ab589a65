using Sanctum.Configurator.Registry.Data.Postgres;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// Tells a backup that another console is making from one whose console was killed. Consoles that share a PostgreSQL hold a lock there for
/// as long as they make it; a SQLite registry has one console.
/// </summary>
public sealed class BackupLeases(RegistryLocation location)
{
    /// <summary>Claims the making of a backup until the claim is disposed.</summary>
    /// <returns>Null where a console that is alive has it.</returns>
    internal async Task<IAsyncDisposable?> TryTakeAsync(int backupId, CancellationToken cancel) =>
        location.IsSqlite
            ? new Unshared()
            : await PostgresLease.TryTakeAsync(location.PostgresConnection!, RegistryLock.BackupKind, backupId, cancel);

    private sealed class Unshared : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
