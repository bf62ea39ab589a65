using System.Text;
using Microsoft.AspNetCore.Http;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Channels.Webhook;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;
using StandardWebhooks;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Webhook;

/// <summary>The other side is the library of Standard Webhooks' own makers.</summary>
public sealed class SigningWebhooksTests
{
    private static readonly string Secret = WebhookSignature.NewSecret();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task An_answer_is_posted_as_the_other_makers_library_believes_it()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        world.Clock.SetUtcNow(Now);
        await using var receiver = await FakeReceiver.StartAsync();
        await AddAsync(world, receiver);
        await world.EnqueueAsync(1, "Grüße 😀", "chat-1");
        await world.SendAsync();

        var taken = Assert.Single(receiver.All);
        var headers = new HeaderDictionary();
        foreach (var (name, value) in taken.Headers)
        {
            headers[name] = value;
        }

        new StandardWebhook(Secret).Verify(taken.Body, headers);
        var data = taken.Json["data"]!;
        Assert.Equal(("message.answer", "Grüße 😀", "chat-1"), ((string)taken.Json["type"]!, (string)data["text"]!, (string)data["chat"]!));
        Assert.Equal(
            (OutboxStatus.Sent, taken.Headers["webhook-id"]),
            ((await world.OutboxAsync())[0].Status, (await world.OutboxAsync())[0].ExternalId)
        );
    }

    [Theory]
    [InlineData(503, OutboxStatus.Queued)]
    [InlineData(429, OutboxStatus.Queued)]
    [InlineData(404, OutboxStatus.Failed)]
    [InlineData(302, OutboxStatus.Failed)]
    public async Task Each_answer_of_the_receiver_has_its_verdict(int status, OutboxStatus expected)
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        (receiver.Status, receiver.RetryAfter) = (status, "90");
        await AddAsync(world, receiver);
        await world.EnqueueAsync(1, "hello");
        await world.SendAsync();

        var piece = Assert.Single(await world.OutboxAsync());
        Assert.Equal(expected, piece.Status);
        Assert.Contains($"HTTP {status}", piece.Failure, StringComparison.Ordinal);
        if (expected == OutboxStatus.Queued)
        {
            Assert.Equal(world.Clock.GetUtcNow().AddSeconds(90), piece.NotBefore);
            receiver.Status = 200;
            world.Clock.Advance(TimeSpan.FromSeconds(90));
            await world.SendAsync();
            Assert.Single(receiver.All.Select(each => each.Headers["webhook-id"]).Distinct());
        }
    }

    [Fact]
    public async Task The_test_posts_a_ping_and_says_how_it_went()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        await AddAsync(world, receiver);

        var test = Assert.IsType<Outcome<ChannelTest>.Ok>(await world.CallAsync((ChannelTesting tests) => tests.TestAsync(1, Cancel)));
        Assert.True(test.Value.Ok, test.Value.Message);
        Assert.Equal("ping", (string)Assert.Single(receiver.All).Json["type"]!);
        await receiver.DisposeAsync();
        test = Assert.IsType<Outcome<ChannelTest>.Ok>(await world.CallAsync((ChannelTesting tests) => tests.TestAsync(1, Cancel)));
        Assert.Contains("nothing listens", test.Value.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_other_library_signs_is_believed_and_nothing_else()
    {
        const string Body = """{"user_id": "7", "text": "Grüße"}""";
        var headers = HeadersOf("msg_1", Now, Body);

        Assert.Null(FaultOf(headers, Body));
        Assert.NotNull(FaultOf(headers, Body + " "));
        Assert.NotNull(WebhookSignature.FaultOf(WebhookSignature.NewSecret(), headers, Encoding.UTF8.GetBytes(Body), Now));
        Assert.NotNull(WebhookSignature.FaultOf(null, headers, Encoding.UTF8.GetBytes(Body), Now));
        headers["webhook-id"] = "msg_2";
        Assert.NotNull(FaultOf(headers, Body));
        headers = HeadersOf("msg_1", Now, Body);
        headers["webhook-signature"] = $"v1,AAAA v2,BBBB {headers["webhook-signature"]}";
        Assert.Null(FaultOf(headers, Body));
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(301)]
    [InlineData(-100_000_000)]
    public void What_is_old_or_ahead_is_not(int seconds) =>
        Assert.Contains("webhook-timestamp", FaultOf(HeadersOf("msg_1", Now.AddSeconds(seconds), "{}"), "{}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("whsec_short")]
    [InlineData("whsec_")]
    [InlineData("no base64!")]
    public void A_secret_that_is_none_is_refused(string secret) => Assert.NotNull(WebhookSignature.FaultOf(secret));

    internal static HeaderDictionary HeadersOf(string id, DateTimeOffset at, string body, string? secret = null) =>
        new()
        {
            ["webhook-id"] = id,
            ["webhook-timestamp"] = $"{at.ToUnixTimeSeconds()}",
            ["webhook-signature"] = new StandardWebhook(secret ?? Secret).Sign(id, at, body),
        };

    private static string? FaultOf(HeaderDictionary headers, string body) =>
        WebhookSignature.FaultOf(Secret, headers, Encoding.UTF8.GetBytes(body), Now);

    private static Task<ChannelRow> AddAsync(ChannelsWorld world, FakeReceiver receiver) =>
        world.AddAsync(
            new()
            {
                Name = "Website",
                Connector = "webhook",
                Platform = "website",
                AgentId = 1,
                Settings = new() { ["url"] = new Uri(receiver.Address, "/answers").AbsoluteUri },
                Secret = Secret,
            }
        );
}
