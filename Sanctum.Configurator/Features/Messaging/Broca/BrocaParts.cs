using Sanctum.Configurator.Features.Messaging.Broca.Importing;
using Sanctum.Configurator.Features.Messaging.Broca.Instances;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Messaging.Broca;

/// <summary>Coming from Broca: the import of its database, and living beside it.</summary>
internal static class BrocaParts
{
    public static IServiceCollection AddBroca(this IServiceCollection services) =>
        services
            .AddSingleton<BrocaFiles>()
            .AddSingleton<BrocaImportRunner>()
            .AddScoped<BrocaImporting>()
            .AddScoped(scope => new BrocaImports(
                scope.GetRequiredService<BrocaFiles>(),
                scope.GetRequiredService<BrocaImporting>(),
                scope.GetRequiredService<BrocaImportRunner>(),
                scope.GetRequiredService<LongRuns>(),
                scope.GetRequiredService<IDbContextFactory<RegistryDbContext>>(),
                scope.GetRequiredService<CurrentUser>(),
                scope.GetRequiredService<TimeProvider>()
            ))
            .AddScoped<BrocaFolders>()
            .AddScoped<BrocaConfigFiles>()
            .AddScoped(scope => new BrocaInstances(
                scope.GetRequiredService<BrocaFolders>(),
                scope.GetRequiredService<BrocaConfigFiles>(),
                scope.GetRequiredService<OperatorFiles>(),
                scope.GetRequiredService<IDbContextFactory<RegistryDbContext>>(),
                scope.GetRequiredService<CurrentUser>(),
                scope.GetRequiredService<TimeProvider>()
            ))
            .AddSingleton(new NavEntry("Broca", Urls.BrocaImport, "upload", 20, Policies.ManageMessages, NavGroups.Messaging));

    /// <summary>Ends imports in order when the console stops.</summary>
    public static IServiceCollection AddBrocaRunner(this IServiceCollection services) =>
        services.AddHostedService(provider => provider.GetRequiredService<BrocaImportRunner>());

    public static void MapBroca(this IEndpointRouteBuilder routes) => BrocaEndpoints.Map(routes);
}
