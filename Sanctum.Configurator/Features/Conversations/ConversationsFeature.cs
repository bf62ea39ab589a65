using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Transfer;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.Conversations;

/// <summary>Conversations of the console's users with agents and models, kept on the server.</summary>
public static class ConversationsFeature
{
    public static IServiceCollection AddConversations(this IServiceCollection services) =>
        services
            .AddConversationServices()
            .AddHostedService(services => services.GetRequiredService<AnswerEngine>())
            .AddScoped<IBuiltInTask, CleanUpConversationsTask>()
            .AddSingleton(CleanUpConversationsTask.Schedule)
            .AddSingleton(new NavEntry("Conversations", Urls.Conversations, "chat", 9, Policies.UseConversations, NavGroups.Agents));

    public static IEndpointRouteBuilder MapConversations(this IEndpointRouteBuilder routes)
    {
        ConversationEndpoints.Map(routes);
        return routes;
    }

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddConversationServices(this IServiceCollection services)
    {
        services
            .AddOptions<ConversationOptions>()
            .BindConfiguration(ConversationOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        return services
            .AddScoped<ConversationAccess>()
            .AddScoped<ConversationReader>()
            .AddScoped<ConversationSearch>()
            .AddScoped<ConversationService>()
            .AddScoped<AgentAnswers>()
            .AddScoped<ModelAnswers>()
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
            .AddScoped<ConversationRetention>()
            .AddScoped<ConversationExport>()
            .AddScoped<ConversationImport>()
            .AddScoped<RunLeases>()
            .AddScoped<RunEnds>()
            .AddSingleton<LiveAnswers>()
            .AddSingleton<AnswerWork>()
            .AddSingleton<AnswerEngine>();
    }
}
