namespace Sanctum.Configurator.Features.Users;

/// <summary>The people who may sign in.</summary>
public static class UsersFeature
{
    public static IServiceCollection AddUsers(this IServiceCollection services) => services.AddScoped<UserService>();

    public static IEndpointRouteBuilder MapUsers(this IEndpointRouteBuilder routes)
    {
        UserEndpoints.Map(routes);
        return routes;
    }
}
