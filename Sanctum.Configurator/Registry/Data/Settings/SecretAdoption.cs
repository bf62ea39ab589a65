using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Data.Sqlite;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Registry.Data.Settings;

/// <summary>
/// Keeps stored secrets as the operator wants them: seals what another program wrote in the clear, or, where
/// <see cref="SecretOptions.SecretsAsText"/> is on, opens what is sealed.
/// </summary>
internal sealed partial class SecretAdoption(IServiceScopeFactory scopes, SecretBox secrets, ILogger<SecretAdoption> log)
{
    /// <summary>A secret's old text may still be in the files, because somebody was reading them; to be tried again.</summary>
    public bool IsUnfinished { get; private set; }

    public async Task SealAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        var isChanged = await AdoptSettingsAsync(registry, cancel);
        foreach (var stored in await SecretColumns.ReadAsync(registry, areSealed: secrets.KeepsText, cancel))
        {
            if (await registry.FindAsync(stored.Property.DeclaringType.ClrType, [stored.Id], cancel) is { } row)
            {
                var column = registry.Entry(row).Property(stored.Property);
                isChanged |= TryAdopt((string?)column.CurrentValue, value => column.CurrentValue = value, stored.Place);
            }
        }

        if (isChanged)
        {
            registry.Reason = secrets.KeepsText
                ? "secrets are kept as text, as configured"
                : "a secret stood in the clear and was encrypted";
            await registry.SaveChangesAsync(cancel);
        }

        if ((isChanged || IsUnfinished) && registry.Database.IsSqlite())
        {
            IsUnfinished = !await SqliteFiles.TryWipeAsync(registry, cancel);
        }
    }

    /// <summary>Where the value of an encrypted configuration is bound to.</summary>
    internal static SecretPlace PlaceOf(Configuration configuration) =>
        new("configurations", "value", configuration.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Where the way out of a notification channel, with its tokens, is bound to.</summary>
    internal static SecretPlace PlaceOf(NotificationChannel channel) =>
        new("notification_channels", "config", channel.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Where the token, password or signing secret of a channel of messages is bound to.</summary>
    internal static SecretPlace PlaceOf(Channel channel) => new("channels", "secret", channel.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Where the secret key of a bucket is bound to.</summary>
    internal static SecretPlace PlaceOf(BackupTarget target) =>
        new("backup_targets", "secret_key", target.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Where the passphrase of the console's own backups is bound to.</summary>
    internal static SecretPlace PlaceOf(BackupSettings settings) =>
        new("backup_settings", "passphrase", settings.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Where the key of a model's provider is bound to.</summary>
    internal static SecretPlace PlaceOf(LlmConfig config) => new("llm_config", "api_key", config.Id.ToString(CultureInfo.InvariantCulture));

    private async Task<bool> AdoptSettingsAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var isChanged = false;
        foreach (var config in await registry.SystemConfig.ToListAsync(cancel))
        {
            isChanged |= Adopt(config, EffectiveSettings.PlaceOf);
        }

        foreach (var profile in await registry.Profiles.ToListAsync(cancel))
        {
            isChanged |= Adopt(profile, setting => EffectiveSettings.PlaceOf(setting, profile.Environment));
        }

        return isChanged;
    }

    private bool Adopt(SettingValues values, Func<Setting, SecretPlace> place)
    {
        var isChanged = false;
        foreach (var setting in Setting.All.Where(s => s.IsSecret))
        {
            isChanged |= TryAdopt(setting.Read(values), value => setting.Write(values, value), place(setting));
        }

        return isChanged;
    }

    private bool TryAdopt(string? stored, Action<string?> write, SecretPlace place)
    {
        if (string.IsNullOrEmpty(stored) || SecretBox.IsSealed(stored) != secrets.KeepsText)
        {
            return false;
        }

        try
        {
            write(secrets.Seal(secrets.Open(stored, place), place));
            return true;
        }
        catch (SecretUnreadableException e)
        {
            // The others are adopted all the same.
            LogUnreadable(place.Table, place.Column, place.Row, e);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "The secret {Table}.{Column} of row {Row} can't be decrypted and was not changed")]
    private partial void LogUnreadable(string table, string column, string row, Exception exception);
}
