using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Registry.Data.Settings;

/// <summary>Where the value in force comes from.</summary>
public enum SettingSource
{
    Default,
    Database,
    Environment,
}

/// <summary>The value of one setting that is in force.</summary>
/// <param name="Value">As text; of a secret as stored, sealed or not. Null where there is none.</param>
/// <param name="Variable">The environment variable or configuration key it comes from, where it does.</param>
/// <param name="IsPinned">It is set outside and beats the database, so it can't be edited here.</param>
public sealed record EffectiveValue(Setting Setting, string? Value, SettingSource Source, string? Variable = null, bool IsPinned = false);

/// <summary>
/// Settings that are pinned outside the database: <c>Sanctum__letta_server_port=8283</c>, or "Sanctum" in appsettings.json.
/// </summary>
public sealed class SettingPins(IConfiguration configuration)
{
    /// <summary>The configuration section whose keys pin settings. Case and underscores do not matter.</summary>
    public const string Section = "Sanctum";

    public (string Value, string Variable)? Find(Setting setting)
    {
        var wanted = Plain(setting.Column);
        var pin = configuration.GetSection(Section).GetChildren().FirstOrDefault(c => c.Value is { Length: > 0 } && Plain(c.Key) == wanted);
        return pin is null ? null : (AsStored(setting, pin.Value!.Trim()), $"{Section}__{pin.Key}");
    }

    /// <summary>Shells write switches in several ways; everything else is taken as it stands.</summary>
    private static string AsStored(Setting setting, string text) =>
        setting.Kind != SettingKind.Switch
            ? text
            : text.ToUpperInvariant() switch
            {
                "1" or "TRUE" or "YES" or "ON" => "true",
                "0" or "FALSE" or "NO" or "OFF" => "false",
                _ => text,
            };

    /// <summary>The variable that serves where the database holds nothing, such as OPENAI_API_KEY.</summary>
    public string? FindFallback(Setting setting) =>
        setting.FallbackVariable is { } variable && configuration[variable] is { Length: > 0 } value ? value : null;

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
}

/// <summary>
/// Reads the settings that are in force: the environment's pins, then the database, then a fallback variable or the default.
/// </summary>
public sealed class EffectiveSettings(IDbContextFactory<RegistryDbContext> registries, SettingPins pins, SecretBox secrets)
{
    /// <summary>All settings in force now, by column.</summary>
    public async Task<IReadOnlyDictionary<string, EffectiveValue>> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return Of(await registry.SystemConfig.AsNoTracking().SingleAsync(cancel));
    }

    /// <summary>What is in force where these values are in the database.</summary>
    public IReadOnlyDictionary<string, EffectiveValue> Of(SettingValues stored) =>
        Setting.All.ToDictionary(s => s.Column, s => Of(s, stored));

    /// <summary>A secret's plain text, or null where there is none.</summary>
    /// <exception cref="SecretUnreadableException">It is stored, but the key ring that sealed it is gone.</exception>
    public string? Open(EffectiveValue secret) =>
        secret.Source == SettingSource.Environment ? secret.Value : secrets.Open(secret.Value, PlaceOf(secret.Setting));

    /// <summary>Where the live row's secrets are bound to.</summary>
    public static SecretPlace PlaceOf(Setting setting) => new("system_config", setting.Column, "1");

    /// <summary>Where a saved profile's secrets are bound to.</summary>
    public static SecretPlace PlaceOf(Setting setting, DeploymentEnvironment profile) =>
        new("system_config_profiles", setting.Column, EnumText<DeploymentEnvironment>.Of(profile));

    private EffectiveValue Of(Setting setting, SettingValues stored)
    {
        if (pins.Find(setting) is var (pinned, variable))
        {
            return new(setting, pinned, SettingSource.Environment, variable, IsPinned: true);
        }

        var value = setting.Read(stored) is { Length: > 0 } text ? text : null;
        if (value is null)
        {
            return pins.FindFallback(setting) is { } fallback
                ? new(setting, fallback, SettingSource.Environment, setting.FallbackVariable)
                : new(setting, setting.Default, SettingSource.Default);
        }

        return new(setting, value, value == setting.Default ? SettingSource.Default : SettingSource.Database);
    }
}
