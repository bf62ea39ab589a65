using Sanctum.Configurator.Features.Overview;

namespace Sanctum.Configurator.Features.Users;

/// <summary>The people who may sign in.</summary>
public static class UsersFeature
{
    public static IServiceCollection AddUsers(this IServiceCollection services) =>
        services
            .AddScoped<UserService>()
            .AddScoped<LeftBehind>()
            .AddScoped<IOverviewArea, UsersArea>()
            .AddSingleton(new NavEntry("Users", Urls.Users, "users", 40, Policies.ManageUsers, NavGroups.Administer));

    public static IEndpointRouteBuilder MapUsers(this IEndpointRouteBuilder routes)
    {
        UserEndpoints.Map(routes);
        return routes;
    }
}
