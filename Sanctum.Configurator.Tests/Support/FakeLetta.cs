using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>One request as it arrived. Requests over one connection share its id.</summary>
public sealed record SeenRequest(string Method, string Path, string? Authorization, string? UserAgent, string ConnectionId);

/// <summary>
/// A Letta server as 0.16.8 behaves, on a real port of this machine. It can be stopped and started again on the same
/// port, change its behaviour meanwhile, and tells what it was asked.
/// </summary>
public sealed class FakeLetta : IAsyncDisposable
{
    public const string Password = "a-password-of-the-fake";

    private readonly ConcurrentQueue<SeenRequest> _requests = new();
    private WebApplication? _server;

    private FakeLetta(FakeLettaBehaviour behaviour) => Behaviour = behaviour;

    public FakeLettaBehaviour Behaviour { get; set; }

    public int Port { get; private set; }

    public IReadOnlyList<SeenRequest> Requests => [.. _requests];

    /// <summary>The base address, by the name localhost, to which the fake's certificates are made out.</summary>
    public Uri Address => new($"{(Behaviour.Certificate is null ? "http" : "https")}://localhost:{Port}{Behaviour.BasePath}/");

    public static async Task<FakeLetta> StartAsync(FakeLettaBehaviour? behaviour = null, int port = 0)
    {
        var letta = new FakeLetta(behaviour ?? new()) { Port = port };
        await letta.StartAgainAsync();
        return letta;
    }

    public static Task<FakeLetta> StartAsync(FakeLettaMood mood) => StartAsync(new FakeLettaBehaviour { Mood = mood });

    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                Port,
                door =>
                {
                    if (Behaviour.Certificate is { } certificate)
                    {
                        door.UseHttps(certificate);
                    }
                }
            )
        );
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
        Port = new Uri(_server.Urls.First()).Port;
    }

    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.StopAsync();
            await server.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        string? Header(string name) => request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
        _requests.Enqueue(
            new(request.Method, request.Path.Value ?? "", Header("Authorization"), Header("User-Agent"), context.Connection.Id)
        );
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        return FakeLettaAnswers.AnswerAsync(context, Behaviour, stopping);
    }
}
