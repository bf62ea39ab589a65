namespace Sanctum.Configurator.Features.Memories;

/// <summary>What is remembered of somebody from one conversation to the next.</summary>
public static class MemoriesFeature
{
    public static IServiceCollection AddMemories(this IServiceCollection services) => services.AddMemoryServices();

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddMemoryServices(this IServiceCollection services) =>
        services.AddScoped<MemoryRecall>().AddScoped<MemoryIntake>().AddScoped<MemorySettingsService>();
}
