using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Features.Letta.Models;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Data.Postgres;

namespace Sanctum.Configurator.Features.Letta;

public static class LettaFeature
{
    /// <summary>The connection test for people and programs, the monitor, and what they show.</summary>
    public static IServiceCollection AddLettaServer(this IServiceCollection services)
    {
        services.AddLettaTests();
        services.AddSingleton<MonitorTurn>();
        services.AddScoped<IBuiltInTask, TestLettaTask>();
        services.AddScoped<IBuiltInTask, CleanUpChecksTask>();
        services.AddSingleton(
            new DefaultSchedule(
                CleanUpChecksTask.Act,
                "Connection clean-up",
                "Removes old connection checks of the Letta server and their statistics.",
                "17 * * * *"
            )
            {
                IsHousekeeping = true,
            }
        );
        services.AddWorker<LettaMonitorWorker>();
        services.AddWorker<LettaStateWorker>();
        services.AddWorker<LettaNoticeWorker>();
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
        services.AddLettaProbe();
        services.AddOptions<LettaMonitorOptions>().BindConfiguration(LettaMonitorOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LettaMonitorOptions>, LettaMonitorOptionsValidator>());
        services.AddScoped<LettaTargets>();
        services.AddScoped<ConnectionCheckStore>();
        services.AddScoped<LettaStateReader>();
        services.AddScoped<LettaChecks>();
        services.TryAddScoped<LettaModels>();
        services.AddScoped(scope => new LettaTests(
            scope.GetRequiredService<LettaTargets>(),
            scope.GetRequiredService<LettaProbe>(),
            scope.GetRequiredService<ConnectionCheckStore>(),
            scope.GetRequiredService<LettaStateReader>(),
            scope.GetRequiredService<CurrentUser>()
        ));
        services.AddScoped<IOverviewArea, LettaArea>();
        return services;
    }

    /// <summary>The connection test and the patient one for the background, without what keeps their results.</summary>
    internal static IServiceCollection AddLettaProbe(this IServiceCollection services)
    {
        services.AddLettaClient();
        services.TryAddSingleton<LettaProbe>();
        services.TryAddSingleton<MonitoredProbe>();
        services.TryAddSingleton<LettaState>();
        return services;
    }

    /// <summary>The way to the Letta server that is saved, for whoever talks to it.</summary>
    public static IServiceCollection AddLettaClient(this IServiceCollection services)
    {
        services.AddOutbound();
        services.TryAddSingleton<FoundKinds>();
        services.TryAddSingleton<AppServerLinks>();
        services.TryAddScoped<SavedLetta>();
        return services;
    }
}
