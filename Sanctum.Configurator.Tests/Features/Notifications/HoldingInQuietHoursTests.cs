using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Notifications;

public sealed class HoldingInQuietHoursTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_waited_for_their_end_comes_as_one_message_and_errors_do_not_wait(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        await using var receiver = await FakeReceiver.StartAsync();
        var channel = await world.AddWebhookAsync(
            receiver,
            form => (form.QuietFrom, form.QuietUntil, form.TimeZone) = (new(8, 0), new(11, 0), "UTC")
        );
        await world.RaiseAsync("One");
        await world.RaiseAsync("Two", NoticeLevel.Info);
        await world.RaiseAsync("On fire", NoticeLevel.Error);
        await world.SendAsync();
        Assert.Equal(["On fire"], Assert.Single(receiver.All).Titles);
        var held = (await world.DeliveriesAsync()).Where(d => d.State == DeliveryState.Waiting).ToList();
        Assert.All(held, d => Assert.Equal((true, new DateTimeOffset(2026, 11, 21, 11, 0, 0, TimeSpan.Zero)), (d.IsHeld, d.DueAt)));
        Assert.True((await world.ChannelAsync(channel.Id)).IsQuiet);

        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.SendAsync();
        Assert.Single(receiver.All);
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.SendAsync();
        Assert.Equal(["One", "Two"], receiver.All[1].Titles);
        Assert.Equal(2, receiver.All.Count);
    }

    [Fact]
    public async Task What_becomes_an_error_waits_neither_for_their_end_nor_for_a_quarter_of_an_hour()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        await world.AddWebhookAsync(receiver, form => (form.QuietFrom, form.QuietUntil) = (new(8, 0), new(11, 0)));
        await using var other = await FakeReceiver.StartAsync();
        await world.AddWebhookAsync(other, form => form.Name = "Never quiet");
        await world.RaiseAsync("Bad", key: "b", lasts: true);
        await world.SendAsync();
        Assert.Equal((0, 1), (receiver.All.Count, other.All.Count));

        await world.RaiseAsync("Worse", NoticeLevel.Error, "b", lasts: true);
        await world.SendAsync();
        Assert.Equal(["Worse"], Assert.Single(receiver.All).Titles);
        Assert.Equal(["Worse"], other.All[1].Titles);
    }

    [Fact]
    public async Task Without_them_what_waited_is_sent_at_once()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await using var receiver = await FakeReceiver.StartAsync();
        var channel = await world.AddWebhookAsync(receiver, form => (form.QuietFrom, form.QuietUntil) = (new(8, 0), new(11, 0)));
        await world.RaiseAsync("One");
        await world.SendAsync();
        Assert.Empty(receiver.All);

        var form = channel.ToForm();
        (form.QuietFrom, form.QuietUntil) = (null, null);
        await world.AddAsync(form);
        await world.SendAsync();
        Assert.Equal(["One"], Assert.Single(receiver.All).Titles);
    }
}
