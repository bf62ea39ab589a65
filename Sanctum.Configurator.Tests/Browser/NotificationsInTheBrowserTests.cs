using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class NotificationsInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    [Fact]
    public async Task The_bell_rings_on_an_open_page_and_a_channel_is_tested_and_added()
    {
        await using var receiver = await FakeReceiver.StartAsync();
        var page = await OpenAsync(console, "/agents");
        var bell = page.GetByLabel("Notifications, ");
        await console
            .Services.GetRequiredService<Notifier>()
            .RaiseAsync(
                new(NoticeLevel.Error, NoticeSources.Jobs, "The nightly job failed")
                {
                    Message = "Look at its log.",
                    Link = "/notifications?source=jobs",
                    GroupKey = "job:1",
                },
                Cancel
            );
        await Expect(bell).ToBeVisibleAsync();
        await bell.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Mark all as read" })).ToBeVisibleAsync();
        Assert.Empty(await page.FindFaultsAsync());
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("The nightly job failed") }).ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "The nightly job failed" });
        await Expect(row).ToContainTextAsync("by root");

        await page.GetByRole(AriaRole.Tab, new() { Name = "Channels" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add channel…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Enter the full address");
        await dialog.GetByLabel("Name").FillAsync("Hook");
        await dialog.GetByLabel(new Regex("^Address")).FillAsync($"{receiver.Address}hook");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("accepted the message (HTTP 200)");
        Assert.Equal(["Test from Sanctum"], receiver.All.Single().Titles);
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Hook" })).ToContainTextAsync("Not used yet");
        Assert.Empty(await page.FindFaultsAsync());
    }

    [Fact]
    public async Task A_viewer_sees_the_channels_and_changes_none()
    {
        var page = await OpenAsync(console, "/notifications?tab=channels", BrowserConsole.Vera);

        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = "Channels" })).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^(Add channel|Test|More for)") })).ToHaveCountAsync(0);
    }
}
