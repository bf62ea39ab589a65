using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Components.Overview;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Letta;
using Sanctum.Configurator.Registry.Postgres;

namespace Sanctum.Configurator.Features.Letta;

public static class LettaFeature
{
    /// <summary>The connection test for people and programs, the monitor, and what they show.</summary>
    public static IServiceCollection AddLettaServer(this IServiceCollection services)
    {
        services.AddLettaTests();
        services.AddSingleton<MonitorTurn>();
        services.AddScoped<IConsoleAction, TestLettaAction>();
        services.AddScoped<IConsoleAction, CleanUpChecksAction>();
        services.AddSingleton(new OwnJob(CleanUpChecksAction.Act, "Connection clean-up", "Removes old connection checks of the Letta server and their statistics.", "17 * * * *"));
        services.AddHostedService<LettaMonitorWorker>();
        services.AddHostedService<LettaStateWorker>();
        services.AddHostedService<LettaNoticeWorker>();
        services.AddSingleton(new NavEntry("Letta server", Urls.Letta, "server", 22, Policies.ReadSettings, NavGroups.Configure));
        services.AddSingleton(new AppBarItem(typeof(LettaChip)));
        return services;
    }

    public static IEndpointRouteBuilder MapLettaServer(this IEndpointRouteBuilder routes)
    {
        LettaEndpoints.Map(routes);
        return routes;
    }

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddLettaTests(this IServiceCollection services)
    {
        services.AddLetta();
        services.AddOptions<LettaMonitorOptions>().BindConfiguration(LettaMonitorOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LettaMonitorOptions>, LettaMonitorOptionsValidator>());
        services.AddScoped<LettaTargets>();
        services.AddScoped<LettaLedger>();
        services.AddScoped<LettaStateReader>();
        services.AddScoped<LettaChecks>();
        services.AddScoped<ILettaTests, LettaTests>();
        services.AddScoped<IOverviewArea, LettaArea>();
        return services;
    }
}
