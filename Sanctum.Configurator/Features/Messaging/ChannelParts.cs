using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Channels.Api;
using Sanctum.Configurator.Features.Messaging.Channels.Email;
using Sanctum.Configurator.Features.Messaging.Channels.Telegram;
using Sanctum.Configurator.Features.Messaging.Channels.Webhook;
using Sanctum.Configurator.Features.Messaging.Drafts;
using Sanctum.Configurator.Features.Messaging.Intake;
using Sanctum.Configurator.Features.Messaging.Outbox;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Messaging;

/// <summary>The platforms, how messages come from them, and the way out to them.</summary>
internal static class ChannelParts
{
    public static IServiceCollection AddChannels(this IServiceCollection services)
    {
        services.AddChannelActs();
        services.AddSingleton<AcceptMessage>(provider => provider.GetRequiredService<MessageIntake>().AcceptAsync);
        services.AddWorker<ChannelHost>();
        services.AddWorker<OutboxWorker>();
        services.AddHostedService<DraftWorker>();
        services.AddSingleton(new NavEntry("Channels", Urls.Channels, "server", 18, Policies.ReadMessages, NavGroups.Messaging));
        services.AddSingleton(new NavEntry("Outbox", Urls.Outbox, "arrow-right", 19, Policies.ReadMessages, NavGroups.Messaging));
        return services;
    }

    public static IEndpointRouteBuilder MapChannels(this IEndpointRouteBuilder routes)
    {
        ChannelEndpoints.Map(routes);
        OutboxEndpoints.Map(routes);
        IncomingWebhook.Map(routes);
        TelegramWebhook.Map(routes);
        return routes;
    }

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddChannelActs(this IServiceCollection services)
    {
        services.AddOutbound();
        services.AddOptions<OutboxOptions>().BindConfiguration(OutboxOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OutboxOptions>, OutboxOptionsValidator>());
        services.AddSingleton<IConnector, ApiConnector>();
        services.AddSingleton<IConnector, WebhookConnector>();
        services.AddSingleton<IConnector, TelegramConnector>();
        services.AddSingleton<TelegramFiles>();
        services.AddSingleton<TelegramListening>();
        services.AddSingleton<TelegramDrafts>();
        services.AddSingleton<IConnector, EmailConnector>();
        services.AddSingleton<MailConnections>();
        services.AddSingleton<EmailListening>();
        services.AddSingleton<EmailThreads>();
        services.AddSingleton<TelegramWebhook>();
        services.AddSingleton<Connectors>();
        services.AddSingleton<ChannelRules>();
        services.AddSingleton<OwnRegistry>();
        services.AddSingleton<ChannelLeases>();
        services.AddSingleton<ChannelHost>();
        services.AddScoped<ChannelReader>();
        services.AddScoped<ChannelService>();
        services.AddScoped<ChannelTesting>();
        services.AddSingleton<OutboxBell>();
        services.AddSingleton<OutboxStore>();
        services.AddSingleton<OutboxSender>();
        services.AddSingleton<OutboxWorker>();
        services.AddScoped<OutboxReader>();
        services.AddScoped<OutboxService>();
        services.AddScoped<OutboxActs>();
        return services;
    }
}
