using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Notifications;

public sealed class DeliveringNotificationsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_webhook_is_signed_as_the_guide_says(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database, ("Sanctum:PublicUrl", "https://sanctum.example/"));
        await using var receiver = await FakeReceiver.StartAsync();
        var channel = await world.AddWebhookAsync(receiver);
        await world.RaiseAsync("No connection", NoticeLevel.Error, "letta", lasts: true);
        await world.SendAsync();

        var got = Assert.Single(receiver.All);
        var notice = got.Json["notifications"]![0]!;
        Assert.Equal(
            ("/hook", "raised", "error", "No connection", "https://sanctum.example/letta"),
            (got.Path, (string)notice["event"]!, (string)notice["level"]!, (string)notice["title"]!, (string)notice["link"]!)
        );
        var signature = got.Headers["Sanctum-Signature"]
            .Split(',')
            .Select(part => part.Split('='))
            .ToDictionary(part => part[0], part => part[1]);
        Assert.Equal(world.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), signature["t"]);
        var expected = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes("a secret to sign with"),
            Encoding.UTF8.GetBytes($"{signature["t"]}.{got.Body}")
        );
        Assert.Equal(Convert.ToHexStringLower(expected), signature["v1"]);

        await world.Notifier.ResolveAsync("letta", Cancel);
        await world.SendAsync();
        Assert.Equal("resolved", (string)receiver.All[1].Json["notifications"]![0]!["event"]!);
        Assert.Equal(
            (world.Clock.GetUtcNow(), null, 0),
            (await world.ChannelAsync(channel.Id) is var now ? (now.LastDeliveredAt, now.FailingSince, now.Waiting) : default)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_receiver_that_fails_is_asked_again_and_its_channel_says_so(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        await using var receiver = await FakeReceiver.StartAsync();
        await using var healthy = await FakeReceiver.StartAsync();
        var channel = await world.AddWebhookAsync(receiver);
        await world.AddWebhookAsync(healthy, form => form.Name = "Healthy");
        receiver.Status = 503;
        await world.RaiseAsync("Once");
        await world.SendAsync();
        await world.SendAsync();

        Assert.Single(receiver.All);
        var failing = await world.ChannelAsync(channel.Id);
        Assert.Equal((world.Clock.GetUtcNow(), 1), (failing.FailingSince, failing.Waiting));
        Assert.Contains("HTTP 503: as it was told. The console retries later.", failing.LastFailure, StringComparison.Ordinal);
        var told = (await world.ListAsync()).Single(n => n.Source == NoticeSources.Notifications);
        Assert.Equal(("Notifications by Hook fail", true, null), (told.Title, told.IsLasting, told.ResolvedAt));

        for (var attempts = 1; attempts < 4; attempts++)
        {
            world.Clock.Advance(DeliveryPipeline.WaitAfter(attempts));
            await world.SendAsync();
            Assert.Equal(attempts + 1, receiver.All.Count);
        }

        receiver.Status = 200;
        world.Clock.Advance(DeliveryPipeline.WaitAfter(4));
        await world.SendAsync();
        Assert.All(receiver.All, got => Assert.Equal(["Once"], got.Titles));
        Assert.Single(receiver.All.Select(got => (int)got.Json["notifications"]![0]!["delivery_id"]!).Distinct());
        Assert.Null((await world.ChannelAsync(channel.Id)).FailingSince);
        Assert.NotNull((await world.ListAsync()).Single(n => n.Id == told.Id).ResolvedAt);
        Assert.Single(healthy.All);
    }

    [Fact]
    public async Task A_receiver_that_refuses_is_not_asked_again_and_a_hopeless_one_not_for_ever()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        await world.AddWebhookAsync(receiver);
        receiver.Status = 403;
        await world.RaiseAsync("Refused");
        await world.SendAsync();
        world.Clock.Advance(TimeSpan.FromDays(1));
        await world.SendAsync();
        Assert.Single(receiver.All);
        var delivery = Assert.Single(await world.DeliveriesAsync());
        Assert.Equal((DeliveryState.Failed, 403), (delivery.State, delivery.Status));

        receiver.Status = 500;
        await world.RaiseAsync("Hopeless");
        for (var attempts = 1; attempts < DeliveryPipeline.MostAttempts + 5; attempts++)
        {
            await world.SendAsync();
            world.Clock.Advance(DeliveryPipeline.WaitAfter(attempts));
        }

        Assert.Equal(1 + DeliveryPipeline.MostAttempts, receiver.All.Count);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_a_killed_console_did_not_send_another_one_sends(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        await using var receiver = await FakeReceiver.StartAsync();
        await world.AddWebhookAsync(receiver);
        await world.RaiseAsync("Before the end");
        await using var next = world.AnotherConsole();
        await NotificationsWorld.SendAsync(next);
        Assert.Equal(["Before the end"], Assert.Single(receiver.All).Titles);

        // Killed while it was sending: the claim it leaves behind runs out.
        await world.RaiseAsync("In the middle");
        var until = (DateTimeOffset?)world.Clock.GetUtcNow() + NotificationDeliverer.Claim;
        await using (var context = world.Registry.Open())
        {
            await context
                .NotificationDeliveries.Where(d => d.State == DeliveryState.Waiting)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(d => d.ClaimedBy, Guid.NewGuid()).SetProperty(d => d.ClaimedUntil, until),
                    Cancel
                );
        }

        await NotificationsWorld.SendAsync(next);
        Assert.Single(receiver.All);
        world.Clock.Advance(NotificationDeliverer.Claim);
        await NotificationsWorld.SendAsync(next);
        Assert.Equal(["In the middle"], receiver.All[1].Titles);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Several_consoles_send_everything_once(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        await using var other = world.AnotherConsole();
        await using var third = world.AnotherConsole();
        await using var receiver = await FakeReceiver.StartAsync();
        await world.AddWebhookAsync(receiver);
        for (var at = 0; at < 20; at++)
        {
            await world.RaiseAsync($"Number {at}");
        }

        await Task.WhenAll(world.SendAsync(), NotificationsWorld.SendAsync(other), NotificationsWorld.SendAsync(third));

        var titles = receiver.All.SelectMany(got => got.Titles).ToList();
        Assert.Equal((20, 20), (titles.Count, titles.Distinct().Count()));
    }

    [Fact]
    public async Task A_channel_that_hangs_is_given_up_and_holds_up_no_other()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var hanging = await FakeReceiver.StartAsync();
        await using var healthy = await FakeReceiver.StartAsync();
        hanging.Status = null;
        var channel = await world.AddWebhookAsync(hanging);
        var other = await world.AddWebhookAsync(healthy, form => form.Name = "Healthy");
        await world.RaiseAsync("Something");
        var sending = world.SendAsync();
        await hanging.Hanging.Task.WaitAsync(Cancel);
        await Wait.UntilAsync(async () => (await world.ChannelAsync(other.Id)).LastDeliveredAt is not null);

        world.Clock.Advance(DeliveryPipeline.Patience);
        await sending;

        Assert.Single(healthy.All);
        Assert.Contains("did not answer in 15 s", (await world.ChannelAsync(channel.Id)).LastFailure, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_keeps_happening_leaves_once_in_a_quarter_of_an_hour_with_its_count(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        await using var receiver = await FakeReceiver.StartAsync();
        await world.AddWebhookAsync(receiver);
        for (var minute = 0; minute < 20; minute++)
        {
            await world.RaiseAsync("A job failed", key: "job:1");
            await world.SendAsync();
            world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal([1, 16], receiver.All.Select(got => (int)got.Json["notifications"]![0]!["occurrences"]!));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_clock_that_was_far_ahead_holds_nothing_back(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        await using var receiver = await FakeReceiver.StartAsync();
        await world.AddWebhookAsync(receiver);
        world.Clock.Advance(TimeSpan.FromDays(400));
        await world.RaiseAsync("A job failed", key: "job:1");
        await world.SendAsync();
        receiver.Status = 503;
        await world.RaiseAsync("Another failed", key: "job:2");
        await world.SendAsync();
        receiver.Status = 200;

        world.Clock.AdjustTime(world.Clock.GetUtcNow().AddDays(-400));
        await world.RaiseAsync("A job failed", key: "job:1");
        await world.SendAsync();

        Assert.Equal(
            ["A job failed", "Another failed", "Another failed|A job failed"],
            receiver.All.Select(got => string.Join('|', got.Titles))
        );
    }

    /// <summary>Express answers "Cannot POST /hooks/…", others with the whole request: everybody sees why a channel fails.</summary>
    [Theory]
    [InlineData("webhook")]
    [InlineData("ntfy")]
    public async Task What_a_receiver_repeats_of_the_request_tells_nobody_its_secrets(string kind)
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        receiver.Status = 404;
        receiver.Says = request =>
            $"Cannot POST {request.Path}{request.QueryString}: {Uri.UnescapeDataString(request.Path)} {request.Headers.Authorization} {request.Query["key"]}";
        var channel = await world.AddAsync(
            kind == "webhook"
                ? new() { Name = "Hook", Url = $"{receiver.Address}hooks/T000%2DCANARYPATH?key=canaryquery" }
                : new()
                {
                    Name = "Push",
                    Kind = "ntfy",
                    Server = $"{receiver.Address}",
                    Topic = "ops",
                    Token = "tk_canarytoken",
                }
        );
        await world.RaiseAsync("A job failed", NoticeLevel.Error);
        await world.SendAsync();

        var failure = (await world.ChannelAsync(channel.Id)).LastFailure;
        Assert.Contains("Cannot POST", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", failure, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_channel_gets_only_what_it_takes()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        var channel = await world.AddWebhookAsync(
            receiver,
            form => (form.MinLevel, form.Sources, form.TellsResolved) = (NoticeLevel.Warning, [NoticeSources.Backups], false)
        );
        await world.RaiseAsync("Of Letta", NoticeLevel.Error);
        await world.RaiseAsync("Only said", NoticeLevel.Info, source: NoticeSources.Backups);
        await world.RaiseAsync("Of the channels", NoticeLevel.Error, source: NoticeSources.Notifications);
        await world.RaiseAsync("Of the backups", source: NoticeSources.Backups, key: "b", lasts: true);
        await world.SendAsync();
        await world.Notifier.ResolveAsync("b", Cancel);
        await world.SendAsync();
        Assert.Equal(["Of the backups"], Assert.Single(receiver.All).Titles);

        await world.RaiseAsync("Late", source: NoticeSources.Backups);
        var form = (await world.ChannelAsync(channel.Id)).ToForm();
        form.IsEnabled = false;
        await world.AddAsync(form);
        await world.RaiseAsync("Later", source: NoticeSources.Backups);
        await world.SendAsync();
        Assert.Single(receiver.All);
        Assert.Equal(DeliveryState.Failed, (await world.DeliveriesAsync())[^1].State);
    }

    [Fact]
    public async Task Ntfy_gets_a_priority_by_level()
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
                Token = "tk_1",
                MinLevel = NoticeLevel.Info,
            }
        );
        foreach (var level in Enum.GetValues<NoticeLevel>())
        {
            await world.RaiseAsync($"{level}", level);
            await world.SendAsync();
        }

        Assert.Equal([3, 4, 5], receiver.All.Select(got => (int)got.Json["priority"]!));
        Assert.All(
            receiver.All,
            got => Assert.Equal(("sanctum", "Bearer tk_1"), ((string)got.Json["topic"]!, got.Headers["Authorization"]))
        );
        Assert.Equal(
            ("Error", "Error, and what to do.\n/letta"),
            ((string)receiver.All[2].Json["title"]!, (string)receiver.All[2].Json["message"]!)
        );
    }

    [Fact]
    public async Task Old_notifications_go_when_they_were_read_and_are_over()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await world.RaiseAsync("Read");
        await world.RaiseAsync("Ongoing", key: "o", lasts: true);
        foreach (var row in await world.ListAsync())
        {
            await world.ReadAsync(row.Id);
        }

        await world.RaiseAsync("Unread");
        world.Clock.Advance(CleanUpNotificationsTask.KeepRead + TimeSpan.FromDays(1));
        await using var scope = world.Registry.Services.CreateAsyncScope();
        var said = await ActivatorUtilities.CreateInstance<CleanUpNotificationsTask>(scope.ServiceProvider).RunAsync([], Cancel);

        Assert.Equal("1 notification was removed.", Assert.IsType<Outcome<string>.Ok>(said).Value);
        Assert.Equal(["Ongoing", "Unread"], (await world.ListAsync()).Select(n => n.Title).Order());
    }
}
