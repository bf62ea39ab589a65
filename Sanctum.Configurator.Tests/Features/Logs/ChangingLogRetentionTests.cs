using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Logs.Retention;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>Administrators say how long lines stay and remove them; others see it.</summary>
public sealed class ChangingLogRetentionTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Rules_are_kept_with_their_version_and_in_the_history(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        var defaults = await world.CallAsync((LogRetentionService retention) => retention.ReadAsync(Cancel));
        Assert.Equal((0, 90, 8192), (defaults.Version, defaults.OtherDays, defaults.Megabytes));

        var first = Assert
            .IsType<Outcome<LogRetentionRow>.Ok>(await SaveAsync(world, new() { Days = { ["INFO agent"] = 14 }, OtherDays = 30 }))
            .Value;
        var late = Assert.IsType<Outcome<LogRetentionRow>.Conflict>(await SaveAsync(world, new() { OtherDays = 5 })).Current;
        var second = Assert
            .IsType<Outcome<LogRetentionRow>.Ok>(await SaveAsync(world, new() { OtherDays = 60, Version = first.Version }))
            .Value;

        Assert.Equal(
            (14, 30, first.Version),
            (late.DaysOf(LogLevelWord.Info, "agent"), late.DaysOf(LogLevelWord.Info, "tool"), late.Version)
        );
        Assert.Equal(60, second.DaysOf(LogLevelWord.Info, "agent"));
        await using var registry = world.Registry.Open();
        Assert.Equal(
            ["insert", "update"],
            registry
                .Changes.Where(change => change.TableName == "log_retention")
                .OrderBy(change => change.Id)
                .Select(change => change.Act)
                .ToList()
        );
    }

    [Theory]
    [InlineData("LOUD", 3, 90, "LOUD is not valid")]
    [InlineData("INFO", 0, 90, "INFO: enter 1 to 36500 days.")]
    [InlineData("INFO", 3, 0, "Enter 1 to 36500 days.")]
    public async Task A_rule_that_can_not_be_meant_is_refused(string name, int days, int others, string because)
    {
        await using var world = await AlertsWorld.CreateAsync();

        var refused = Assert.IsType<Outcome<LogRetentionRow>.Invalid>(
            await SaveAsync(world, new() { Days = { [name] = days }, OtherDays = others })
        );

        Assert.Contains(because, string.Join(' ', refused.Reasons.Values), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_manage_logs_neither_changes_nor_removes()
    {
        await using var world = await AlertsWorld.CreateAsync();

        Assert.IsType<Outcome<LogRetentionRow>.Invalid>(await SaveAsync(world, new(), world.Ada));
        Assert.IsType<Outcome<LogRemoval>.Invalid>(
            await world.CallAsync((LogRetentionService retention) => retention.CleanUpAsync(null, Cancel), world.Ada)
        );
        Assert.IsType<Outcome<LogRemoval>.Invalid>(
            await world.CallAsync(
                (LogRetentionService retention) => retention.DeleteAsync(new(world.Clock.GetUtcNow(), null, null), null, Cancel),
                world.Ada
            )
        );
    }

    [Fact]
    public async Task Nothing_is_deleted_of_a_time_to_come_or_of_a_level_there_is_not()
    {
        await using var world = await AlertsWorld.CreateAsync();
        await world.WriteAsync("new");
        await world.Store.IndexAsync();
        var now = world.Clock.GetUtcNow();
        foreach (
            var (form, field) in new[]
            {
                (new LogDeleteForm(now.AddDays(1), null, null), nameof(LogDeleteForm.Before)),
                (new LogDeleteForm(now, "LOUD", null), nameof(LogDeleteForm.Level)),
            }
        )
        {
            var outcome = await world.CallAsync((LogRetentionService retention) => retention.DeleteAsync(form, null, Cancel));
            Assert.Equal([field], Assert.IsType<Outcome<LogRemoval>.Invalid>(outcome).Reasons.Keys);
        }

        Assert.Equal(["new"], await world.Store.MessagesAsync(""));
    }

    [Fact]
    public async Task What_was_deleted_and_by_whom_stays_in_the_history()
    {
        await using var world = await AlertsWorld.CreateAsync();
        await world.WriteAsync("old", times: 3, secondsAgo: 2 * 86_400);
        await world.WriteAsync("new");
        await world.Store.IndexAsync();

        var removed = await world.CallAsync(
            (LogRetentionService retention) => retention.DeleteAsync(new(world.Clock.GetUtcNow().AddDays(-1), "ERROR", null), null, Cancel)
        );

        Assert.Equal(3, Assert.IsType<Outcome<LogRemoval>.Ok>(removed).Value.Removed);
        Assert.Equal(["new"], await world.Store.MessagesAsync(""));
        await using var registry = world.Registry.Open();
        var record = Assert.Single(registry.Changes, change => change.TableName == "logs");
        Assert.Equal(("delete", "root"), (record.Act, record.Actor));
        Assert.Contains("\"lines\":3", record.After!.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_says_what_is_stored_and_an_administrator_changes_and_deletes()
    {
        await using var world = await AlertsWorld.CreateAsync();
        await world.WriteAsync("old", times: 3, secondsAgo: 40 * 86_400);
        await world.WriteAsync("new");
        await world.Store.IndexAsync();
        await PlaceAsync(world, world.Root, Policies.ReadLogs, Policies.ManageLogs);
        var dialogs = Overlays;
        var page = Render<LogRetentionPage>();
        page.WaitForAssertion(() => Assert.Contains("4 lines", page.Markup, StringComparison.Ordinal), Patience);

        await PressAsync(page, "Change…");
        Write(dialogs, "ERROR", "30");
        dialogs.WaitForAssertion(
            () => Assert.Contains("The next clean-up removes 3 lines", dialogs.Markup, StringComparison.Ordinal),
            Patience
        );
        Write(dialogs, "Exceptions", "much too loud");
        await dialogs.Find("form").SubmitAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("“much too loud” is not valid", dialogs.Markup, StringComparison.Ordinal), Patience);
        Write(dialogs, "Exceptions", "ERROR agent 50");
        await dialogs.Find("form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("ERROR agent", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal(4, await world.Store.Search.CountAsync(LogFilter.Everything, Cancel));

        await PressAsync(page, "Clean up now");
        page.WaitForAssertion(() => Assert.DoesNotContain("4 lines", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal(["new"], await world.Store.MessagesAsync(""));
    }

    [Fact]
    public async Task A_viewer_sees_it_and_no_more()
    {
        await using var world = await AlertsWorld.CreateAsync();
        await PlaceAsync(world, world.Vera, Policies.ReadLogs);

        var page = Render<LogRetentionPage>();

        page.WaitForAssertion(() => Assert.Contains("No lines stored yet.", page.Markup, StringComparison.Ordinal), Patience);
        Assert.DoesNotContain(
            page.FindAll("button"),
            button =>
                button.TextContent.Contains("Delete", StringComparison.Ordinal)
                || button.TextContent.Contains("Change", StringComparison.Ordinal)
        );
    }

    private static Task<Outcome<LogRetentionRow>> SaveAsync(AlertsWorld world, LogRetentionForm form, User? who = null) =>
        world.CallAsync((LogRetentionService retention) => retention.SaveAsync(form, Cancel), who);

    /// <summary>Between two renderings: what was found before one is not there after it.</summary>
    private static Task PressAsync(IRenderedComponent<LogRetentionPage> page, string text) =>
        page.InvokeAsync(() => page.FindAll("button").Single(button => button.TextContent.Trim() == text).Click());

    private async Task PlaceAsync(AlertsWorld world, User who, params string[] policies)
    {
        var scope = (await world.Registry.CallAsAsync(who)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Clock);
        Services.AddSingleton(scope.GetRequiredService<Signal<RegistryChange>>());
        Services.AddSingleton(scope.GetRequiredService<LogRetentionService>());
        Reader.SetPolicies(policies);
    }
}
