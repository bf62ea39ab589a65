using Microsoft.AspNetCore.Mvc;
using ModelContextProtocol.Server;
using Sanctum.Configurator.Features.McpEndpoint.Operations;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.McpEndpoint;

/// <summary>
/// The console as an MCP server at <c>/mcp</c>: what its API does, as tools for agents. And behind <c>/mcp/servers/NAME</c> the other MCP
/// servers, as far as they were approved.
/// </summary>
public static class McpEndpointFeature
{
    /// <summary>In the address: the areas whose operations are listed as tools by themselves.</summary>
    private const string Areas = "areas";

    private const string Name = "name";
    private const string Session = "Mcp-Session-Id";

    public static IServiceCollection AddMcpEndpoint(this IServiceCollection services)
    {
        services.AddInnerApi();
        services.AddSingleton<OperationCatalog>();
        services.AddScoped<AgentCalls>();
        services.AddScoped<LastFailures>();
        services.AddScoped<ConsoleResources>();
        services.AddScoped<AgentServer>();
        services.AddScoped<GatewayServer>();
        services.AddMcpServer().WithHttpTransport(transport => transport.ConfigureSessionOptions = ConfigureAsync);
        return services;
    }

    /// <summary>
    /// Agents that had a session with something else at this address, or think that they had, are answered all the same: no call needs one.
    /// </summary>
    public static IApplicationBuilder UseMcpEndpoint(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                if (Schemes.IsMcp(context.Request.Path))
                {
                    context.Request.Headers.Remove(Session);
                }

                return next(context);
            }
        );

    public static IEndpointRouteBuilder MapMcpEndpoint(this IEndpointRouteBuilder routes)
    {
        // Agents ask there how else they could sign in. By a key and nothing else; a page that asks for a password would lead them astray.
        routes.MapLazyGroup().MapGet("/.well-known/{**path}", () => TypedResults.NotFound()).AllowAnonymous().ExcludeFromDescription();
        Map(routes, "/mcp");
        Map(routes, $"/mcp/servers/{{{Name}}}");
        return routes;
    }

    private static void Map(IEndpointRouteBuilder routes, string pattern) =>
        routes
            .MapMcp(pattern)
            .RequireAuthorization(Policies.SignedIn)
            .WithMetadata(new RequestSizeLimitAttribute(RequestBodies.MostBytes))
            .ExcludeFromDescription();

    private static Task ConfigureAsync(HttpContext context, McpServerOptions options, CancellationToken cancel)
    {
        var services = context.RequestServices;
        if (context.GetRouteValue(Name) is string server)
        {
            return services.GetRequiredService<GatewayServer>().ConfigureAsync(context, server, options, cancel);
        }

        services.GetRequiredService<AgentServer>().Configure(options, AreasIn(context.Request));
        return Task.CompletedTask;
    }

    private static HashSet<string> AreasIn(HttpRequest request) =>
        [
            .. request
                .Query[Areas]
                .SelectMany(areas => (areas ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
        ];
}
