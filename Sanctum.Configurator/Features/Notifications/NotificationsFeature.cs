using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>What an operator should know of, in the console and by the channels that lead out of it.</summary>
public static class NotificationsFeature
{
    public static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.AddNotificationActs();
        services.AddSingleton(
            new DefaultSchedule(CleanUpNotificationsTask.Act, "Notification clean-up", "Removes old notifications.", "27 * * * *")
            {
                IsHousekeeping = true,
            }
        );
        services.AddWorker<NotificationWorker>();
        services.AddSingleton(new NavEntry("Notifications", Urls.Notifications, "bell", 33, Policies.ReadRegistry, NavGroups.Operate));
        services.AddSingleton(new AppBarItem(typeof(Bell), 20));
        return services;
    }

    public static IEndpointRouteBuilder MapNotifications(this IEndpointRouteBuilder routes)
    {
        NotificationEndpoints.Map(routes);
        NotificationEndpoints.MapChannels(routes);
        return routes;
    }

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddNotificationActs(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Scoped<IBuiltInTask, CleanUpNotificationsTask>()); // Others add these acts too.
        services.AddOutbound();
        services.AddSingleton<NotificationBell>();
        services.AddSingleton<Notifier>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<NtfySender>();
        services.AddSingleton<MailSender>();
        services.AddOptions<MailOptions>().BindConfiguration(MailOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MailOptions>, MailOptionsValidator>());
        services.AddSingleton<ChannelSenders>();
        services.AddSingleton<NotificationDeliverer>();
        services.AddSingleton<NotificationWorker>();
        services.AddSingleton(provider => new TestSender(
            provider.GetRequiredService<ChannelSenders>(),
            provider.GetRequiredService<NotificationDeliverer>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddScoped<NotificationService>();
        services.AddScoped<ChannelService>();
        services.TryAddEnumerable(ServiceDescriptor.Scoped<IOverviewArea, ChannelsArea>());
        return services;
    }
}
