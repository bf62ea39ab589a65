using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console that believes the proxy on its own machine, as docs/deploy.md says.</summary>
public sealed class ProxiedConsole : ConsoleServer
{
    public ProxiedConsole() => Set("Proxies:Trusted", "127.0.0.1");
}

/// <summary>What a proxy can spoil, through the real nginx with the block of the documentation.</summary>
public sealed class BehindNginxTests(ProxiedConsole console) : IClassFixture<ProxiedConsole>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_of_events_speaks_at_once()
    {
        await using var nginx = await StartAsync();
        using var program = new Caller(nginx.Address, ConsoleServer.FirstKey);

        using var answer = await program.OpenAsync("/api/logs/tail").WaitAsync(Patience, Cancel);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("event: ready", await reader.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, Cancel));

        await program.PostAsync("/api/logs", JsonContent.Create(new { message = "through the proxy" }));
        while (
            await reader.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, Cancel) is { } line
            && !line.Contains("through the proxy", StringComparison.Ordinal)
        ) { }
    }

    [Fact]
    public async Task What_is_larger_than_a_megabyte_is_taken()
    {
        await using var nginx = await StartAsync();
        using var program = new Caller(nginx.Address, ConsoleServer.FirstKey);
        var lines = string.Concat(Enumerable.Range(0, 3000).Select(at => $"{{\"message\": \"line {at} {new string('x', 1000)}\"}}\n"));

        var answer = await program.PostAsync("/api/logs", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task People_sign_in_and_their_pages_get_a_socket()
    {
        await using var nginx = await StartAsync();
        using var browser = new Caller(nginx.Address, null);
        var entered = await browser.LogInAsync(ConsoleServer.Administrator, ConsoleServer.Password);
        Assert.Equal(HttpStatusCode.Found, entered.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/system-settings")).StatusCode);
        var negotiated = await browser.SendAsync(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        var token = (string)(await negotiated.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["connectionToken"]!;

        using var socket = new ClientWebSocket();
        socket.Options.Cookies = browser.Cookies;
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        socket.Options.SetRequestHeader("Origin", nginx.Address.GetLeftPart(UriPartial.Authority));
        await socket
            .ConnectAsync(new Uri($"wss://{nginx.Address.Authority}/_blazor?id={Uri.EscapeDataString(token)}"), Cancel)
            .WaitAsync(Patience, Cancel);
        await socket.SendAsync("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        var buffer = new byte[1024];
        var answer = await socket.ReceiveAsync(buffer, Cancel).WaitAsync(Patience, Cancel);

        Assert.StartsWith("{}", Encoding.UTF8.GetString(buffer, 0, answer.Count), StringComparison.Ordinal);
    }

    private Task<Nginx> StartAsync()
    {
        Assert.SkipWhen(Nginx.Program is null, "nginx is not installed.");
        return Nginx.StartAsync(console.Address);
    }
}
