using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Processes;
using Sanctum.Configurator.Platform.Templates;

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
            .AddScoped<IToolExecutor, HttpExecutor>()
            .AddScoped<IToolExecutor, McpExecutor>()
            .AddScoped<IToolExecutor, LettaMessageExecutor>()
            .AddScoped<IToolExecutor, ConsoleActionExecutor>()
            .AddScoped<IToolExecutor, CommandExecutor>()
            .AddScoped<ToolKinds>()
            .AddScoped<ToolRules>()
            .AddScoped<IToolRules>(services => services.GetRequiredService<ToolRules>())
            .AddScoped<IToolActs>(services => services.GetRequiredService<ToolKinds>())
            .AddScoped<ToolReader>()
            .AddScoped<ToolWrites>()
            .AddScoped<ToolService>()
            .AddScoped<InstanceService>()
            .AddScoped<CurlTools>()
            .AddScoped<ToolRunner>()
            .AddScoped<IToolRuns, ToolRuns>()
            .AddHostedService<OrphanWorker>()
            .AddSingleton(new NavEntry("Tools", Urls.Tools, "tools", 11, Policies.ReadRegistry, NavGroups.Agents));
    }

    public static IEndpointRouteBuilder MapTools(this IEndpointRouteBuilder routes)
    {
        ToolEndpoints.Map(routes);
        return routes;
    }
}
