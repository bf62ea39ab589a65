using Microsoft.AspNetCore.Authentication;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Users;

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

    /// <summary>
    /// A key by which an agent proposes changes makes none by itself: an agent that knows its key could go round the people who decide
    /// otherwise. After it is known who calls.
    /// </summary>
    public static IApplicationBuilder UseProposingKeys(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
                IsWrite(context.Request)
                && context.User.McpWrites() == McpWrites.Propose
                && context.Features.Get<InnerCaller>() is null
                && context.GetEndpoint()?.Metadata.GetMetadata<ChangesNothing>() is null
                    ? TypedResults
                        .Problem(
                            "This key only proposes changes, by MCP at /mcp, and makes none by itself. Use another key, or change what agents may do with it on the page API keys.",
                            statusCode: StatusCodes.Status403Forbidden
                        )
                        .ExecuteAsync(context)
                    : next(context)
        );

    private static bool IsWrite(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method)
        && !HttpMethods.IsHead(request.Method)
        && Schemes.IsApi(request.Path)
        && !Schemes.IsMcp(request.Path);

    public static IEndpointRouteBuilder MapApiKeys(this IEndpointRouteBuilder routes)
    {
        ApiKeyEndpoints.Map(routes);
        return routes;
    }
}
