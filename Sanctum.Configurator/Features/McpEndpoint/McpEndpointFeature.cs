using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;
using Sanctum.Configurator.Features.McpEndpoint.Operations;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.McpEndpoint;

/// <summary>The console as an MCP server: what its API does, as tools for agents.</summary>
public static class McpEndpointFeature
{
    /// <summary>In the address: the areas whose operations are listed as tools by themselves.</summary>
    private const string Areas = "areas";

    private const long LongestMessage = RequestBodies.MostBytes;

    public static IServiceCollection AddMcpEndpoint(this IServiceCollection services)
    {
        services.AddInnerApi();
        services.AddSingleton<OperationCatalog>();
        services.AddScoped<AgentCalls>();
        services.AddScoped<LastFailures>();
        services.AddScoped<ConsoleResources>();
        services.AddScoped<AgentServer>();
        services.AddMcpServer().WithHttpTransport(transport => transport.ConfigureSessionOptions = ConfigureAsync);
        return services;
    }

    public static IEndpointRouteBuilder MapMcpEndpoint(this IEndpointRouteBuilder routes)
    {
        routes
            .MapMcp("/mcp")
            .RequireAuthorization(Policies.SignedIn)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LongestMessage))
            .ExcludeFromDescription();
        return routes;
    }

    private static Task ConfigureAsync(HttpContext context, McpServerOptions options, CancellationToken cancel)
    {
        context.RequestServices.GetRequiredService<AgentServer>().Configure(options, AreasIn(context.Request));
        return Task.CompletedTask;
    }

    private static HashSet<string> AreasIn(HttpRequest request) =>
        [
            .. request
                .Query[Areas]
                .SelectMany(areas => (areas ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
        ];
}
