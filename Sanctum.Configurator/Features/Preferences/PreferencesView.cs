namespace Sanctum.Configurator.Features.Preferences;

/// <summary>The preferences of whoever asks.</summary>
/// <param name="DarkMode">Null for as the device is.</param>
/// <param name="Version">0 where nothing was ever saved.</param>
public sealed record PreferencesView(string? PreferredStyle, bool? DarkMode, JsonObject Settings, bool UsesMemory, int Version)
    : IHasVersion
{
    public static readonly PreferencesView None = new(null, null, [], true, 0);

    public PreferencesForm ToForm() =>
        new()
        {
            PreferredStyle = PreferredStyle,
            DarkMode = DarkMode,
            Settings = (JsonObject)Settings.DeepClone(),
            UsesMemory = UsesMemory,
            Version = Version,
        };
}

/// <summary>What a prompt needs of somebody's preferences.</summary>
/// <param name="Settings">A JSON object in one line.</param>
public sealed record PreferencesOfPerson(string? PreferredStyle, bool? DarkMode, string Settings, bool UsesMemory);
