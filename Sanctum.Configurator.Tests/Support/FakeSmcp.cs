using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// Sanctum's MCP server as it behaves: only SSE, at /sse and /messages/, a hint in plain text for who posts to /sse, no other path; and unknown
/// methods answered by -32602, as the library beneath it does.
/// </summary>
public sealed class FakeSmcp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Channel<string>> _sessions = new();
    private readonly ConcurrentQueue<string> _methods = new();

    private FakeSmcp()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/sse", StreamAsync);
        _app.MapPost("/sse", PostAsync);
        _app.MapPost("/messages/", (Delegate)TakeAsync);
    }

    public Uri Root => new(_app.Urls.First());

    public Uri Url => new(Root, "/sse");

    public string? Key { get; set; }

    /// <summary>What it does with who posts to /sse, instead of a hint.</summary>
    public Func<HttpContext, Task>? Posted { get; set; }

    /// <summary>Posting there opens a stream as well, as some frameworks let it.</summary>
    public void TakePosts() => Posted = StreamAsync;

    /// <summary>What comes in the stream before anything else.</summary>
    public string Preface { get; set; } = "";

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyList<string> Methods => [.. _methods];

    public static async Task<FakeSmcp> StartAsync()
    {
        var server = new FakeSmcp();
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions.Values)
        {
            session.Writer.TryComplete();
        }

        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private Task PostAsync(HttpContext context)
    {
        if (Posted is { } posted)
        {
            return posted(context);
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsync("Use GET /sse to open the event stream.");
    }

    private async Task StreamAsync(HttpContext context)
    {
        if (Key is { } key && context.Request.Headers.Authorization != $"Bearer {key}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await context.Response.WriteAsJsonAsync(new { error = "unauthorized" });
            return;
        }

        var id = Guid.NewGuid().ToString("N");
        var answers = _sessions[id] = Channel.CreateUnbounded<string>();
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(Preface, context.RequestAborted);
        await context.Response.WriteAsync($"event: endpoint\ndata: /messages/?session_id={id}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await foreach (var answer in answers.Reader.ReadAllAsync(context.RequestAborted))
        {
            await context.Response.WriteAsync($"event: message\ndata: {answer}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private async Task<IResult> TakeAsync(HttpContext context)
    {
        if (!_sessions.TryGetValue(context.Request.Query["session_id"].ToString(), out var session))
        {
            return Results.Text("Could not find session", statusCode: StatusCodes.Status404NotFound);
        }

        var message = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var method = message["method"]!.GetValue<string>();
        _methods.Enqueue(method);
        if (message["id"] is { } id)
        {
            session.Writer.TryWrite(Answer(id.DeepClone(), method, message["params"] as JsonObject).ToJsonString());
        }

        return Results.Text("Accepted", statusCode: StatusCodes.Status202Accepted);
    }

    private static JsonObject Answer(JsonNode id, string method, JsonObject? asked)
    {
        var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id };
        JsonNode? result = method switch
        {
            "initialize" => JsonNode.Parse(
                """{"protocolVersion":"2024-11-05","capabilities":{"tools":{"listChanged":false}},"serverInfo":{"name":"smcp","version":"3.1.0"}}"""
            ),
            "tools/list" => JsonNode.Parse(
                """{"tools":[{"name":"broca__queue_list","description":"Lists the queue.","inputSchema":{"type":"object","properties":{"limit":{"type":"integer"}}}}]}"""
            ),
            "tools/call" => JsonNode.Parse($$"""{"content":[{"type":"text","text":"called {{asked?["name"]}}"}],"isError":false}"""),
            _ => null,
        };
        answer[result is null ? "error" : "result"] =
            result ?? new JsonObject { ["code"] = -32602, ["message"] = "Invalid request parameters" };
        return answer;
    }
}
