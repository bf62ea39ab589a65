namespace Sanctum.Configurator.Features.Templates;

/// <summary>Ready-made agents and tools to start from.</summary>
public static class TemplatesFeature
{
    public static IServiceCollection AddTemplates(this IServiceCollection services) =>
        services
            .AddScoped<TemplateService>()
            .AddScoped<TemplateApplication>()
            .AddScoped<TemplateMaker>()
            .AddScoped<AgentTemplates>()
            .AddSingleton(new NavEntry("Templates", Urls.Templates, "templates", 13, Policies.ReadRegistry, NavGroups.Agents));

    public static IEndpointRouteBuilder MapTemplates(this IEndpointRouteBuilder routes)
    {
        TemplateEndpoints.Map(routes);
        TemplateEndpoints.MapFile(routes);
        return routes;
    }
}
