using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>What may be shown of a secret.</summary>
/// <param name="LastFour">Its last four characters, where it is long enough to spare them.</param>
/// <param name="IsUnreadable">It is stored, but this key ring does not open it.</param>
public sealed record SecretState(bool IsSet, string? LastFour = null, bool IsUnreadable = false);

/// <summary>One setting of one environment, as the page and the API show it.</summary>
/// <param name="Stored">What the database holds, as text; null for nothing, and always for a secret.</param>
/// <param name="Effective">The value in force: the pin's, the database's, a fallback's or the default; null for a secret.</param>
/// <param name="Variable">The environment variable the value in force comes from, where it does.</param>
/// <param name="IsPinned">Set outside, so that it can't be edited here.</param>
/// <param name="Secret">Of a secret, what may be shown; else null.</param>
/// <param name="Mark">Changes whenever the stored value does; says of a secret which one is meant without telling it.</param>
public sealed record SettingField(
    Setting Setting,
    string? Stored,
    string? Effective,
    SettingSource Source,
    string? Variable,
    bool IsPinned,
    SecretState? Secret,
    string Mark
)
{
    /// <summary>The value as a person reads it in a list of changes.</summary>
    public string Shown =>
        Secret is null ? ShownText(Effective)
        : Secret.LastFour is { } last ? $"••••{last}"
        : Secret.IsSet ? "set"
        : "not set";

    public static string ShownText(string? value) => string.IsNullOrEmpty(value) ? "empty" : value;
}

/// <summary>The settings of one environment at one moment.</summary>
/// <param name="IsActive">This environment is the one in force.</param>
/// <param name="Version">Of the row they are in; 0 for a profile that was never saved.</param>
public sealed record SettingsView(
    DeploymentEnvironment Environment,
    bool IsActive,
    int Version,
    DateTimeOffset? UpdatedAt,
    DateTimeOffset? LastConnected,
    bool KeepsSecretsAsText,
    IReadOnlyList<SettingField> Fields
)
{
    public SettingField this[string column] => Fields.First(f => f.Setting.Column == column);
}
