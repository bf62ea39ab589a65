using Microsoft.AspNetCore.Authentication;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.ApiKeys;

/// <summary>Keys by which programs use the API in their owner's name.</summary>
public static class ApiKeysFeature
{
    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyScheme>(Schemes.ApiKey, null);
        services.AddScoped<ApiKeyService>();
        services.AddSingleton(new NavEntry("API keys", Urls.ApiKeys, "key", 20, Policies.ManageKeys, Place: NavPlace.UserMenu));
        return services;
    }

    public static IEndpointRouteBuilder MapApiKeys(this IEndpointRouteBuilder routes)
    {
        ApiKeyEndpoints.Map(routes);
        return routes;
    }
}
