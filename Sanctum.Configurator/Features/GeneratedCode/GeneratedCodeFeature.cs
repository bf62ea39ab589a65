namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>The code that answers brought, kept for itself, and the files of the design system.</summary>
public static class GeneratedCodeFeature
{
    public static IServiceCollection AddGeneratedCode(this IServiceCollection services) =>
        services
            .AddGeneratedCodeServices()
            .AddSingleton(new NavEntry("Generated code", Urls.GeneratedCode, "code", 11, Policies.UseConversations, NavGroups.Agents));

    public static IEndpointRouteBuilder MapGeneratedCode(this IEndpointRouteBuilder routes)
    {
        CodeEndpoints.Map(routes);
        DesignEndpoints.Map(routes);
        return routes;
    }

    /// <summary>Without pages.</summary>
    internal static IServiceCollection AddGeneratedCodeServices(this IServiceCollection services) =>
        services
            .AddScoped<CodeArchive>()
            .AddScoped<CodeAccess>()
            .AddScoped<CodeReader>()
            .AddScoped<CodePreviews>()
            .AddScoped<CodeService>()
            .AddScoped<DesignFiles>()
            .AddScoped<DesignService>();
}
