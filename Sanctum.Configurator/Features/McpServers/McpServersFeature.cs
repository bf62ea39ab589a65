using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.McpServers.AtLetta;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Probe;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Features.McpServers.Saved;
using Sanctum.Configurator.Features.McpServers.Sessions;
using Sanctum.Configurator.Features.McpServers.Watching;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>The MCP servers that agents and the console use: do they work, and are they still what was approved.</summary>
public static class McpServersFeature
{
    public static IServiceCollection AddMcpServers(this IServiceCollection services) =>
        services
            .AddMcpRegistry()
            .AddWorker<McpWatchWorker>()
            .AddScoped<IOverviewArea, McpServersArea>()
            .AddSingleton(new NavEntry("MCP servers", Urls.McpServers, "server", 12, Policies.ReadRegistry, NavGroups.Agents));

    public static IEndpointRouteBuilder MapMcpServers(this IEndpointRouteBuilder routes)
    {
        McpServerEndpoints.Map(routes);
        return routes;
    }

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddMcpRegistry(this IServiceCollection services)
    {
        services.AddMcpClient();
        services.TryAddScoped<McpSavedTest>();
        services.TryAddScoped<McpServerReader>();
        services.TryAddScoped<McpServerService>();
        services.TryAddScoped<McpServerTesting>();
        services.TryAddScoped<McpApprovals>();
        services.TryAddScoped<McpToolCalls>();
        services.TryAddScoped<McpExchange>();
        services.AddLettaClient();
        services.TryAddScoped<McpHolds>();
        services.TryAddScoped<McpAtLetta>();
        services.TryAddSingleton<McpPendingSignIns>();
        services.TryAddScoped<McpSignIns>();
        return services;
    }

    /// <summary>What calls MCP servers, without pages or anything that runs by itself.</summary>
    internal static IServiceCollection AddMcpClient(this IServiceCollection services)
    {
        services.AddOptions<McpServerOptions>().BindConfiguration(McpServerOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<McpServerOptions>, McpServerOptionsValidator>());
        services.AddOutbound();
        services.TryAddSingleton<McpCommands>();
        services.TryAddSingleton<McpProcesses>();
        services.TryAddSingleton<McpConnector>();
        services.TryAddSingleton<NearbyServers>();
        services.TryAddSingleton<McpProbe>();
        services.TryAddSingleton<McpStepUps>();
        services.TryAddSingleton<McpTargets>();
        services.TryAddSingleton<McpSessions>();
        services.TryAddScoped<McpPinStore>();
        services.TryAddScoped<McpCheckStore>();
        services.TryAddScoped<McpGateway>();
        services.TryAddSingleton<McpSchedule>();
        services.AddScoped<IToolExecutor, McpExecutor>();
        return services;
    }
}
