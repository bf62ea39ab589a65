using Sanctum.Configurator.Features.Memories.Extraction;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Merging;
using Sanctum.Configurator.Features.Memories.Vectors;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>What is remembered of somebody from one conversation to the next.</summary>
public static class MemoriesFeature
{
    public static IServiceCollection AddMemories(this IServiceCollection services) =>
        services
            .AddMemoryServices()
            .AddWorker<ExtractionEngine>()
            .AddWorker<VectorWorker>()
            .AddScoped<IBuiltInTask, SummariseConversationsTask>()
            .AddSingleton(SummariseConversationsTask.Schedule)
            .AddSingleton(new NavEntry("Memories", Urls.Memories, "layers", 10, Policies.UseConversations, NavGroups.Agents));

    public static IEndpointRouteBuilder MapMemories(this IEndpointRouteBuilder routes)
    {
        MemoryEndpoints.Map(routes);
        return routes;
    }

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddMemoryServices(this IServiceCollection services)
    {
        services.AddOptions<MemoryOptions>().BindConfiguration(MemoryOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddScoped<MemoryIntake>()
            .AddScoped<MemorySettingsService>()
            .AddScoped<MemoryAccess>()
            .AddScoped<MemoryReader>()
            .AddScoped<MemoryService>()
            .AddScoped<MemoryUseService>()
            .AddScoped<MemoryDuplicates>()
            .AddScoped<MemoryWriter>()
            .AddSingleton<IUserBelongings, MemoryBelongings>()
            .AddSingleton<VectorCache>()
            .AddScoped<Embedder>()
            .AddScoped<VectorSearch>()
            .AddScoped<VectorBuilder>()
            .AddSingleton<VectorWorker>()
            .AddScoped(services => new MemoryRecall(
                Registries(services),
                services.GetRequiredService<VectorSearch>(),
                services.GetRequiredService<TimeProvider>()
            ))
            .AddScoped(services => new VectorIndexService(
                Registries(services),
                services.GetRequiredService<CurrentUser>(),
                services.GetRequiredService<Signal<VectorIndexesChanged>>(),
                services.GetRequiredService<Signal<VectorIndexWanted>>(),
                services.GetRequiredService<TimeProvider>()
            ))
            .AddScoped<ExtractionLeases>()
            .AddScoped<ExtractionEnds>()
            .AddScoped<ModelExtraction>()
            .AddScoped<IdleConversations>()
            .AddSingleton<LiveExtractions>()
            .AddSingleton<ExtractionWork>()
            .AddSingleton<ExtractionEngine>();
    }

    private static IDbContextFactory<RegistryDbContext> Registries(IServiceProvider services) =>
        services.GetRequiredService<IDbContextFactory<RegistryDbContext>>();
}
