using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Settings;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>A place where backups are, as it is written on paper.</summary>
public sealed record KitPlace(string Name, string Where);

/// <summary>What somebody needs on the day on which this machine is gone.</summary>
/// <param name="Newest">The newest backup that was proven; null for none.</param>
/// <param name="HasPassphrase">The console's own backups are encrypted.</param>
public sealed record RecoveryKit(
    string Machine,
    DateTimeOffset MadeAt,
    IReadOnlyList<KitPlace> Places,
    BackupRow? Newest,
    bool HasPassphrase,
    bool IsSqlite
);

/// <summary>Gathers the recovery kit, and gives out the passphrase for it.</summary>
public sealed class RecoveryKits(
    IDbContextFactory<RegistryDbContext> registries,
    BackupService backups,
    BackupSettingsReader settings,
    BackupFiles files,
    RegistryLocation location,
    CurrentUser caller,
    TimeProvider clock
)
{
    private const string Table = "backup_settings";
    private const string Row = "1";
    private const string Print = "print";
    private const string Reveal = "reveal";

    public async Task<RecoveryKit> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var targets = await registry
            .BackupTargets.AsNoTracking()
            .Where(target => target.IsOn)
            .OrderBy(target => target.Id)
            .ToListAsync(cancel);
        var hasPassphrase = await registry.BackupSettings.AnyAsync(row => row.Passphrase != null, cancel);
        return new(
            Environment.MachineName,
            clock.GetUtcNow(),
            [.. targets.Select(target => new KitPlace(target.Name, WhereIs(target)))],
            await backups.FindProvenAsync(cancel),
            hasPassphrase,
            location.IsSqlite
        );
    }

    /// <summary>Whether somebody has ever taken the kit out of the console: printed it, or looked at its passphrase.</summary>
    public async Task<bool> IsKeptAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.Changes.AnyAsync(
            change => change.TableName == Table && change.RowId == Row && (change.Act == Print || change.Act == Reveal),
            cancel
        );
    }

    /// <summary>Remembers that the kit was printed. The history says by whom.</summary>
    public async Task KeepAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.RecordAsync(Print, Table, Row, """{"recovery_kit":"printed"}""", cancel);
    }

    /// <summary>The passphrase of the console's own backups. The history says who looked.</summary>
    /// <exception cref="BackupFailedException">It can't be read with this key ring.</exception>
    public async Task<string?> RevealAsync(CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.RevealSecrets))
        {
            return null;
        }

        var passphrase = (await settings.ReadAsync(cancel)).Passphrase;
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.RecordAsync(Reveal, Table, Row, """{"passphrase":"revealed"}""", cancel);
        return passphrase;
    }

    private string WhereIs(BackupTarget target) =>
        target.Kind switch
        {
            BackupTargetKind.Local => files.Folder,
            BackupTargetKind.Folder => target.Folder ?? "",
            _ => $"{target.Endpoint}, bucket {target.Bucket}{(string.IsNullOrEmpty(target.Prefix) ? "" : $", {target.Prefix}")}",
        };
}
