namespace Sanctum.Configurator.Features.Migrations;

/// <summary>The schema of the registry: where it is, and one step back for an older version of the console.</summary>
public static class MigrationsFeature
{
    public static IServiceCollection AddMigrations(this IServiceCollection services) =>
        services
            .AddSingleton<PlannedStep>()
            .AddScoped<MigrationService>()
            .AddSingleton(new NavEntry("Migrations", Urls.Migrations, "layers", 44, Policies.RestoreBackups, NavGroups.Administer));

    public static IEndpointRouteBuilder MapMigrations(this IEndpointRouteBuilder routes)
    {
        MigrationEndpoints.Map(routes);
        return routes;
    }
}
