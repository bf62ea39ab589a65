using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Logs.Alerts;
using Sanctum.Configurator.Features.Logs.Views;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>The page of alerts and the menu of views.</summary>
public sealed class AlertsPageTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_list_says_how_each_alert_is_and_follows_it()
    {
        await using var world = await AlertsWorld.CreateAsync();
        var alert = await world.AddAsync(
            new()
            {
                Name = "Errors",
                Query = "level>=error",
                Threshold = 4,
            }
        );
        await world.WriteAsync("bad", 3);
        await world.CheckAsync();
        await PlaceAsync(world, world.Vera, Policies.ReadLogs);
        var page = Render<AlertsPage>();
        page.WaitForAssertion(() => Assert.Contains("Quiet", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal(("4", "3"), (page.Find("progress").GetAttribute("max"), page.Find("progress").GetAttribute("value")));
        Assert.Contains("3 of 4 in 5 minutes", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(
            page.FindAll("button"),
            button =>
                button.TextContent.Contains("Test", StringComparison.Ordinal)
                || button.TextContent.Contains("Add", StringComparison.Ordinal)
        );

        await world.WriteAsync("bad");
        world.Clock.Advance(AlertChecker.Every);
        await world.CheckAsync();
        Assert.Equal(AlertState.Raised, (await world.AlertAsync(alert.Id)).State);
        page.WaitForAssertion(
            () =>
            {
                world.Clock.Advance(TimeSpan.FromSeconds(5));
                Assert.Contains("Raised", page.Markup, StringComparison.Ordinal);
            },
            Patience
        );
    }

    [Fact]
    public async Task An_alert_is_added_from_a_search_with_a_preview_and_switched_off()
    {
        await using var world = await AlertsWorld.CreateAsync();
        await world.WriteAsync("bad", 12);
        await PlaceAsync(world, world.Root, Policies.ReadLogs, Policies.ManageLogs, Policies.ReadHistory);
        Get<NavigationManager>().NavigateTo(Urls.LogAlertOn("level>=error nowhere:1"));
        var dialogs = Overlays;
        var page = Render<AlertsPage>();
        dialogs.WaitForAssertion(() => Assert.Contains("Unknown field nowhere.", dialogs.Markup, StringComparison.Ordinal), Patience);
        Assert.EndsWith("/logs/alerts", Get<NavigationManager>().Uri, StringComparison.Ordinal);

        Write(dialogs, "Search", "level>=error");
        dialogs.WaitForAssertion(
            () =>
            {
                world.Clock.Advance(TimeSpan.FromSeconds(1));
                Assert.Contains("this would have been raised once, and it would be raised now.", dialogs.Markup, StringComparison.Ordinal);
            },
            Patience
        );
        Write(dialogs, "Raised by", "0");
        Write(dialogs, "Name", "Errors");
        await dialogs.Find("form").SubmitAsync();
        dialogs.WaitForAssertion(
            () => Assert.Contains("Enter a number of lines from 1 to 1,000,000.", dialogs.Markup, StringComparison.Ordinal),
            Patience
        );
        Write(dialogs, "Raised by", "5");
        await dialogs.Find("form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Not checked yet", page.Markup, StringComparison.Ordinal), Patience);
        page.FindAll("button.menu-item").Single(button => button.TextContent.Contains("Switch off", StringComparison.Ordinal)).Click();

        page.WaitForAssertion(() => Assert.Contains(page.FindAll(".chip"), chip => chip.TextContent == "Off"), Patience);
    }

    [Fact]
    public async Task The_menu_lists_views_and_saves_the_search_as_one()
    {
        await using var world = await AlertsWorld.CreateAsync();
        await world.AddViewAsync("Timeouts", "timeout", world.Ada, isShared: true);
        await PlaceAsync(world, world.Vera, Policies.ReadLogs);
        var dialogs = Overlays;
        var menu = Render<LogViewMenu>(parameters =>
            parameters.Add(m => m.Query, "level>=error").Add(m => m.UrlOf, query => $"/logs?q={query}")
        );
        menu.WaitForAssertion(() => Assert.Equal("/logs?q=timeout", menu.Find("a.menu-item").GetAttribute("href")), Patience);

        await PressAsync(menu, "Save this view…");
        dialogs.WaitForAssertion(() => Assert.Equal("level>=error", Field(dialogs, "Search").GetAttribute("value")), Patience);
        Assert.True(Field(dialogs, "Shared with everybody").HasAttribute("disabled"));
        Assert.EndsWith(
            "Sharing views requires the permission registry:operate.",
            DescriptionOf(dialogs, "Shared with everybody"),
            StringComparison.Ordinal
        );
        Write(dialogs, "Name", "Errors");
        await dialogs.Find("form").SubmitAsync();
        menu.WaitForAssertion(
            () => Assert.Equal("true", menu.Find("a[href='/logs?q=level>=error']").GetAttribute("aria-current")),
            Patience
        );

        await PressAsync(menu, "Manage views…");
        dialogs.WaitForElement("button[aria-label='Delete Errors']", Patience).Click();
        Assert.Empty(dialogs.FindAll("button[aria-label='Delete Timeouts']"));
        dialogs.WaitForAssertion(
            () => dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Delete view").Click(),
            Patience
        );
        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll("button[aria-label='Delete Errors']")), Patience);
    }

    private async Task PlaceAsync(AlertsWorld world, User who, params string[] policies)
    {
        var scope = (await world.Registry.CallAsAsync(who)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Clock);
        Services.AddSingleton(scope.GetRequiredService<Signal<RegistryChange>>());
        Services.AddSingleton(scope.GetRequiredService<CurrentUser>());
        Services.AddSingleton(scope.GetRequiredService<AlertService>());
        Services.AddSingleton(scope.GetRequiredService<AlertPreviewer>());
        Services.AddSingleton(scope.GetRequiredService<LogViewService>());
        Reader.SetPolicies(policies);
    }
}
