using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// A Letta App Server as 0.32.18 behaves, on a real port of this machine, with agents of its own. What is said to an agent decides what it
/// does: <c>CALL Tool {json} END</c> asks for an approval, <c>SLOW</c> goes on until <see cref="Release"/>, <c>FAIL</c> fails at the
/// provider; anything else is answered with <see cref="Words"/>.
/// </summary>
public sealed partial class FakeAppServer : IAsyncDisposable
{
    public const string Password = "a-token-of-the-app-server";
    public const string Model = "lmstudio/mock-1";

    private readonly ConcurrentDictionary<FakeSocket, byte> _sockets = new();
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _server;
    private int _conversations;
    private int _messages;
    private int _runs;
    private int _queued;

    public int Port { get; private set; }

    public Uri Address => new($"{(Certificate is null ? "http" : "https")}://localhost:{Port}/");

    /// <summary>Null: open to anyone.</summary>
    public string? Token { get; set; } = Password;

    public string Version { get; set; } = "0.32.18";

    public int Protocol { get; set; } = 1;

    public string Backend { get; set; } = "local";

    /// <summary>What a proxy in between answers to an upgrade; null where it is let pass.</summary>
    public int? UpgradeStatus { get; set; }

    /// <summary>It says yes to another mode and keeps its own.</summary>
    public bool KeepsMode { get; set; }

    /// <summary>Says so whatever token comes, such as <c>expired websocket jwt</c>.</summary>
    public string? Refusal { get; set; }

    /// <summary>False: as before 0.29.1, it does not tell about itself over HTTP.</summary>
    public bool HasInfo { get; set; } = true;

    public bool ManagesAgents { get; set; } = true;

    /// <summary>A proxy in between adds the header Origin to whatever passes.</summary>
    public bool AddsOrigin { get; set; }

    /// <summary>A proxy in between asks for the token on every path.</summary>
    public bool IsGuarded { get; set; }

    /// <summary>With <see cref="IsGuarded"/>: paths that the proxy lets pass all the same.</summary>
    public IReadOnlyList<string> Unguarded { get; set; } = [];

    /// <summary>The connection is closed as soon as it is open.</summary>
    public bool ClosesAtOnce { get; set; }

    /// <summary>Of an answer.</summary>
    public IReadOnlyList<string> Words { get; set; } = ["Hello", " from", " fake"];

    /// <summary>What another program behind <c>/ws</c> answers to every command.</summary>
    public string? Babble { get; set; }

    public X509Certificate2? Certificate { get; set; }

    /// <summary>The path, the Authorization and the connection of each request, in the order in which they came.</summary>
    public ConcurrentQueue<(string Path, string? Authorization, string Connection)> Requests { get; } = new();

    /// <summary>Commands that are dropped without a word, as those of other versions are.</summary>
    public HashSet<string> Unknown { get; } = [];

    /// <summary>Done before a command is answered, such as cutting the connection.</summary>
    public Func<JsonObject, Task>? OnCommand { get; set; }

    /// <summary>Changes what is answered to a command.</summary>
    public Action<JsonObject, JsonObject>? OnAnswer { get; set; }

    /// <summary>A command whose answer is as long as this in bytes.</summary>
    public Dictionary<string, int> Padded { get; } = [];

    /// <summary>In the order in which they came.</summary>
    public ConcurrentQueue<JsonObject> Commands { get; } = new();

    public ConcurrentDictionary<string, FakeAppAgent> Agents { get; } = new();

    /// <summary>When the newest answer began.</summary>
    public long LastFirstWord { get; private set; }

    /// <summary>Told before an answer ends, such as the tokens that it took; null for nothing.</summary>
    public JsonObject? Usage { get; set; }

    /// <summary>By id.</summary>
    public ConcurrentDictionary<string, JsonObject> Schedules { get; } = new();

    /// <summary>Provider → what it was given.</summary>
    public ConcurrentDictionary<string, JsonObject> Connected { get; } = new();

    /// <summary>Of every agent.</summary>
    public List<JsonObject> Skills { get; } = [];

    public List<string> Models { get; } = [Model, "lmstudio/mock-2"];

    public static async Task<FakeAppServer> StartAsync(int agents = 0)
    {
        var server = new FakeAppServer();
        for (var at = 1; at <= agents; at++)
        {
            server.Add($"Agent {at}");
        }

        await server.StartAgainAsync();
        return server;
    }

    public static string IdOf(int number) => $"agent-local-00000000-0000-4000-8000-{number:000000000000}";

    public FakeAppAgent Add(string name)
    {
        var agent = new FakeAppAgent(IdOf(Agents.Count + 1), name) { System = "You help.", Model = Model };
        agent.Memory["system/persona.md"] = "---\ndescription: who it is\n---\nI am kind.\n";
        agent.Memory["system/human.md"] = "---\ndescription: who you are\n---\nA person.\n";
        agent.Memory["notes/today.md"] = "---\ndescription: notes\n---\nNothing yet.\n";
        Agents[agent.Id] = agent;
        return agent;
    }

    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                Port,
                listen =>
                {
                    if (Certificate is { } certificate)
                    {
                        listen.UseHttps(certificate);
                    }
                }
            )
        );
        _server = builder.Build();
        _server.UseWebSockets();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
        Port = new Uri(_server.Urls.First()).Port;
    }

    /// <summary>
    /// Ends like a killed process: connections are cut, turns and what waits in them are forgotten. Its numbers of messages and runs begin
    /// anew, as the real one's do.
    /// </summary>
    public async Task StopAsync()
    {
        Cut();
        (_messages, _runs) = (0, 0);
        if (_server is { } server)
        {
            _server = null;
            await server.StopAsync();
            await server.DisposeAsync();
        }
    }

    /// <summary>Cuts the connections; the server goes on.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets.Keys)
        {
            socket.Abort();
        }
    }

    /// <summary>Lets slow turns go on to their end.</summary>
    public void Release()
    {
        _released.TrySetResult();
        _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public int CountOf(string command) => Commands.Count(seen => (string?)seen["type"] == command);

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value;
        Requests.Enqueue((path!, context.Request.Headers.Authorization.FirstOrDefault(), context.Connection.Id));
        if (AddsOrigin || context.Request.Headers.ContainsKey("Origin"))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
        else if (IsGuarded && !Unguarded.Contains(path) && WhyRefused(context.Request.Headers.Authorization) is not null)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (path is "/healthz" or "/readyz")
        {
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("ok\n");
        }
        else if (path is not ("/app-server-info" or "/ws" or "/") || (path == "/app-server-info" && !HasInfo))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (WhyRefused(context.Request.Headers.Authorization) is { } why)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            if (path == "/app-server-info")
            {
                await context.Response.WriteAsJsonAsync(new { error = why });
            }
        }
        else if (path == "/app-server-info")
        {
            await context.Response.WriteAsJsonAsync(Info(new JsonObject { ["type"] = "app_server_info", ["request_id"] = "http-info" }));
        }
        else if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (UpgradeStatus is { } status)
        {
            context.Response.StatusCode = status;
        }
        else
        {
            var socket = new FakeSocket(await context.WebSockets.AcceptWebSocketAsync());
            if (ClosesAtOnce)
            {
                await socket.CloseAsync();
                return;
            }

            _sockets[socket] = 0;
            try
            {
                await ServeAsync(socket);
            }
            finally
            {
                _sockets.TryRemove(socket, out _);
                socket.End();
                Leave(socket);
            }
        }
    }

    private string? WhyRefused(string? authorization) =>
        Refusal is not null ? (string.IsNullOrEmpty(authorization) ? "missing websocket bearer token" : Refusal)
        : Token is null ? null
        : string.IsNullOrEmpty(authorization) ? "missing websocket bearer token"
        : !authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? "invalid authorization header"
        : authorization["Bearer ".Length..] == Token ? null
        : "invalid websocket bearer token";

    private async Task ServeAsync(FakeSocket socket)
    {
        while (await socket.ReadAsync() is { } text)
        {
            if (JsonNode.Parse(text) is not JsonObject command)
            {
                continue;
            }

            if (Babble is { } words)
            {
                await socket.SendAsync(words);
                continue;
            }

            Commands.Enqueue((JsonObject)command.DeepClone());
            if (OnCommand is { } act)
            {
                await act(command);
            }

            if (!Unknown.Contains((string?)command["type"] ?? ""))
            {
                await AnswerAsync(socket, command);
            }
        }
    }
}
