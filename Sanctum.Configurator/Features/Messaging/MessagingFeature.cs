using Sanctum.Configurator.Features.Messaging.Intake;
using Sanctum.Configurator.Features.Messaging.Queue;

namespace Sanctum.Configurator.Features.Messaging;

/// <summary>People, what they write to agents on whichever platform, and the queue that carries it.</summary>
public static class MessagingFeature
{
    public static IServiceCollection AddMessaging(this IServiceCollection services) =>
        services.AddMessagingServices().AddChannels().AddHostedService(services => services.GetRequiredService<QueueEngine>());

    public static IEndpointRouteBuilder MapMessaging(this IEndpointRouteBuilder routes) => routes.MapChannels();

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddMessagingServices(this IServiceCollection services) => services.AddQueue().AddIntake();
}
