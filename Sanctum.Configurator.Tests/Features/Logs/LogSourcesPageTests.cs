using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Logs;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;

namespace Sanctum.Configurator.Tests.Features.Logs;

public sealed class LogSourcesPageTests : KitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_file_is_followed_paused_and_removed_on_the_page()
    {
        await using var world = await LogFilesWorld.CreateAsync();
        var path = world.Write("app.log", "one\ntwo\n");
        await PlaceAsync(world, world.Administrator, Policies.ReadLogs, Policies.ManageLogs);
        var page = Render<LogSourcesPage>();
        var dialogs = Overlays;
        page.WaitForAssertion(() => Assert.Contains("No followed files", page.Markup), Patience);

        page.FindAll("button").Single(button => button.TextContent.Trim() == "Follow a file…").Click();
        dialogs.WaitForElement("form", Patience);
        Path(dialogs).Input("app.log");
        await dialogs.Find("form").SubmitAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("Enter the full path of a file", dialogs.Markup), Patience);
        Path(dialogs).Input(path);
        await dialogs.Find("form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Waiting for the file", page.Markup), Patience);

        await world.SettleAsync();
        world.Registry.Clock.Advance(TimeSpan.FromSeconds(2));
        page.WaitForAssertion(() => Assert.Contains("Following", page.Markup), Patience);
        Assert.Contains("8 B of 8 B", page.Markup, StringComparison.Ordinal);
        Item(page, "Pause").Click();
        page.WaitForAssertion(() => Assert.Contains("Paused", page.Markup), Patience);
        Item(page, "Remove").Click();
        dialogs.WaitForAssertion(() => dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Remove").Click(), Patience);
        page.WaitForAssertion(() => Assert.Contains("No followed files", page.Markup), Patience);
    }

    [Fact]
    public async Task A_reader_sees_the_files_and_no_button_that_would_refuse_him()
    {
        await using var world = await LogFilesWorld.CreateAsync();
        world.Write("smcp/logs/mcp_server.log", "");
        await world.AddAsync(System.IO.Path.Join(System.IO.Path.GetTempPath(), "nowhere-at-all.log"));
        await PlaceAsync(world, await world.Registry.AddUserAsync("vera", UserRole.Viewer), Policies.ReadLogs);
        var page = Render<LogSourcesPage>();

        page.WaitForAssertion(
            () => Assert.Contains(System.IO.Path.Join(System.IO.Path.GetTempPath(), "nowhere-at-all.log"), page.Markup),
            Patience
        );
        Assert.Empty(page.FindAll(".page-actions button, td button"));
        Assert.DoesNotContain("mcp_server", page.Markup, StringComparison.Ordinal);
    }

    private static AngleSharp.Dom.IElement Path(IRenderedComponent<Overlays> dialogs) =>
        dialogs.Find(
            $"#{dialogs.FindAll("label").Single(label => label.TextContent.Trim().StartsWith("Path", StringComparison.Ordinal)).GetAttribute("for")}"
        );

    private static AngleSharp.Dom.IElement Item(IRenderedComponent<LogSourcesPage> page, string text) =>
        page.FindAll(".menu-item").Single(item => item.TextContent.Trim() == text);

    private async Task PlaceAsync(LogFilesWorld world, User user, params string[] policies)
    {
        var scope = (await world.Registry.CallAsAsync(user)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<LogFileService>());
        Services.AddSingleton(scope.GetRequiredService<CurrentUser>());
        Reader.SetAuthorized(user.UserName!);
        Reader.SetPolicies(policies);
    }
}
