namespace Sanctum.Configurator.Features.OldConfigurator;

/// <summary>Imports the settings and users of the old Flask configurator.</summary>
public static class OldConfiguratorFeature
{
    public static IServiceCollection AddOldConfigurator(this IServiceCollection services) =>
        services
            .AddOldImport()
            .AddScoped(scope => new OldImportService(scope.GetRequiredService<OldImport>(), scope.GetRequiredService<CurrentUser>()));

    public static IEndpointRouteBuilder MapOldConfigurator(this IEndpointRouteBuilder routes)
    {
        OldConfiguratorEndpoints.Map(routes);
        return routes;
    }

    /// <summary>What a command needs, without anybody who asks.</summary>
    internal static IServiceCollection AddOldImport(this IServiceCollection services) =>
        services.AddSingleton<OldFileReader>().AddScoped<OldImport>();
}
