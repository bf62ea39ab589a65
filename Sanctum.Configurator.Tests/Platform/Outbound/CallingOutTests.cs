using System.IO.Compression;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Platform.Outbound;

public sealed class CallingOutTests : IDisposable
{
    private readonly List<string> _lookedUp = [];
    private readonly Queue<IPAddress[]> _answers = new();
    private readonly ServiceProvider _services;

    public CallingOutTests() =>
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(
                new ConfigurationBuilder().AddInMemoryCollection([new("Outbound:MaxResponseBytes", "4096")]).Build()
            )
            .AddSingleton<HostLookup>(
                (host, _) =>
                {
                    _lookedUp.Add(host);
                    return Task.FromResult(_answers.Dequeue());
                }
            )
            .AddOutbound()
            .BuildServiceProvider();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private OutboundHttp Http => _services.GetRequiredService<OutboundHttp>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task A_name_is_looked_up_once_and_the_checked_address_is_dialled()
    {
        await using var letta = await FakeLetta.StartAsync();
        _answers.Enqueue([IPAddress.Loopback]);
        _answers.Enqueue([IPAddress.Parse("169.254.169.254")]);
        using var client = Http.CreateClient(new Uri($"http://rebinding.example:{letta.Port}/"));

        using var answer = await client.GetAsync(new Uri("v1/health/", UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["rebinding.example"], _lookedUp);
    }

    [Fact]
    public async Task One_refused_address_condemns_the_whole_name()
    {
        await using var letta = await FakeLetta.StartAsync();
        _answers.Enqueue([IPAddress.Loopback, IPAddress.Parse("169.254.169.254")]);
        using var client = Http.CreateClient();

        var refusal = await Assert.ThrowsAsync<OutboundFailedException>(() =>
            client.GetAsync(new Uri($"http://two-faced.example:{letta.Port}/"), Cancel)
        );

        Assert.Equal(OutboundFailure.Blocked, refusal.Failure);
        Assert.Empty(letta.Requests);
    }

    [Fact]
    public async Task A_redirect_is_shown_and_its_target_never_sees_the_token()
    {
        await using var thief = await FakeLetta.StartAsync();
        await using var letta = await FakeLetta.StartAsync(
            new FakeLettaBehaviour { Mood = FakeLettaMood.Redirects, RedirectTo = thief.Address }
        );
        using var client = Http.CreateClient(new Uri($"http://127.0.0.1:{letta.Port}/"), "secret");

        using var answer = await client.GetAsync(new Uri("v1/agents/", UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, answer.StatusCode);
        Assert.Equal("Bearer secret", Assert.Single(letta.Requests).Authorization);
        Assert.Empty(thief.Requests);
    }

    [Theory]
    [InlineData("http://127.0.0.2:{0}/")]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("https://127.0.0.1:{0}/")]
    public async Task A_client_with_a_token_speaks_to_its_own_origin_only(string other)
    {
        await using var letta = await FakeLetta.StartAsync();
        using var client = Http.CreateClient(new Uri($"http://127.0.0.1:{letta.Port}/"), "secret");
        var elsewhere = new Uri(other.Replace("{0}", $"{letta.Port}", StringComparison.Ordinal));

        var refusal = await Assert.ThrowsAsync<OutboundFailedException>(() => client.GetAsync(elsewhere, Cancel));

        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
        Assert.Empty(letta.Requests);
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        await using var letta = await FakeLetta.StartAsync(FakeLettaMood.Floods);
        using var client = Http.CreateClient();

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.GetStringAsync(new Uri($"http://127.0.0.1:{letta.Port}/"), Cancel)
        );

        Assert.Equal(OutboundFailure.TooLarge, OutboundFailures.Find(fault)?.Failure);
    }

    [Fact]
    public async Task A_small_answer_that_unpacks_to_a_large_one_is_cut_off()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[1024 * 1024], Cancel);
        }

        Assert.InRange(packed.Length, 1, 2048);
        byte[] bomb =
        [
            .. System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n"),
            .. packed.ToArray(),
        ];
        await using var server = RawServer.Saying(bomb);
        using var client = Http.CreateClient();

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.GetByteArrayAsync(new Uri($"http://127.0.0.1:{server.Port}/"), Cancel)
        );

        Assert.Equal(OutboundFailure.TooLarge, OutboundFailures.Find(fault)?.Failure);
    }

    [Fact]
    public void A_synchronous_call_cannot_slip_past_the_guard()
    {
        using var client = Http.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://127.0.0.1/");

        Assert.Throws<NotSupportedException>(() => client.Send(request, Cancel));
    }
}
