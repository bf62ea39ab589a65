namespace Sanctum.Configurator.Features.SystemSettings;

public static class SystemSettingsFeature
{
    public static IServiceCollection AddSystemSettings(this IServiceCollection services)
    {
        services.AddScoped<SettingsService>();
        services.AddScoped<SettingsHistory>();
        return services;
    }
}
