using Microsoft.Extensions.DependencyInjection.Extensions;
using Sanctum.Configurator.Features.Messaging.Messages;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>People and what they write, without the queue that carries it.</summary>
internal static class PeopleParts
{
    public static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.TryAddSingleton<MessageIndexing>();
        services.TryAddScoped(scope => new MessageReader(
            scope.GetRequiredService<IDbContextFactory<RegistryDbContext>>(),
            scope.GetRequiredService<MessageIndexing>()
        ));
        services.TryAddScoped<MessageActs>();
        services.TryAddScoped<PeopleReader>();
        services.TryAddScoped<PersonWrites>();
        services.TryAddScoped<PersonService>();
        services.TryAddScoped<PersonMerges>();
        services.TryAddScoped<MergeSuggestions>();
        services.TryAddScoped<PersonExport>();
        services.TryAddScoped<PersonErasure>();
        services.TryAddScoped<PersonIdentities>();
        services.TryAddScoped<PersonPromotion>();
        services.TryAddScoped<MessageRetention>();
        return services
            .AddScoped<IBuiltInTask, CleanUpMessagesTask>()
            .AddSingleton(
                new DefaultSchedule(
                    CleanUpMessagesTask.Act,
                    "Message clean-up",
                    "Removes messages that are older than their channel keeps them.",
                    "47 3 * * *"
                )
                {
                    IsHousekeeping = true,
                    CatchesUp = true,
                }
            )
            .AddSingleton(new NavEntry("People", Urls.People, "users", 15, Policies.ReadMessages, NavGroups.Messaging))
            .AddSingleton(new NavEntry("Messages", Urls.Messages, "chat", 16, Policies.ReadMessages, NavGroups.Messaging));
    }

    public static IEndpointRouteBuilder MapPeople(this IEndpointRouteBuilder routes)
    {
        PersonEndpoints.Map(routes);
        PersonEndpoints.MapFile(routes);
        MessageEndpoints.Map(routes);
        return routes;
    }
}
