using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Channels.Telegram;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Telegram;

public sealed class TelegramChannelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Messages_are_taken_in_order_and_not_again_after_a_restart(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(database);
        await using var telegram = await FakeTelegram.StartAsync();
        await AddAsync(world, telegram);
        telegram.Write(10, "one");
        telegram.Add(11, "message", """{"message_id": "broken"}""");
        telegram.Write(12, "two");

        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Accepted.Count == 2 && telegram.Offset == 13);
        await world.Host.EndAllAsync();
        telegram.Write(13, "three");
        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Accepted.Count == 3);

        Assert.Equal(["one", "two", "three"], world.Accepted.Select(message => message.Text));
        Assert.Equal(["10", "12", "13"], world.Accepted.Select(message => message.ExternalId));
        Assert.Equal(ChannelState.Live, (await world.ChannelAsync(1)).State);
    }

    [Fact]
    public async Task Where_nothing_came_for_a_week_it_asks_for_whatever_there_is()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var telegram = await FakeTelegram.StartAsync();
        await AddAsync(world, telegram);
        await world.Registry.OutsideAsync(
            $"UPDATE channels SET cursor = '900000@{world.Clock.GetUtcNow().AddDays(-7).ToUnixTimeSeconds()}'"
        );
        telegram.Write(10, "after the holidays");

        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Accepted.Count == 1);
    }

    [Fact]
    public async Task Another_reader_of_the_bot_is_told_apart_and_not_fought()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var telegram = await FakeTelegram.StartAsync();
        telegram.Judge = call =>
            call.Method == "getUpdates"
                ? FakeTelegram.Error(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
                )
                : null;
        await AddAsync(world, telegram);

        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => telegram.Of("getUpdates").Count() == 1);
        await Wait.UntilAsync(() =>
        {
            world.Clock.Advance(TimeSpan.FromSeconds(2));
            return telegram.Of("getUpdates").Count() == 2;
        });
        var row = await Wait.ForAsync(() => world.ChannelAsync(1), now => now.Problem is not null);
        Assert.Equal((TelegramApi.Conflict, ChannelState.Problem), (row.Problem, row.State));
        Assert.True(row.NextAttempt >= world.Clock.GetUtcNow() + TimeSpan.FromSeconds(55));
    }

    [Fact]
    public async Task A_webhook_of_somebody_else_is_told_and_left_alone_and_its_own_is_taken_away()
    {
        await using var world = await ChannelsWorld.CreateAsync(settings: [("Sanctum:PublicUrl", "https://console.example/base/")]);
        await using var telegram = await FakeTelegram.StartAsync();
        telegram.WebhookUrl = "https://n8n.example/hook";
        await AddAsync(world, telegram);
        await world.Host.TickAsync(Cancel);
        var row = await Wait.ForAsync(() => world.ChannelAsync(1), now => now.Problem is not null);
        Assert.Contains("n8n.example", row.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(telegram.Calls, call => call.Method is "deleteWebhook" or "setWebhook" or "getUpdates");

        telegram.WebhookUrl = "https://console.example/base/api/channels/1/telegram";
        await Wait.UntilAsync(() =>
        {
            world.Clock.Advance(TimeSpan.FromSeconds(5));
            return telegram.Of("getUpdates").Any();
        });
        Assert.Equal("", telegram.WebhookUrl);
    }

    [Fact]
    public async Task By_webhook_Telegram_is_told_where_to_call_and_with_what_word()
    {
        await using var world = await ChannelsWorld.CreateAsync(settings: [("Sanctum:PublicUrl", "https://console.example")]);
        await using var telegram = await FakeTelegram.StartAsync();
        await AddAsync(world, telegram, form => form.Settings["receive"] = "webhook");

        await world.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => telegram.WebhookUrl == "https://console.example/api/channels/1/telegram");
        var set = telegram.Of("setWebhook").Single().Sent;
        Assert.Equal(TelegramListening.SecretFor(FakeTelegram.Token, 1), (string?)set["secret_token"]);
        Assert.NotEqual(TelegramListening.SecretFor(FakeTelegram.Token, 2), (string?)set["secret_token"]);
    }

    [Fact]
    public async Task A_revoked_token_is_told_and_shows_itself_nowhere()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var telegram = await FakeTelegram.StartAsync();
        await AddAsync(world, telegram, form => form.Secret = "4242:AnotherTokenThatNobodyKnows");
        await world.Host.TickAsync(Cancel);

        var row = await Wait.ForAsync(() => world.ChannelAsync(1), now => now.Problem is not null);
        Assert.Equal(TelegramApi.NoToken, row.Problem);
        await telegram.DisposeAsync();
        await world.EnqueueAsync(1, "hello");
        await world.SendAsync();
        var piece = Assert.Single(await world.OutboxAsync());
        Assert.Equal(OutboxStatus.Queued, piece.Status);
        Assert.DoesNotContain("AnotherToken", piece.Failure + row.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_bot_in_two_channels_is_refused_whatever_its_token()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var telegram = await FakeTelegram.StartAsync();
        await AddAsync(world, telegram);
        var form = Form(telegram);
        (form.Name, form.AgentId, form.Secret) = ("Second", await world.AddAgentAsync("Hermes"), "4242:AnotherTokenOfTheSameBot___");

        var refused = Assert.IsType<Outcome<ChannelRow>.Invalid>(await world.SaveAsync(form));
        Assert.Equal([nameof(form.Secret)], refused.Reasons.Keys);
    }

    [Fact]
    public async Task A_long_answer_comes_in_pieces_marked_up_and_plain_where_Telegram_cannot_read_that()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var telegram = await FakeTelegram.StartAsync();
        await AddAsync(world, telegram);
        telegram.Judge = call =>
            call.Text?.Contains("<b>wrong", StringComparison.Ordinal) == true
                ? FakeTelegram.Error(400, "Bad Request: can't parse entities: Can't find end tag corresponding to start tag b")
                : null;
        var words = string.Join(' ', Enumerable.Repeat("word", 1000));
        await world.EnqueueAsync(1, $"**First** {words}");
        await world.EnqueueAsync(1, "**wrong**");
        for (var at = 0; at < 4; at++)
        {
            await world.SendAsync();
            world.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["<b>wrong</b>", "**wrong**"], telegram.Texts.Skip(2));
        Assert.Equal($"<b>First</b> {words}", $"{telegram.Texts[0]} {telegram.Texts[1]}");
        Assert.All(await world.StatesAsync(), state => Assert.Equal(OutboxStatus.Sent, state));
        Assert.Equal("501", (await world.OutboxAsync())[0].ExternalId);
    }

    public static TheoryData<int, string, string?, OutboxStatus> Verdicts =>
        new()
        {
            { 429, "Too Many Requests: retry after 40", """{"retry_after": 40}""", OutboxStatus.Queued },
            { 403, "Forbidden: bot was blocked by the user", null, OutboxStatus.Failed },
            { 400, "Bad Request: chat not found", null, OutboxStatus.Failed },
            { 401, "Unauthorized", null, OutboxStatus.Queued },
            { 503, "Service Unavailable", null, OutboxStatus.Queued },
            { 500, "Internal Server Error", null, OutboxStatus.Unknown },
            { 502, "Bad Gateway", null, OutboxStatus.Unknown },
        };

    [Theory, MemberData(nameof(Verdicts))]
    public async Task Each_answer_of_Telegram_has_its_verdict(int code, string said, string? parameters, OutboxStatus expected)
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var telegram = await FakeTelegram.StartAsync();
        await AddAsync(world, telegram);
        telegram.Judge = call => call.Method == "sendMessage" ? FakeTelegram.Error(code, said, parameters) : null;
        await world.EnqueueAsync(1, "hello");
        await world.SendAsync();

        var piece = Assert.Single(await world.OutboxAsync());
        Assert.Equal(expected, piece.Status);
        Assert.NotNull(piece.Failure);
        Assert.Single(telegram.Of("sendMessage"));
        if (code == 429)
        {
            Assert.Equal(world.Clock.GetUtcNow().AddSeconds(40), piece.NotBefore);
        }
    }

    [Fact]
    public async Task A_page_of_a_proxy_and_a_cut_connection_leave_open_whether_it_arrived()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var telegram = await FakeTelegram.StartAsync();
        await AddAsync(world, telegram);
        telegram.Judge = call => call.Method == "sendMessage" ? (502, "<html>Bad gateway</html>") : null;
        await world.EnqueueAsync(1, "one");
        await world.SendAsync();
        Assert.Equal([OutboxStatus.Unknown], await world.StatesAsync());

        await using var cut = RawServer.HangingUp();
        var form = (await world.ChannelAsync(1)).ToForm();
        (form.Settings["base_url"], form.Secret) = ($"http://127.0.0.1:{cut.Port}", FakeTelegram.Token);
        await world.AddAsync(form);
        await world.EnqueueAsync(1, "two", "8");
        await world.SendAsync();
        Assert.Equal([OutboxStatus.Unknown, OutboxStatus.Unknown], await world.StatesAsync());
    }

    [Fact]
    public async Task A_group_that_has_moved_and_a_picture_are_sent_where_and_as_they_should_be()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var telegram = await FakeTelegram.StartAsync();
        await AddAsync(world, telegram);
        telegram.Judge = call =>
            (string?)call.Sent["chat_id"]?.ToString() == "-5"
                ? FakeTelegram.Error(400, "Bad Request: group chat was upgraded to a supergroup chat", """{"migrate_to_chat_id": -1005}""")
            : call.Method == "sendPhoto" && call.Sent["photo"]!.ToString().Contains("gone", StringComparison.Ordinal)
                ? FakeTelegram.Error(400, "Bad Request: wrong file identifier/HTTP URL specified")
            : null;
        await world.EnqueueAsync(1, "moved", "-5");
        await world.EnqueueAsync(1, "![Sea](https://example.com/sea.jpg)", "7:3");
        await world.EnqueueAsync(1, "![Gone](https://example.com/gone.jpg)", "8");
        await world.SendAsync();

        Assert.All(await world.StatesAsync(), state => Assert.Equal(OutboxStatus.Sent, state));
        Assert.Contains(telegram.Of("sendMessage"), call => call.Sent["chat_id"]!.ToString() == "-1005");
        var photo = telegram.Of("sendPhoto").Single(call => call.Sent["chat_id"]!.ToString() == "7");
        Assert.Equal(("Sea", "3"), ((string?)photo.Sent["caption"], photo.Sent["message_thread_id"]!.ToString()));
        Assert.Contains("Gone\nhttps://example.com/gone.jpg", telegram.Texts);
    }

    [Fact]
    public async Task The_test_says_whose_token_it_is_and_who_else_reads_it()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await using var telegram = await FakeTelegram.StartAsync();
        var right = await TestAsync(world, Form(telegram));
        Assert.True(right.Ok, right.Message);
        Assert.Contains("@AthenaBot", right.Steps[0].Detail, StringComparison.Ordinal);

        telegram.WebhookUrl = "https://n8n.example/hook";
        Assert.Contains("n8n.example", (await TestAsync(world, Form(telegram))).Message, StringComparison.Ordinal);
        var wrong = Form(telegram);
        wrong.Secret = "4242:AnotherTokenThatNobodyKnows";
        Assert.Equal((false, TelegramApi.NoToken), ((await TestAsync(world, wrong)).Ok, (await TestAsync(world, wrong)).Message));
        Assert.Empty(telegram.Of("sendMessage"));
    }

    private static async Task<ChannelTest> TestAsync(ChannelsWorld world, ChannelForm form) =>
        Assert.IsType<Outcome<ChannelTest>.Ok>(await world.CallAsync((ChannelTesting tests) => tests.TestAsync(form, Cancel))).Value;

    internal static ChannelForm Form(FakeTelegram telegram) =>
        new()
        {
            Name = "Bot",
            Connector = "telegram",
            AgentId = 1,
            Settings = new() { ["base_url"] = telegram.Address.GetLeftPart(UriPartial.Authority) },
            Secret = FakeTelegram.Token,
        };

    private static Task<ChannelRow> AddAsync(ChannelsWorld world, FakeTelegram telegram, Action<ChannelForm>? set = null)
    {
        var form = Form(telegram);
        set?.Invoke(form);
        return world.AddAsync(form);
    }
}
