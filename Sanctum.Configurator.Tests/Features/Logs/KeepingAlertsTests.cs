using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Logs.Alerts;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

public sealed class KeepingAlertsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Administrators_change_alerts_and_their_changes_are_kept(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        var made = await world.AddAsync(new() { Name = "Errors", Query = "level>=error" });
        Assert.Equal((AlertState.New, 10, 300, true), (made.State, made.Threshold, made.WindowSeconds, made.IsEnabled));
        foreach (var who in new[] { world.Ada, world.Vera })
        {
            Assert.Equal("You don't have permission to change alerts.", Refusal(await SaveAsync(world, made.ToForm(), who))[""]);
            Assert.IsType<Outcome<AlertRow>.Invalid>(
                await world.CallAsync((AlertService alerts) => alerts.DeleteAsync(made.Id, null, Cancel), who)
            );
            Assert.IsType<Outcome<AlertRow>.Invalid>(
                await world.CallAsync((AlertService alerts) => alerts.TestAsync(made.Id, Cancel), who)
            );
        }

        var form = made.ToForm();
        form.Threshold = 50;
        var changed = Assert.IsType<Outcome<AlertRow>.Ok>(await SaveAsync(world, form)).Value;
        Assert.Equal(changed, Assert.IsType<Outcome<AlertRow>.Conflict>(await SaveAsync(world, form)).Current);
        Assert.IsType<Outcome<AlertRow>.Conflict>(
            await world.CallAsync((AlertService alerts) => alerts.DeleteAsync(made.Id, made.Version, Cancel))
        );
        Assert.Equal(
            [changed],
            (await world.CallAsync((AlertService alerts) => alerts.ListAsync(new(0, 10, Search: "ERR"), Cancel), world.Vera)).Items
        );
        Assert.IsType<Outcome<AlertRow>.Ok>(
            await world.CallAsync((AlertService alerts) => alerts.DeleteAsync(made.Id, changed.Version, Cancel))
        );
        await using var context = world.Registry.Open();
        Assert.Equal(
            ["insert", "update", "delete"],
            await context.Changes.Where(c => c.TableName == "alerts").OrderBy(c => c.Id).Select(c => c.Act).ToListAsync(Cancel)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_wrong_is_said_and_nothing_is_kept(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        await world.AddAsync(new() { Name = "Errors" });

        var reasons = Refusal(
            await SaveAsync(
                world,
                new()
                {
                    Name = "errors",
                    Query = "level:loud",
                    Threshold = 0,
                    WindowSeconds = 9,
                }
            )
        );

        Assert.Equal(
            [nameof(AlertForm.Name), nameof(AlertForm.Query), nameof(AlertForm.Threshold), nameof(AlertForm.WindowSeconds)],
            reasons.Keys.Order(StringComparer.Ordinal)
        );
        Assert.StartsWith("At 1: The level must be one of", reasons[nameof(AlertForm.Query)], StringComparison.Ordinal);
        Assert.IsType<Outcome<AlertRow>.NotFound>(await SaveAsync(world, new() { Id = 999, Name = "Other" }));
        Assert.Equal(1, (await world.CallAsync((AlertService alerts) => alerts.ListAsync(new(0, 10), Cancel))).Total);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_switched_off_or_deleted_is_over_and_a_test_is_told(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        await world.WriteAsync("bad");
        foreach (var name in new[] { "First", "Second" })
        {
            await world.AddAsync(
                new()
                {
                    Name = name,
                    Threshold = 1,
                    WindowSeconds = 3600,
                }
            );
        }

        await world.CheckAsync();
        var rows = (await world.CallAsync((AlertService alerts) => alerts.ListAsync(new(0, 10), Cancel))).Items;
        Assert.Equal(2, (await world.NotificationsAsync()).Count(n => n.ResolvedAt is null));

        var form = rows[0].ToForm();
        form.IsEnabled = false;
        Assert.Equal(
            (AlertState.Off, false),
            Assert.IsType<Outcome<AlertRow>.Ok>(await SaveAsync(world, form)).Value is var off ? (off.State, off.IsRaised) : default
        );
        await world.CallAsync((AlertService alerts) => alerts.DeleteAsync(rows[1].Id, null, Cancel));
        Assert.DoesNotContain(await world.NotificationsAsync(), n => n.ResolvedAt is null);
        world.Clock.Advance(AlertChecker.Every);
        await world.CheckAsync();
        Assert.Equal(AlertState.Off, (await world.AlertAsync(rows[0].Id)).State);

        Assert.IsType<Outcome<AlertRow>.Ok>(await world.CallAsync((AlertService alerts) => alerts.TestAsync(rows[0].Id, Cancel)));
        Assert.Equal(
            ("Test: First", false),
            ((await world.NotificationsAsync())[^1].Title, (await world.NotificationsAsync())[^1].IsLasting)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_preview_says_how_often_it_would_have_been_raised(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        foreach (var hours in new[] { 30, 20, 10, 0 })
        {
            await world.WriteAsync("a timeout", 6, secondsAgo: hours * 3600);
            await world.WriteAsync("fine", 3, LogLevelWord.Info, (hours * 3600) + 1800);
        }

        await world.Store.IndexAsync();
        Task<Outcome<AlertPreview>> PreviewAsync(string query, int threshold, int window = 300) =>
            world.CallAsync(
                (AlertPreviewer previewer) =>
                    previewer.PreviewAsync(
                        new()
                        {
                            Query = query,
                            Threshold = threshold,
                            WindowSeconds = window,
                        },
                        Cancel
                    ),
                world.Vera
            );

        Assert.Equal(new(3, true, true), Assert.IsType<Outcome<AlertPreview>.Ok>(await PreviewAsync("level>=error", 6)).Value);
        Assert.Equal(new(3, true, true), Assert.IsType<Outcome<AlertPreview>.Ok>(await PreviewAsync("timeout", 6)).Value);
        Assert.Equal(new(0, false, true), Assert.IsType<Outcome<AlertPreview>.Ok>(await PreviewAsync("level>=error", 7)).Value);
        Assert.Equal(new(1, true, true), Assert.IsType<Outcome<AlertPreview>.Ok>(await PreviewAsync("timeout", 6, 11 * 3600)).Value);
        Assert.Equal(
            [nameof(AlertForm.Query)],
            Assert.IsType<Outcome<AlertPreview>.Invalid>(await PreviewAsync("level:loud", 1)).Reasons.Keys
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Lines_are_counted_to_the_moment_in_the_index_and_not(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        var counter = world.Registry.Services.GetRequiredService<LogCounter>();
        var now = world.Clock.GetUtcNow().AddSeconds(25);
        foreach (var seconds in new[] { 5, 20, 59.999, 60, 150, 3599.999, 3600, 3601 })
        {
            await world.Store.WriteAsync(LogStore.Line("bad") with { Timestamp = now.AddSeconds(-seconds) });
        }

        await world.Store.WriteAsync(LogStore.Line("bad") with { Timestamp = now });
        for (var isIndexed = false; ; isIndexed = true)
        {
            foreach (var (seconds, expected) in new[] { (10, 1L), (60, 4), (150, 5), (3600, 7) })
            {
                Assert.Equal(new(expected, true), await counter.CountAsync(LogFilter.Everything, now.AddSeconds(-seconds), now, 1, Cancel));
                Assert.Equal(
                    new(expected, true),
                    await counter.CountAsync(await world.Store.FilterAsync("bad"), now.AddSeconds(-seconds), now, 100, Cancel)
                );
            }

            if (isIndexed)
            {
                break;
            }

            await world.Store.IndexAsync();
        }
    }

    private static Task<Outcome<AlertRow>> SaveAsync(AlertsWorld world, AlertForm form, User? who = null) =>
        world.CallAsync((AlertService alerts) => alerts.SaveAsync(form, Cancel), who);

    private static IReadOnlyDictionary<string, string> Refusal(Outcome<AlertRow> outcome) =>
        Assert.IsType<Outcome<AlertRow>.Invalid>(outcome).Reasons;
}
