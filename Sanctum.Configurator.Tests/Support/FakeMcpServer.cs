using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>An MCP server of the newer era or the older one on a port of its own, by the protocol's own library, whose tools a test changes.</summary>
public sealed class FakeMcpServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Tool> _tools = new();
    private int _lists;
    private int _calls;

    private FakeMcpServer(bool isOld, string path, string? instructions)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder
            .Services.AddMcpServer(options =>
            {
                options.ServerInfo = new() { Name = "fake", Version = "1.2.3" };
                options.ServerInstructions = instructions;
            })
            .WithHttpTransport(options => options.SessionMode = isOld ? HttpServerSessionMode.Stateful : HttpServerSessionMode.Stateless)
            .WithListToolsHandler((_, _) => ValueTask.FromResult(List()))
            .WithCallToolHandler(async (request, cancel) => await CallAsync(request.Params!, cancel));
        _app = builder.Build();
        _app.Use(BeforeAsync);
        _app.MapMcp(path);
        Add("echo", "Says it back.", """{"type":"object","properties":{"message":{"type":"string"}},"required":["message"]}""");
        Path = path;
    }

    public string Path { get; }

    public Uri Url => new($"{_app.Urls.First()}{Path}");

    /// <summary>Where it is set, callers without it are answered 401.</summary>
    public string? Key { get; set; }

    /// <summary>Answers in the server's place; null lets the server.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>How often its tools were asked for.</summary>
    public int Lists => Volatile.Read(ref _lists);

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>What came with the last request.</summary>
    public IReadOnlyDictionary<string, string> LastHeaders { get; private set; } = new Dictionary<string, string>();

    public static async Task<FakeMcpServer> StartAsync(
        bool isOld = false,
        string path = "/mcp",
        string? instructions = "Call echo to hear yourself."
    )
    {
        var server = new FakeMcpServer(isOld, path, instructions);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public void Add(string name, string description, string schema = """{"type":"object"}""", string? output = null) =>
        _tools[name] = new()
        {
            Name = name,
            Description = description,
            InputSchema = JsonDocument.Parse(schema).RootElement,
            OutputSchema = output is null ? null : JsonDocument.Parse(output).RootElement,
        };

    public void Remove(string name) => _tools.TryRemove(name, out _);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private ListToolsResult List()
    {
        Interlocked.Increment(ref _lists);
        return new() { Tools = [.. _tools.Values.OrderBy(tool => tool.Name, StringComparer.Ordinal)] };
    }

    private async ValueTask<CallToolResult> CallAsync(CallToolRequestParams call, CancellationToken cancel)
    {
        Interlocked.Increment(ref _calls);
        if (call.Name == "slow")
        {
            await new TaskCompletionSource().Task.WaitAsync(cancel);
        }

        var said = call.Arguments?.TryGetValue("message", out var message) == true ? message.ToString() : "";
        return call.Name switch
        {
            "count" => new()
            {
                Content = [new TextContentBlock { Text = "3" }],
                StructuredContent = JsonSerializer.SerializeToElement(new JsonObject { ["count"] = said.Length == 0 ? 3 : said }),
            },
            "picture" => new()
            {
                Content =
                [
                    ImageContentBlock.FromBytes(
                        Convert.FromBase64String(
                            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
                        ),
                        "image/png"
                    ),
                ],
            },
            "broken" => new() { IsError = true, Content = [new TextContentBlock { Text = "It is broken." }] },
            _ => new() { Content = [new TextContentBlock { Text = $"Echo: {said}" }] },
        };
    }

    private async Task BeforeAsync(HttpContext context, RequestDelegate next)
    {
        LastHeaders = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString());
        if (Key is { } key && context.Request.Headers.Authorization != $"Bearer {key}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await context.Response.WriteAsJsonAsync(new { error = "unauthorized" });
        }
        else if (Instead is null || !await Instead(context))
        {
            await next(context);
        }
    }
}
