using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta;

public sealed class AppServerLinkTests : IAsyncLifetime
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
        .AddOutbound()
        .BuildServiceProvider();
    private FakeAppServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeAppServer.StartAsync(1);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task A_command_that_is_never_answered_is_said_to_be_late_or_unknown()
    {
        using var link = await OpenAsync(TimeSpan.FromMilliseconds(200));
        _server.Unknown.Add("agent_list");

        var late = await Assert.ThrowsAsync<LettaCallException>(() => link.AskAsync("agent_list", null, Cancel));

        Assert.Equal(
            "the App Server did not answer the command agent_list within 0.2 s. It may be busy, or too old to know the command.",
            late.Message
        );
    }

    [Fact]
    public async Task Answers_that_come_in_another_order_find_their_commands()
    {
        using var link = await OpenAsync();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(1, 200)
                .Select(at =>
                    at % 2 == 0
                        ? link.AskAsync("agent_retrieve", new() { ["agent_id"] = FakeAppServer.IdOf(1) }, Cancel)
                        : link.AskAsync("list_models", null, Cancel)
                )
        );

        Assert.Equal(100, answers.Count(answer => LettaAgent.TextOf(answer, "type") == "agent_retrieve_response"));
        Assert.Equal(200, _server.Commands.Select(command => (string?)command["request_id"]).Distinct().Count());
    }

    [Fact]
    public async Task A_lost_connection_is_told_to_everybody_who_waits()
    {
        using var link = await OpenAsync();
        _server.Unknown.Add("list_models");
        var asking = link.AskAsync("list_models", null, Cancel);
        using var listener = link.Listen(new("agent", "default"));
        await Wait.UntilAsync(() => _server.CountOf("list_models") == 1);

        _server.Cut();

        Assert.StartsWith(
            "the connection to the App Server was lost",
            (await Assert.ThrowsAsync<AppServerLostException>(() => asking)).Message,
            StringComparison.Ordinal
        );
        await Assert.ThrowsAsync<AppServerLostException>(async () =>
        {
            await foreach (var _ in listener.ReadAsync(Cancel)) { }
        });
        Assert.False(link.IsOpen);
        await Assert.ThrowsAsync<AppServerLostException>(() => link.AskAsync("agent_list", null, Cancel));
    }

    [Theory]
    [InlineData(200, "HTTP 200")]
    [InlineData(502, "HTTP 502")]
    [InlineData(426, "there is no WebSocket at /ws")]
    [InlineData(403, "Origin header")]
    public async Task A_proxy_that_opens_no_WebSocket_is_named(int status, string words)
    {
        _server.UpgradeStatus = status;

        var refused = await Assert.ThrowsAsync<AppServerRefusedException>(() => OpenAsync());

        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_is_too_slow_is_told_and_holds_nobody_up()
    {
        using var link = await OpenAsync();
        var scope = new AppServerScope(FakeAppServer.IdOf(1), AppServerScope.Default);
        using var slow = link.Listen(scope);
        for (var at = 0; at < 10_001; at++)
        {
            slow.Hear(default);
        }

        Assert.Equal("agent_list_response", LettaAgent.TextOf(await link.AskAsync("agent_list", null, Cancel), "type"));
        var read = 0;
        var late = await Assert.ThrowsAsync<LettaCallException>(async () =>
        {
            await foreach (var _ in slow.ReadAsync(Cancel))
            {
                read++;
            }
        });
        Assert.Equal(10_000, read);
        Assert.Contains("faster than this page could show it", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_not_said_back()
    {
        using var link = await OpenAsync();

        var refused = await Assert.ThrowsAsync<AppServerSaidNoException>(() =>
            link.AskAsync("agent_retrieve", new JsonObject { ["agent_id"] = FakeAppServer.Password }, Cancel)
        );

        Assert.Equal("the App Server answered: Agent ••• not found.", refused.Message);
        Assert.True(refused.IsNotFound);
    }

    private Task<AppServerLink> OpenAsync(TimeSpan? patience = null) =>
        AppServerLink.ConnectAsync(
            _services.GetRequiredService<OutboundHttp>(),
            new(_server.Address, FakeAppServer.Password, patience ?? TimeSpan.FromSeconds(30)),
            Cancel
        );
}
