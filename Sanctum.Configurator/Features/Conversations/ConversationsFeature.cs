using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Features.Conversations.ShortTerm;
using Sanctum.Configurator.Features.Conversations.Transfer;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>Conversations of the console's users with agents and models, kept on the server.</summary>
public static class ConversationsFeature
{
    public static IServiceCollection AddConversations(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddConversationServices(configuration[RedisAddress.Variable])
            .AddWorker<AnswerEngine>()
            .AddWorker<CodeWorker>()
            .AddScoped<IBuiltInTask, CleanUpConversationsTask>()
            .AddSingleton(CleanUpConversationsTask.Schedule)
            .AddSingleton(new NavEntry("Conversations", Urls.Conversations, "chat", 9, Policies.UseConversations, NavGroups.Agents));

    public static IEndpointRouteBuilder MapConversations(this IEndpointRouteBuilder routes)
    {
        ConversationEndpoints.Map(routes);
        ContextEndpoints.Map(routes);
        LeftEndpoints.Map(routes);
        return routes;
    }

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddConversationServices(this IServiceCollection services, string? redisUrl = null)
    {
        services
            .AddOptions<ConversationOptions>()
            .BindConfiguration(ConversationOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        return services
            .AddShortTermCache(redisUrl)
            .AddSingleton<ShortTermMemory>()
            .AddScoped<ConversationAccess>()
            .AddScoped<WaitingCode>()
            .AddSingleton<CodeWorker>()
            .AddScoped<ConversationReader>()
            .AddScoped<ConversationSearch>()
            .AddScoped<ConversationService>()
            .AddScoped<AgentAnswers>()
            .AddScoped<ModelAnswers>()
            .AddScoped<PromptMemories>()
            .AddScoped<PromptBuilder>()
            .AddScoped<AgentPrompts>()
            .AddScoped<SentPrompts>()
            .AddScoped(services => new ContextGauge(
                services.GetRequiredService<IDbContextFactory<RegistryDbContext>>(),
                services.GetRequiredService<ConversationAccess>(),
                services.GetRequiredService<MemorySettingsService>(),
                services.GetRequiredService<ShortTermMemory>(),
                (services.GetRequiredService<SavedModels>(), services.GetRequiredService<ModelWindows>()),
                services.GetRequiredService<SavedLetta>(),
                services.GetRequiredService<TimeProvider>()
            ))
            .AddScoped(services => new Compaction(
                services.GetRequiredService<IDbContextFactory<RegistryDbContext>>(),
                services.GetRequiredService<ConversationAccess>(),
                services.GetRequiredService<ModelAnswers>(),
                services.GetRequiredService<RunQueue>(),
                services.GetRequiredService<ShortTermMemory>()
            ))
            .AddScoped<RunQueue>()
            .AddScoped(services => new AnswerRuns(
                services.GetRequiredService<IDbContextFactory<RegistryDbContext>>(),
                services.GetRequiredService<ConversationAccess>(),
                services.GetRequiredService<ConversationService>(),
                services.GetRequiredService<RunQueue>()
            ))
            .AddScoped(services => new AnswerApprovals(
                services.GetRequiredService<IDbContextFactory<RegistryDbContext>>(),
                services.GetRequiredService<ConversationAccess>(),
                services.GetRequiredService<AgentAnswers>(),
                services.GetRequiredService<RunQueue>()
            ))
            .AddScoped<AnswerFollower>()
            .AddSingleton<AnswerFeed>()
            .AddSingleton<PieceGroups>()
            .AddScoped<ConversationRetention>()
            .AddScoped<ConversationExport>()
            .AddScoped<ConversationImport>()
            .AddScoped<LeftConversations>()
            .AddSingleton<IUserBelongings, ConversationBelongings>()
            .AddScoped<RunLeases>()
            .AddScoped<RunEnds>()
            .AddSingleton<LiveAnswers>()
            .AddSingleton<AnswerWork>()
            .AddSingleton<AnswerEngine>();
    }
}
