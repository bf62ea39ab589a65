using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>One setting to change.</summary>
/// <param name="Value">The new value as text; null or "" sets it back to its default, or clears a secret.</param>
/// <param name="Mark">The <see cref="SettingField.Mark"/> that the writer saw; where the stored value has another by now, and not this
/// value, nothing is saved. Null: the last writer wins.</param>
public sealed record SettingChange(string Column, string? Value, string? Mark = null);

/// <summary>Changes to the settings of one environment, saved all together or not at all.</summary>
/// <param name="Environment">Null for the active one.</param>
/// <param name="Version">The version that the writer read (If-Match); null to be judged field by field.</param>
/// <param name="Reason">What the history says of it, where it is more than an edit.</param>
public sealed record SettingsEdit(
    IReadOnlyList<SettingChange> Changes,
    DeploymentEnvironment? Environment = null,
    int? Version = null,
    string? Reason = null
);
