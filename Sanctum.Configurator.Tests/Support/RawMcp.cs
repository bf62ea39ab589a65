using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>A server of the older era over streamable HTTP that answers each method as a test says, also in ways that no library would.</summary>
public sealed class RawMcp : IAsyncDisposable
{
    public const string Hello =
        """{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"raw","version":"0.1"}}""";

    private readonly WebApplication _app;

    private RawMcp(Func<string, JsonObject, string?> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost(
            "/mcp",
            async (HttpContext context) =>
            {
                var message = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
                var method = message["method"]!.GetValue<string>();
                if (message["id"] is not { } id)
                {
                    context.Response.StatusCode = StatusCodes.Status202Accepted;
                    return;
                }

                context.Response.ContentType = "application/json";
                var result = method == "server/discover" ? null : answer(method, message);
                await context.Response.WriteAsync(
                    result is null
                        ? $$$"""{"jsonrpc":"2.0","id":{{{id.ToJsonString()}}},"error":{"code":-32601,"message":"Method not found"}}"""
                        : $$$"""{"jsonrpc":"2.0","id":{{{id.ToJsonString()}}},"result":{{{result}}}}""",
                    context.RequestAborted
                );
            }
        );
    }

    public Uri Url => new($"{_app.Urls.First()}/mcp");

    /// <param name="answer">Method and message → the result as JSON; null for a method that it does not know.</param>
    public static async Task<RawMcp> StartAsync(Func<string, JsonObject, string?> answer)
    {
        var server = new RawMcp(answer);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
