namespace Sanctum.Configurator.Features.Preferences;

/// <summary>
/// The console's theme in somebody's preferences: the column says dark, light or as the device, and a setting that contrast is high.
/// </summary>
internal static class Themes
{
    /// <summary>The name of the setting.</summary>
    public const string HighContrast = "high_contrast";

    public static string Of(bool? darkMode, JsonObject settings) =>
        IsHigh(settings)
            ? KeptTheme.HighContrast
            : darkMode switch
            {
                true => KeptTheme.Dark,
                false => KeptTheme.Light,
                _ => KeptTheme.AsTheDevice,
            };

    public static bool IsKnown(string theme) =>
        theme is KeptTheme.AsTheDevice or KeptTheme.Dark or KeptTheme.Light or KeptTheme.HighContrast;

    /// <summary>Puts a theme into a form. High contrast leaves open whether the rest is dark.</summary>
    public static void Into(PreferencesForm form, string theme)
    {
        form.Settings ??= [];
        form.Settings.Remove(HighContrast);
        if (theme == KeptTheme.HighContrast)
        {
            form.Settings[HighContrast] = true;
        }
        else
        {
            form.DarkMode = theme switch
            {
                KeptTheme.Dark => true,
                KeptTheme.Light => false,
                _ => null,
            };
        }
    }

    private static bool IsHigh(JsonObject settings) =>
        settings[HighContrast] is JsonValue value && value.TryGetValue<bool>(out var isOn) && isOn;
}

/// <summary>Keeps it.</summary>
internal sealed class PreferredTheme(PreferencesService preferences, CurrentUser caller) : KeptTheme
{
    public override async Task<string?> FindAsync(CancellationToken cancel)
    {
        try
        {
            return caller.Id is not null && await preferences.ReadAsync(cancel) is { Version: > 0 } own
                ? Themes.Of(own.DarkMode, own.Settings)
                : null;
        }
        catch (Exception e) when (DatabaseOutage.IsBehind(e))
        {
            return null; // The page itself says that the database is silent.
        }
    }

    public override async Task<string?> KeepAsync(string theme, CancellationToken cancel)
    {
        try
        {
            return !Themes.IsKnown(theme) ? "There is no such theme."
                : caller.Id is null ? null
                : (await preferences.KeepThemeAsync(theme, cancel)).ProblemWith("Your preferences");
        }
        catch (Exception e) when (DatabaseOutage.IsBehind(e))
        {
            return "The database does not answer: the theme is kept on this device only. Choose it again later.";
        }
    }
}
