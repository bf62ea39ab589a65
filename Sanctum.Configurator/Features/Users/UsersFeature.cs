using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Users;

/// <summary>The people who may sign in.</summary>
public static class UsersFeature
{
    public static IServiceCollection AddUsers(this IServiceCollection services) => services
        .AddScoped<UserService>()
        .AddSingleton(new NavEntry("Users", Urls.Users, "user", 80, Policies.ManageUsers));

    public static IEndpointRouteBuilder MapUsers(this IEndpointRouteBuilder routes)
    {
        UserEndpoints.Map(routes);
        return routes;
    }
}
