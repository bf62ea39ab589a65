using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Retention;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Settings;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Features.Backups.Targets;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Backups, each proven by restoring it into a throw-away place.</summary>
public static class BackupsFeature
{
    public static IServiceCollection AddBackups(this IServiceCollection services)
    {
        services.AddBackupActs();
        services.AddHostedService(provider => provider.GetRequiredService<BackupRunner>());
        services.AddWorker<CopyWorker>();
        services.AddWorker<BackupNoticeWorker>();
        services.AddDefaultSchedules();
        services.AddSingleton(new NavEntry("Backups", Urls.Backups, "backup", 32, Policies.ReadBackups, NavGroups.Operate));
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

    private static void AddDefaultSchedules(this IServiceCollection services)
    {
        var backUp = new DefaultSchedule(
            BackupActs.BackUp,
            "Daily backup",
            "Creates a backup, full or incremental depending on the age of the last full one, and test-restores it. "
                + "If the console was down, it runs at the next start.",
            "0 3 * * *"
        )
        {
            CatchesUp = true,
            Retries = 2,
            RetryAfterSeconds = 3600,
            TimeoutSeconds = 6 * 3600,
        };
        services.AddSingleton(backUp);
        services.AddSingleton(
            new DefaultSchedule(
                BackupActs.Increment,
                "Backups between",
                "Creates small incremental backups between the daily ones.",
                "0 * * * *"
            )
            {
                IsEnabled = false,
            }
        );
        services.AddSingleton(
            new DefaultSchedule(BackupActs.Drill, "Restore test", "Test-restores the newest backup again.", "0 4 * * *")
            {
                IsEnabled = false,
                TimeoutSeconds = 6 * 3600,
            }
        );
        services.AddSingleton(
            new DefaultSchedule(
                BackupActs.CleanUp,
                "Backup clean-up",
                "Deletes the backups that the retention rules of this machine no longer keep.",
                "37 * * * *"
            )
            {
                IsHousekeeping = true,
            }
        );
    }

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddBackupActs(this IServiceCollection services)
    {
        services.AddScoped<IBuiltInTask, BackUpTask>();
        services.AddScoped<IBuiltInTask, IncrementTask>();
        services.AddScoped<IBuiltInTask, TestRestoreTask>();
        services.AddScoped<IBuiltInTask, CleanUpTask>();
        services.AddScoped<ScheduledBackups>();
        services.AddOptions<BackupOptions>().BindConfiguration(BackupOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BackupOptions>, BackupOptionsValidator>());
        services.AddLettaClient();
        services.AddJobRights();
        services.AddReauthentication();
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
        services.AddSingleton<BackupLeases>();
        services.AddSingleton<BackupRunner>();
        services.AddScoped<BackupMaker>();
        services.AddScoped<ChainHeads>();
        services.AddScoped<InstallationFiles>();
        services.AddScoped<LettaAgentFiles>();
        services.AddScoped<PostgresDump>();
        services.AddScoped<RestoreTest>();
        services.AddScoped<DumpRestoreTest>();
        services.AddSingleton<DownloadTickets>();
        services.AddScoped<BackupUploads>();
        services.AddScoped<BackupService>();
        services.AddScoped<RestoredFiles>();
        services.AddScoped<RestoreRights>();
        services.AddScoped<RestoreService>();
        services.AddScoped<RecoveryKits>();
        services.AddScoped<IOverviewArea, BackupsArea>();
        services.AddSingleton<FileRestore>();
        return services;
    }
}
