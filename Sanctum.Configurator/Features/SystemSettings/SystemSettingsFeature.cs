using Sanctum.Configurator.Features.Account;

namespace Sanctum.Configurator.Features.SystemSettings;

public static class SystemSettingsFeature
{
    public static IServiceCollection AddSystemSettings(this IServiceCollection services)
    {
        services.AddReauthentication();
        services.AddScoped<SettingsService>();
        services.AddScoped<SettingsHistory>();
        services.AddScoped<SettingsTransfer>();
        services.AddSingleton(new NavEntry("System Settings", Urls.Settings, "settings", 20, Policies.ReadSettings, NavGroups.Configure));
        return services;
    }
}
