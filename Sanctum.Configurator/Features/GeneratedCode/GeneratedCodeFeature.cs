namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>The code that answers brought, kept for itself, and the files of the design system.</summary>
public static class GeneratedCodeFeature
{
    public static IServiceCollection AddGeneratedCode(this IServiceCollection services) => services.AddGeneratedCodeServices();

    /// <summary>Without pages.</summary>
    internal static IServiceCollection AddGeneratedCodeServices(this IServiceCollection services) =>
        services.AddScoped<CodeArchive>().AddScoped<DesignFiles>();
}
