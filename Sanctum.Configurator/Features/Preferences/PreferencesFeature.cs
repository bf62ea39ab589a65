namespace Sanctum.Configurator.Features.Preferences;

/// <summary>How each person likes answers, and the console.</summary>
public static class PreferencesFeature
{
    public static IServiceCollection AddPreferences(this IServiceCollection services) => services.AddPreferenceServices();

    /// <summary>Without pages.</summary>
    internal static IServiceCollection AddPreferenceServices(this IServiceCollection services) => services.AddScoped<PreferencesService>();
}
