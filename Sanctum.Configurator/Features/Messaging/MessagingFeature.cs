namespace Sanctum.Configurator.Features.Messaging;

/// <summary>People, what they write to agents on whichever platform, and the queue that carries it.</summary>
public static class MessagingFeature
{
    public static IServiceCollection AddMessaging(this IServiceCollection services) => services.AddChannels();

    public static IEndpointRouteBuilder MapMessaging(this IEndpointRouteBuilder routes) => routes.MapChannels();
}
