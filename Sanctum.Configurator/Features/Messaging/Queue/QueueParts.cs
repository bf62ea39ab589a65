using Sanctum.Configurator.Features.Messaging.Outbox;

namespace Sanctum.Configurator.Features.Messaging.Queue;

internal static class QueueParts
{
    public static IServiceCollection AddQueue(this IServiceCollection services)
    {
        services.AddOptions<QueueOptions>().BindConfiguration(QueueOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<LiveTurns>()
            .AddSingleton<TurnWork>()
            .AddSingleton<QueueHints>()
            .AddScoped<QueueLeases>()
            .AddScoped<QueueEnds>()
            .AddScoped<AnswerPieces>()
            .AddScoped<ChatCommands>()
            .AddScoped<QueueReader>()
            .AddScoped<QueueActRunner>()
            .AddScoped<QueueActs>()
            .AddScoped<QueueActPlans>()
            .AddScoped<QueuePauseService>()
            .AddSingleton<QueueEngine>();
    }
}
