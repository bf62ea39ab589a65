using Sanctum.Configurator.Features.Messaging.Broca;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Intake;
using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Features.Messaging.People;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Messaging;

/// <summary>People, what they write to agents on whichever platform, and the queue that carries it.</summary>
public static class MessagingFeature
{
    public static IServiceCollection AddMessaging(this IServiceCollection services) =>
        services
            .AddMessagingServices()
            .AddPeople()
            .AddChannels()
            .AddBrocaRunner()
            .AddScoped<MessagingTroubles>()
            .AddScoped<IOverviewArea, MessagesArea>()
            .AddWorker<MessagingNoticeWorker>()
            .AddWorker<MessageIndexing>()
            .AddWorker<QueueEngine>()
            .AddSingleton(new NavEntry("Queue", Urls.Queue, "layers", 17, Policies.ReadMessages, NavGroups.Messaging));

    public static IEndpointRouteBuilder MapMessaging(this IEndpointRouteBuilder routes)
    {
        Intake.MessageEndpoints.Map(routes);
        QueueEndpoints.Map(routes);
        routes.MapPeople();
        routes.MapChannels();
        routes.MapBroca();
        return routes;
    }

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddMessagingServices(this IServiceCollection services) => services.AddQueue().AddIntake().AddBroca();
}
