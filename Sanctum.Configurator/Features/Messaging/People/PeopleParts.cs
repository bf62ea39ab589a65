using Microsoft.Extensions.DependencyInjection.Extensions;
using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>People and what they write, without the queue that carries it.</summary>
internal static class PeopleParts
{
    public static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.TryAddScoped<MessageReader>();
        services.TryAddScoped<PeopleReader>();
        return services
            .AddSingleton(new NavEntry("People", Urls.People, "users", 15, Policies.ReadMessages, NavGroups.Messaging))
            .AddSingleton(new NavEntry("Messages", Urls.Messages, "chat", 16, Policies.ReadMessages, NavGroups.Messaging));
    }

    public static IEndpointRouteBuilder MapPeople(this IEndpointRouteBuilder routes)
    {
        PersonEndpoints.Map(routes);
        MessageEndpoints.Map(routes);
        return routes;
    }
}
