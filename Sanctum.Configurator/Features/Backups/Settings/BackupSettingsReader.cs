using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>What the console's own backups hold, as it is in force.</summary>
/// <param name="Passphrase">Open; null for none.</param>
public sealed record EffectiveBackupSettings(
    RestoreTestSchedule Drill,
    bool Logs,
    bool LettaAgents,
    bool SanctumFiles,
    bool LettaFiles,
    bool Broca,
    string? Passphrase
)
{
    /// <summary>A backup of what the settings say.</summary>
    public BackupForm ToForm(BackupType type, string? note) =>
        new()
        {
            Type = type,
            Note = note,
            Logs = Logs,
            LettaAgents = LettaAgents,
            SanctumFiles = SanctumFiles,
            LettaFiles = LettaFiles,
            Broca = Broca,
            Passphrase = Passphrase,
            WithKeys = Passphrase is not null,
        };

    // A record would write the passphrase into any log that names it.
    public override string ToString() => $"drill {Drill}";
}

/// <summary>Reads how the console backs up by itself.</summary>
public sealed class BackupSettingsReader(IDbContextFactory<RegistryDbContext> registries, SecretBox secrets)
{
    /// <exception cref="BackupFailedException">The passphrase can't be read with this key ring.</exception>
    public async Task<EffectiveBackupSettings> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var settings = await registry.BackupSettings.AsNoTracking().SingleOrDefaultAsync(cancel) ?? new BackupSettings();
        return new(
            settings.Drill,
            settings.WithLogs,
            settings.WithLettaAgents,
            settings.WithSanctumFiles,
            settings.WithLettaFiles,
            settings.WithBroca,
            Open(settings)
        );
    }

    /// <summary>What opens a backup: what was typed, or, where nothing was, the console's own passphrase.</summary>
    /// <exception cref="BackupFailedException">The passphrase can't be read with this key ring.</exception>
    internal async Task<string?> PassphraseForAsync(Backup backup, string? typed, CancellationToken cancel) =>
        !backup.IsEncrypted || !string.IsNullOrEmpty(typed) ? typed : (await ReadAsync(cancel)).Passphrase;

    private string? Open(BackupSettings settings)
    {
        try
        {
            return secrets.Open(settings.Passphrase, SecretAdoption.PlaceOf(settings));
        }
        catch (SecretUnreadableException e)
        {
            throw new BackupFailedException(
                "The passphrase of automatic backups can't be decrypted with this key ring. Restore the keys folder, or enter the passphrase again in the backup settings.",
                e
            );
        }
    }
}
