using Sanctum.Configurator.Features.Agents.AgentFiles;
using Sanctum.Configurator.Features.Agents.AppServers;
using Sanctum.Configurator.Features.Agents.Creating;
using Sanctum.Configurator.Features.Agents.Moving;
using Sanctum.Configurator.Features.Agents.Removing;
using Sanctum.Configurator.Features.Agents.Talking;
using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Models;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Features.Templates;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>The agents that the registry knows, beside those of the Letta server.</summary>
public static class AgentsFeature
{
    public static IServiceCollection AddAgents(this IServiceCollection services) =>
        services
            .AddLettaProbe()
            .AddDependencies()
            .AddScoped<ITemplateTarget, AgentFromTemplate>()
            .AddScoped<IModelUses, AgentModels>()
            .AddScoped<AgentWrites>()
            .AddScoped<AgentService>()
            .AddScoped<AgentSync>()
            .AddScoped<AgentExchange>()
            .AddScoped<TalkCalls>()
            .AddScoped<AgentTalk>()
            .AddScoped<AgentBelongings>()
            .AddScoped<AgentCreation>()
            .AddScoped<ServerCreation>()
            .AddScoped<AgentRemoval>()
            .AddScoped<AppServerCalls>()
            .AddScoped<AgentMemory>()
            .AddScoped<AgentConversations>()
            .AddScoped<AgentSchedules>()
            .AddScoped<AgentSkills>()
            .AddScoped<AgentImport>()
            .AddScoped<AgentExport>()
            .AddConfigurationWrites()
            .AddScoped<V1Server>()
            .AddScoped<AgentMove>()
            .AddScoped<MovePlanner>()
            .AddLongRuns()
            .AddScoped<AgentMover>()
            .AddScoped<MoveRuns>()
            .AddSingleton<MoveRunner>()
            .AddHostedService(services => services.GetRequiredService<MoveRunner>())
            .AddScoped<IBuiltInTask, SynchroniseTask>()
            .AddScoped<IOverviewArea, AgentsArea>()
            .AddScoped<IBuiltInTask, MessageTask>()
            .AddSingleton(new NavEntry("Agents", Urls.Agents, "agents", 10, Policies.ReadRegistry, NavGroups.Agents));

    public static IEndpointRouteBuilder MapAgents(this IEndpointRouteBuilder routes)
    {
        AgentEndpoints.Map(routes);
        return routes;
    }
}
