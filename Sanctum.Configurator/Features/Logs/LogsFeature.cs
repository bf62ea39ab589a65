using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Logs.Alerts;
using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Retention;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Sources;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Features.Logs.Viewing;
using Sanctum.Configurator.Features.Logs.Views;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Logs;

public static class LogsFeature
{
    public static IServiceCollection AddLogs(this IServiceCollection services)
    {
        services.AddSingleton<LogDatabase>();
        services.AddSingleton<LogWriter>();
        services.AddSingleton<LogIndexer>();
        services.AddSingleton<LogSearch>();
        services.AddSingleton<LogHistogram>();
        services.AddSingleton<LogCounter>();
        services.AddSingleton<LogPatterns>();
        services.AddSingleton<LogTail>();
        services.AddSingleton<LogArrivals>();
        services.AddSingleton<ArrivalTimes>();
        services.AddSingleton<PostgresWordsIndex>();
        services.AddSingleton<LogExport>();
        services.AddSingleton<LinesOfOne>();
        services.AddScoped<LogMarks>();
        services.AddScoped<LogNames>();
        services.AddScoped<OtlpReceiver>();
        services.AddScoped<LogQueryReader>();
        services.AddScoped<LogViewService>();
        services.AddScoped<AlertService>();
        services.AddScoped<AlertPreviewer>();
        services.AddScoped<AlertChecker>();
        services.AddSingleton<ConsoleLog>();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<ILoggerProvider, ConsoleLog>(provider => provider.GetRequiredService<ConsoleLog>())
        );
        services.AddSingleton<LogRetention>();
        services.AddScoped<LogRetentionService>();
        services.AddScoped<IBuiltInTask, CleanUpTask>();
        services.AddScoped<IOverviewArea, LogsArea>();
        services.AddSingleton(
            new DefaultSchedule(CleanUpTask.Act, "Log clean-up", "Removes old log lines by the retention rules.", "7 * * * *")
            {
                IsHousekeeping = true,
            }
        );
        services.AddSingleton<FilePositions>();
        services.AddSingleton<LogFollower>();
        services.AddOptions<LogOptions>().BindConfiguration(LogOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LogOptions>, LogOptionsValidator>());
        services.AddScoped<LogFolders>();
        services.AddScoped<FoundLogFiles>();
        services.AddScoped<LogFileService>();
        services.AddSingleton<BrokenLogsNotice>();
        services.AddWorker<ConsoleLogWorker>();
        services.AddWorker<LogFollowWorker>();
        services.AddWorker<BrokenLogsWorker>();
        services.AddWorker<LogIndexWorker>();
        services.AddWorker<AlertWorker>();
        return services.AddSingleton(new NavEntry("Logs", Urls.Logs, "logs", 31, Policies.ReadLogs, NavGroups.Operate));
    }

    public static IEndpointRouteBuilder MapLogs(this IEndpointRouteBuilder routes)
    {
        LogEndpoints.Map(routes);
        LogEndpoints.MapFile(routes);
        LogRetentionEndpoints.Map(routes);
        LogViewEndpoints.Map(routes);
        AlertEndpoints.Map(routes);
        LogFileEndpoints.Map(routes);
        return routes;
    }
}
