using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Notifications;

public sealed class QuietHoursTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("22:00", "07:00", "UTC", "2026-11-21T21:59", null)]
    [InlineData("22:00", "07:00", "UTC", "2026-11-21T22:00", "2026-11-22T07:00")]
    [InlineData("22:00", "07:00", "UTC", "2026-11-22T06:59", "2026-11-22T07:00")]
    [InlineData("22:00", "07:00", "UTC", "2026-11-22T07:00", null)]
    [InlineData("12:00", "13:30", "Asia/Kolkata", "2026-11-22T07:00", "2026-11-22T08:00")]
    // The night in which the clock is put forward, from 02:00 to 03:00 local: an hour shorter.
    [InlineData("22:00", "07:00", "Europe/Berlin", "2026-03-28T21:30", "2026-03-29T05:00")]
    // An end that the clock leaves out is when it is put forward.
    [InlineData("22:00", "02:30", "Europe/Berlin", "2026-03-29T00:30", "2026-03-29T01:00")]
    [InlineData("22:00", "02:30", "Europe/Berlin", "2026-03-29T01:10", null)]
    // The night in which it is put back, from 03:00 to 02:00 local: an hour longer.
    [InlineData("22:00", "07:00", "Europe/Berlin", "2026-10-24T21:00", "2026-10-25T06:00")]
    // An end that comes twice is the first one, and then the second.
    [InlineData("22:00", "02:30", "Europe/Berlin", "2026-10-25T00:10", "2026-10-25T00:30")]
    [InlineData("22:00", "02:30", "Europe/Berlin", "2026-10-25T01:10", "2026-10-25T01:30")]
    public void They_end(string from, string until, string zone, string now, string? end)
    {
        static DateTimeOffset At(string text) => DateTimeOffset.Parse($"{text}Z", System.Globalization.CultureInfo.InvariantCulture);
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        var quiet = new QuietHours(
            TimeOnly.Parse(from, culture),
            TimeOnly.Parse(until, culture),
            TimeZoneInfo.FindSystemTimeZoneById(zone)
        );

        Assert.Equal(end is null ? null : At(end), quiet.EndAt(At(now)));
    }

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
