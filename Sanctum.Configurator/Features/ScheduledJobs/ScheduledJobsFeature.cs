using Microsoft.Extensions.DependencyInjection.Extensions;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Features.ScheduledJobs.Crontab;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.ScheduledJobs;

/// <summary>What runs by the clock.</summary>
public static class ScheduledJobsFeature
{
    public static IServiceCollection AddScheduledJobs(this IServiceCollection services)
    {
        return services
            .AddLongRuns()
            .AddJobRights()
            .AddSingleton<RunExecutor>()
            .AddScoped<RunLeases>()
            .AddScoped<RunEnds>()
            .AddScoped<JobPlanner>()
            .AddScoped<JobNotices>()
            .AddScoped<CrontabService>()
            .AddScoped<DefaultSchedules>()
            .AddScoped<JobReader>()
            .AddScoped<JobService>()
            .AddScoped<JobRunService>()
            .AddScoped<JobArguments>()
            .AddScoped<JobCalendar>()
            .AddScoped<IOverviewArea, JobsArea>()
            .AddWorker<JobEngine>()
            .AddSingleton(new NavEntry("Scheduled Jobs", Urls.ScheduledJobs, "clock", 30, Policies.ReadRegistry, NavGroups.Operate));
    }

    /// <summary>What long acts of other features need: they are listed among the runs.</summary>
    public static IServiceCollection AddLongRuns(this IServiceCollection services)
    {
        services.AddOptions<JobOptions>().BindConfiguration(JobOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<LiveRuns>();
        services.TryAddScoped<LongRuns>();
        return services;
    }

    public static IEndpointRouteBuilder MapScheduledJobs(this IEndpointRouteBuilder routes)
    {
        JobEndpoints.Map(routes);
        return routes;
    }
}
