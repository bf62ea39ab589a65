using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Processes;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>What agents and operators can use.</summary>
public static class ToolsFeature
{
    public static IServiceCollection AddTools(this IServiceCollection services)
    {
        services.AddOptions<ToolOptions>().BindConfiguration(ToolOptions.Section).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<ToolOptions>, ToolOptionsValidator>()
            .AddOutbound()
            .AddLettaClient()
            .AddJobRights()
            .AddScoped<IToolExecutor, HttpExecutor>()
            .AddScoped<IToolExecutor, LettaMessageExecutor>()
            .AddScoped<IToolExecutor, BuiltInTaskExecutor>()
            .AddScoped<IToolExecutor, CommandExecutor>()
            .AddScoped<ToolRules>()
            .AddScoped<ITemplateTarget, ToolFromTemplate>()
            .AddScoped<ToolReader>()
            .AddScoped<ToolWrites>()
            .AddScoped<ToolService>()
            .AddScoped<InstanceService>()
            .AddScoped<CurlTools>()
            .AddScoped<ToolRunner>()
            .AddScoped<ToolRuns>()
            .AddWorker<OrphanWorker>()
            .AddSingleton(new NavEntry("Tools", Urls.Tools, "tools", 11, Policies.ReadRegistry, NavGroups.Agents));
    }

    /// <summary>For features that write what may run an act of the console: who does must be allowed the act itself.</summary>
    public static IServiceCollection AddJobRights(this IServiceCollection services)
    {
        services.TryAddScoped<ToolKinds>();
        services.TryAddScoped<JobRights>();
        services.TryAddSingleton<InstanceSecrets>();
        return services;
    }

    public static IEndpointRouteBuilder MapTools(this IEndpointRouteBuilder routes)
    {
        ToolEndpoints.Map(routes);
        return routes;
    }
}
