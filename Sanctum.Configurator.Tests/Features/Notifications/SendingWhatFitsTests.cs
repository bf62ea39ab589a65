using System.Globalization;
using System.Text;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Notifications;

/// <summary>Receivers take only so much, and some of it not: what they take arrives all the same.</summary>
public sealed class SendingWhatFitsTests
{
    private const int LimitOfNtfy = 4096;

    /// <summary>ntfy 2.11: a body of JSON has at most twice the limit of a text.</summary>
    [Theory]
    [InlineData("Сервер Letta не отвечает на запросы уже третий час подряд, проверьте питание и сеть", 20)]
    [InlineData("🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔🔔", 40)]
    [InlineData("\"quoted\" and \\ and \u0001\u0002 and so on and on", 50)]
    public async Task What_waited_is_split_into_messages_that_ntfy_takes(string title, int count)
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        receiver.Judge = got =>
            Encoding.UTF8.GetByteCount(got.Body) > 2 * LimitOfNtfy || Encoding.UTF8.GetByteCount((string)got.Json["message"]!) > LimitOfNtfy
                ? 413
                : 200;
        await world.AddAsync(
            new()
            {
                Name = "Phone",
                Kind = ChannelKinds.Ntfy,
                Server = receiver.Address.AbsoluteUri,
                Topic = "sanctum",
                MinLevel = NoticeLevel.Info,
            }
        );
        for (var at = 0; at < count; at++)
        {
            await world.RaiseAsync($"{title} {at}", key: $"key {at}");
        }

        await world.SendAsync();

        Assert.All(await world.DeliveriesAsync(), delivery => Assert.Equal(DeliveryState.Delivered, delivery.State));
        Assert.All(receiver.All, got => Assert.DoesNotContain('\uFFFD', got.Body));
        Assert.All(
            Enumerable.Range(0, count),
            at =>
                Assert.Single(
                    receiver.All,
                    got =>
                        got.Body.Contains($" {at}\\n", StringComparison.Ordinal)
                        || got.Body.Contains($" {at}\"", StringComparison.Ordinal)
                        || got.Body.Contains($" {at},", StringComparison.Ordinal)
                )
        );
    }

    [Fact]
    public async Task A_single_one_that_is_too_long_is_cut_between_characters()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        await world.AddAsync(
            new()
            {
                Name = "Phone",
                Kind = ChannelKinds.Ntfy,
                Server = receiver.Address.AbsoluteUri,
                Topic = "sanctum",
                MinLevel = NoticeLevel.Info,
            }
        );
        await world.Notifier.RaiseAsync(
            new(NoticeLevel.Error, NoticeSources.Letta, "Long") { Message = string.Concat(Enumerable.Repeat("👩‍👩‍👧", 900)) },
            TestContext.Current.CancellationToken
        );

        await world.SendAsync();

        var text = (string)Assert.Single(receiver.All).Json["message"]!;
        Assert.EndsWith("…", text, StringComparison.Ordinal);
        Assert.Equal("👩‍👩‍👧", text[^9..^1]);
        Assert.InRange(Encoding.UTF8.GetByteCount(receiver.All[0].Body), 1, 2 * LimitOfNtfy);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_that_is_refused_takes_no_others_along(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        await using var receiver = await FakeReceiver.StartAsync();
        receiver.Judge = got => got.Body.Contains("poison", StringComparison.Ordinal) ? 400 : 200;
        var channel = await world.AddWebhookAsync(receiver);
        for (var at = 0; at < 9; at++)
        {
            await world.RaiseAsync(at == 4 ? "poison" : $"notice {at}", key: $"{at}");
        }

        await world.SendAsync();

        var states = (await world.DeliveriesAsync()).Where(d => d.Attempts > 0).Select(delivery => delivery.State).ToList();
        Assert.Equal(
            (8, 1),
            (states.Count(state => state == DeliveryState.Delivered), states.Count(state => state == DeliveryState.Failed))
        );
        Assert.Contains("HTTP 400", (await world.ChannelAsync(channel.Id)).LastFailure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_that_is_refused_for_what_it_says_takes_no_others_along()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var server = new FakeMailServer { RefusedBody = ("poison", "554 5.7.1 looks like spam") };
        await world.AddAsync(SendingMailTests.FormOf(server, MailSecurity.None));
        await world.RaiseAsync("fine", key: "1");
        await world.RaiseAsync("poison", key: "2");
        await world.RaiseAsync("fine too", key: "3");

        await world.SendAsync();

        var states = (await world.DeliveriesAsync()).Where(d => d.Attempts > 0).Select(delivery => delivery.State);
        Assert.Equal([DeliveryState.Delivered, DeliveryState.Failed, DeliveryState.Delivered], states);
    }

    [Theory]
    [InlineData(429, "120", 120)]
    [InlineData(503, "120", 120)]
    [InlineData(429, "date", 600)]
    [InlineData(429, "5", 15)] // The console's own pause is longer.
    [InlineData(429, "999999", 21_600)]
    [InlineData(429, "soon", 15)]
    public async Task A_receiver_that_asks_for_a_pause_gets_it(int status, string asked, int seconds)
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        await world.AddWebhookAsync(receiver);
        receiver.Status = status;
        receiver.RetryAfter = asked == "date" ? world.Clock.GetUtcNow().AddMinutes(10).ToString("R", CultureInfo.InvariantCulture) : asked;
        await world.RaiseAsync("first", key: "1");
        await world.SendAsync();
        var due = (await world.DeliveriesAsync())[0].DueAt;
        Assert.InRange((due - world.Clock.GetUtcNow()).TotalSeconds, seconds - 1, seconds + 1);

        receiver.Status = 200;
        await world.RaiseAsync("second", key: "2");
        world.Clock.Advance(due - world.Clock.GetUtcNow() - TimeSpan.FromSeconds(2));
        var before = receiver.All.Count;
        await world.SendAsync();
        Assert.Equal(before + (seconds == 15 ? 1 : 0), receiver.All.Count); // Nobody asked for that pause, so what is new goes.

        world.Clock.Advance(TimeSpan.FromSeconds(3));
        await world.SendAsync();
        Assert.All(await world.DeliveriesAsync(), delivery => Assert.Equal(DeliveryState.Delivered, delivery.State));
    }

    [Fact]
    public async Task A_pause_that_is_cut_short_is_said()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        var channel = await world.AddWebhookAsync(receiver);
        (receiver.Status, receiver.RetryAfter) = (429, "999999");
        await world.RaiseAsync("first");
        await world.SendAsync();

        Assert.Contains("after 6 hours", (await world.ChannelAsync(channel.Id)).LastFailure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_recipient_who_is_not_there_keeps_it_from_no_other()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var server = new FakeMailServer { Refusals = { ["bob@example.com"] = "550 5.1.1 no such user" } };
        var channel = await world.AddAsync(SendingMailTests.FormOf(server, MailSecurity.None));
        await world.RaiseAsync("Something");
        await world.SendAsync();

        Assert.Equal(["ada@example.com"], Assert.Single(server.Taken).To);
        Assert.Equal(DeliveryState.Delivered, (await world.DeliveriesAsync())[0].State);
        Assert.Contains(
            "bob@example.com (550 5.1.1 no such user)",
            (await world.ChannelAsync(channel.Id)).LastFailure,
            StringComparison.Ordinal
        );
        Assert.Contains(await world.ListAsync(), n => n.Title == "Notifications by Mail don't reach all recipients");
    }

    [Fact]
    public async Task One_recipient_who_is_to_come_later_gets_it_later_and_alone()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var server = new FakeMailServer { Refusals = { ["bob@example.com"] = "450 4.2.0 greylisted" } };
        await world.AddAsync(SendingMailTests.FormOf(server, MailSecurity.None));
        await world.RaiseAsync("Something");
        await world.SendAsync();
        Assert.Equal((DeliveryState.Waiting, 450), (await world.DeliveriesAsync())[0] is var first ? (first.State, first.Status) : default);

        server.Refusals.Clear();
        world.Clock.Advance(DeliveryPipeline.WaitAfter(1));
        await world.SendAsync();

        Assert.Equal(["ada@example.com", "bob@example.com"], server.Taken.SelectMany(mail => mail.To));
        Assert.Equal(DeliveryState.Delivered, (await world.DeliveriesAsync())[0].State);
    }

    /// <summary>Codes of RFC 5321 and others that servers use: none of them stops the mail to the others.</summary>
    [Theory]
    [InlineData("550 5.1.1 no such user", DeliveryState.Delivered)]
    [InlineData("551 5.1.6 moved", DeliveryState.Delivered)]
    [InlineData("552 5.2.2 mailbox full", DeliveryState.Delivered)]
    [InlineData("553 5.1.3 bad address", DeliveryState.Delivered)]
    [InlineData("554 5.7.1 relay access denied", DeliveryState.Delivered)]
    [InlineData("571 5.7.1 blocked", DeliveryState.Delivered)]
    [InlineData("501 5.1.3 syntax", DeliveryState.Delivered)]
    [InlineData("555 what is that", DeliveryState.Delivered)]
    [InlineData("450 4.2.1 busy", DeliveryState.Waiting)]
    [InlineData("451 4.3.0 later", DeliveryState.Waiting)]
    [InlineData("452 4.5.3 too many", DeliveryState.Waiting)]
    [InlineData("455 not now", DeliveryState.Waiting)]
    public async Task Whatever_one_recipient_is_answered_the_others_get_it_once(string answer, DeliveryState state)
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var server = new FakeMailServer { Refusals = { ["ada@example.com"] = answer } };
        await world.AddAsync(SendingMailTests.FormOf(server, MailSecurity.None));
        await world.RaiseAsync("Something");
        await world.SendAsync();

        Assert.Equal(["bob@example.com"], Assert.Single(server.Taken).To);
        Assert.Equal(state, (await world.DeliveriesAsync())[0].State);
    }

    [Theory]
    [InlineData("251 user not local; will forward", DeliveryState.Delivered)]
    [InlineData("252 cannot verify", DeliveryState.Delivered)]
    [InlineData("452 4.5.3 too many recipients", DeliveryState.Waiting)]
    [InlineData("421 4.3.2 shutting down", DeliveryState.Waiting)]
    [InlineData("553 5.1.8 not allowed", DeliveryState.Failed)]
    [InlineData("571 5.7.1 blocked", DeliveryState.Failed)]
    public async Task What_a_server_answers_is_read_by_its_class(string answer, DeliveryState state)
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var server = new FakeMailServer { Refusal = answer };
        await world.AddAsync(SendingMailTests.FormOf(server, MailSecurity.None));
        await world.RaiseAsync("Something");
        await world.SendAsync();

        Assert.Equal(state, (await world.DeliveriesAsync())[0].State);
    }

    [Theory]
    [InlineData(null, null, "sanctum@example.com", "example.com")]
    [InlineData("https://console.example.org:8443/", null, "sanctum@example.com", "console.example.org")]
    [InlineData("https://console/", null, "sanctum@example.com", "example.com")]
    [InlineData("https://10.1.2.3/", null, "sanctum@localhost", "[127.0.0.1]")]
    [InlineData("https://console.example.org", "mail.example.net", "sanctum@example.com", "mail.example.net")]
    [InlineData(null, "192.0.2.7", "sanctum@example.com", "[192.0.2.7]")]
    public async Task A_mail_server_is_greeted_by_a_full_name(string? publicUrl, string? helloName, string from, string greeted)
    {
        await using var world = await NotificationsWorld.CreateAsync(
            TestDatabase.Sqlite,
            ("Sanctum:PublicUrl", publicUrl),
            ("Mail:HelloName", helloName)
        );
        await using var server = new FakeMailServer();
        var form = SendingMailTests.FormOf(server, MailSecurity.None);
        form.From = from;
        await world.AddAsync(form);
        await world.RaiseAsync("Something");
        await world.SendAsync();

        Assert.Equal([greeted], server.Names);
    }
}
