using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Notifications;

public sealed class RaisingNotificationsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_happens_again_before_anybody_read_it_is_counted(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        var first = world.Clock.GetUtcNow();
        for (var times = 0; times < 41; times++)
        {
            await world.RaiseAsync("A job failed", key: "job:1");
            world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var row = Assert.Single(await world.ListAsync());
        Assert.Equal((41, first, first.AddMinutes(40)), (row.Occurrences, row.FirstAt, row.LastAt));
        Assert.Equal(new UnreadState(1, NoticeLevel.Warning), await world.CallAsync((NotificationService n) => n.UnreadAsync(Cancel)));

        await world.ReadAsync(row.Id);
        await world.RaiseAsync("A job failed", key: "job:1");
        await world.RaiseAsync("A job failed", key: "job:2");
        await world.RaiseAsync("Something else");
        await world.RaiseAsync("Something else");
        var rows = await world.ListAsync();
        Assert.Equal([1, 1, 1, 1, 41], rows.Select(r => r.Occurrences).Order());
        Assert.Equal("root", rows.Single(r => r.Id == row.Id).ReadBy);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_lasts_is_told_once_until_it_is_over_and_counted_when_it_comes_back(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        await world.RaiseAsync("No connection", key: "letta", lasts: true);
        await world.RaiseAsync("No connection still", key: "letta", lasts: true);
        var row = Assert.Single(await world.ListAsync());
        Assert.Equal(("No connection still", 1, null), (row.Title, row.Occurrences, row.ResolvedAt));

        await world.ReadAsync(row.Id);
        await world.RaiseAsync("No connection still", key: "letta", lasts: true);
        Assert.NotNull(Assert.Single(await world.ListAsync()).ReadAt);

        await world.RaiseAsync("It is worse", NoticeLevel.Error, "letta", lasts: true);
        row = Assert.Single(await world.ListAsync());
        Assert.Equal((NoticeLevel.Error, null, 1), (row.Level, row.ReadAt, row.Occurrences));

        await world.Notifier.ResolveAsync("letta", Cancel);
        await world.Notifier.ResolveAsync("nothing has this key", Cancel);
        Assert.NotNull(Assert.Single(await world.ListAsync()).ResolvedAt);
        await world.RaiseAsync("No connection", NoticeLevel.Error, "letta", lasts: true);
        row = Assert.Single(await world.ListAsync());
        Assert.Equal((2, null), (row.Occurrences, row.ResolvedAt));

        await world.Notifier.ResolveAsync("letta", Cancel);
        await world.ReadAsync(row.Id);
        await world.RaiseAsync("No connection", NoticeLevel.Error, "letta", lasts: true);
        Assert.Equal(2, (await world.ListAsync()).Count);
        await Assert.ThrowsAsync<ArgumentException>(() => world.RaiseAsync("No key", lasts: true));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Two_consoles_that_raise_the_same_at_the_same_moment_make_one_of_it(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        await using var other = world.AnotherConsole();
        var notice = new Notice(NoticeLevel.Error, NoticeSources.Backups, "Overdue") { GroupKey = "backups", IsLasting = true };

        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(at => (at % 2 == 0 ? world.Notifier : other.GetRequiredService<Notifier>()).RaiseAsync(notice, Cancel))
        );

        var row = Assert.Single(await world.ListAsync());
        Assert.Equal(1, row.Occurrences);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_list_is_filtered_searched_sorted_and_given_by_pages(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        await world.RaiseAsync("First", NoticeLevel.Info, "a");
        await world.RaiseAsync("Second", NoticeLevel.Error, "b", source: NoticeSources.Backups);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.RaiseAsync("Third", NoticeLevel.Warning, "c", lasts: true);
        await world.RaiseAsync("First", NoticeLevel.Info, "a");
        await world.Registry.OutsideAsync("INSERT INTO notifications (level, title) VALUES ('critical', 'By another program')");

        Task<PageOf<NotificationRow>> FindAsync(NotificationFilter filter, PageRequest page) =>
            world.CallAsync((NotificationService n) => n.PageAsync(filter, page, Cancel));
        async Task<string[]> TitlesAsync(NotificationFilter filter, PageRequest? page = null) =>
            [.. (await FindAsync(filter, page ?? new(0, 10, "last_at"))).Items.Select(r => r.Title)];
        Assert.Equal(["Second", "First", "Third"], (await TitlesAsync(new())).Where(t => t != "By another program"));
        Assert.Equal(["Second"], await TitlesAsync(new(Least: NoticeLevel.Error)));
        Assert.Contains("Third", await TitlesAsync(new(Least: NoticeLevel.Warning)));
        Assert.Equal(["Third"], await TitlesAsync(new(NotificationScope.Open)));
        Assert.Equal(["Second"], await TitlesAsync(new(Source: NoticeSources.Backups)));
        Assert.Equal(["Second"], await TitlesAsync(new(), new(0, 10, Search: "sECOND, and")));
        Assert.Equal("Second", (await TitlesAsync(new(), new(0, 1, "level", true))).Single());
        Assert.Equal("First", (await TitlesAsync(new(), new(0, 1, "occurrences", true))).Single());
        var second = await FindAsync(new(), new(1, 2, "last_at"));
        Assert.Equal((4, 2), (second.Total, second.Items.Count));

        var left = Assert
            .IsType<Outcome<UnreadState>.Ok>(await world.CallAsync((NotificationService n) => n.ReadAllAsync(2, Cancel)))
            .Value;
        Assert.Equal(2, left.Unread);
        Assert.Empty(await TitlesAsync(new(NotificationScope.Resolved)));
    }
}
