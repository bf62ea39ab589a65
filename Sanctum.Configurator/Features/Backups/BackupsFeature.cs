using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Features.Backups.Settings;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Features.Backups.Targets;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Backups, each proven by restoring it into a throw-away place.</summary>
public static class BackupsFeature
{
    public static IServiceCollection AddBackups(this IServiceCollection services)
    {
        services.AddBackupActs();
        services.AddHostedService(provider => provider.GetRequiredService<BackupRunner>());
        services.AddHostedService<BackupWorker>();
        services.AddHostedService<CopyWorker>();
        services.AddHostedService<BackupNoticeWorker>();
        services.AddSingleton(new NavEntry("Backups", Urls.Backups, "backup", 70, Policies.ReadBackups));
        services.AddSingleton(new AppBarItem(typeof(BackupChip), 10));
        return services;
    }

    public static IEndpointRouteBuilder MapBackups(this IEndpointRouteBuilder routes)
    {
        BackupEndpoints.Map(routes);
        BackupEndpoints.MapFile(routes);
        BackupSettingsEndpoints.Map(routes);
        return routes;
    }

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddBackupActs(this IServiceCollection services)
    {
        services.AddScoped<IConsoleAction, BackUpAction>();
        services.AddScoped<IConsoleAction, DrillAction>();
        services.AddOptions<BackupOptions>().BindConfiguration(BackupOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BackupOptions>, BackupOptionsValidator>());
        services.AddSavedLetta();
        services.AddSingleton<BackupActivity>();
        services.AddSingleton<BackupStores>();
        services.AddSingleton<BackupCopies>();
        services.AddSingleton<BackupCopier>();
        services.AddScoped<BackupCleaner>();
        services.AddScoped<BackupSettingsReader>();
        services.AddScoped<BackupSettingsService>();
        services.AddScoped<BackupTargetService>();
        services.AddScoped<RetentionService>();
        services.AddSingleton<BackupFiles>();
        services.AddSingleton<BackupClaims>();
        services.AddSingleton<BackupRunner>();
        services.AddScoped<BackupMaker>();
        services.AddScoped<ChainHeads>();
        services.AddScoped<InstallationFiles>();
        services.AddScoped<LettaAgentFiles>();
        services.AddScoped<PostgresDump>();
        services.AddScoped<BackupDrill>();
        services.AddScoped<DumpDrill>();
        services.AddSingleton<DownloadTickets>();
        services.AddScoped<BackupUploads>();
        services.AddScoped<BackupService>();
        services.AddScoped<RestoredFiles>();
        services.AddScoped<RestoreService>();
        services.AddScoped<RecoveryKits>();
        services.AddSingleton<FileRestore>();
        return services;
    }
}
