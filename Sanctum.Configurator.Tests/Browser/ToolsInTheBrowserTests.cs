using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Features.Tools.Curl;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

public sealed class ToolsInTheBrowserTests(BrowserRun run, BrowserConsole console) : BrowserTest(run), IClassFixture<BrowserConsole>
{
    private const string Token = "canary-7f3a9c51e2d84b60";

    [Fact]
    public async Task An_administrator_pastes_a_command_sees_no_secret_of_it_tries_the_tool_and_deletes_it()
    {
        await using var server = new EchoServer();
        var page = await OpenAsync(console, "/tools");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "From cURL…" }).ClickAsync();
        await dialog.GetByLabel("Command").FillAsync("curl 'http://");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Read it" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("at character");

        await dialog
            .GetByLabel("Command")
            .FillAsync($"curl -X PUT http://{server.Host}/v1/lamp -H 'Authorization: Bearer {Token}' -d on=1 --local-port 1024");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Read it" }).ClickAsync();
        await Expect(dialog.Locator("pre")).ToContainTextAsync("Authorization: Bearer {{secret:authorization}}");
        await Expect(dialog).ToContainTextAsync("Left out");
        Assert.DoesNotContain(Token, await dialog.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByLabel("Name").FillAsync("Lamp");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create and try" }).ClickAsync();

        await Expect(dialog).ToContainTextAsync("runs once");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Run succeeded");
        Assert.Equal("PUT", server.Take()?.Method);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).Last.ClickAsync();

        var row = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Lamp" });
        await Expect(row).ToContainTextAsync("Healthy");
        await row.GetByLabel("More for Lamp").ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Disable" }).ClickAsync();
        await Expect(row).ToContainTextAsync("Disabled");
        await row.GetByLabel("More for Lamp").ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete tool" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_key_opens_a_card_and_an_instance_is_configured_by_the_form_of_its_schema()
    {
        var page = await OpenAsync(console, "/tools");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add tool…" }).ClickAsync();
        await dialog.GetByLabel("Name").FillAsync("A mailer");
        await dialog
            .GetByLabel("Schema of its instances' configuration")
            .FillAsync(
                """{"type": "object", "required": ["host"], "properties": {"host": {"type": "string", "title": "Host"}, "port": {"type": "integer", "title": "Port", "maximum": 65535}, "tls": {"type": "boolean", "title": "Encrypted"}, "password": {"type": "string", "title": "Password", "writeOnly": true}, "to": {"type": "array", "title": "Recipients", "items": {"type": "string", "format": "email"}}}}"""
            );
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "A mailer" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Add instance…" }).ClickAsync();
        await dialog.GetByLabel("Port").FillAsync("70000");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add to Recipients" }).ClickAsync();
        await dialog.GetByLabel("Recipients 1", new() { Exact = true }).FillAsync("ada");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("This is required.");
        await Expect(dialog).ToContainTextAsync("This must be at most 65535.");
        await Expect(dialog).ToContainTextAsync("This is not a valid e-mail address.");
        Assert.Empty(await page.FindFaultsAsync());
        await dialog.GetByLabel("Host").FillAsync("mail.example.org");
        await dialog.GetByLabel("Port").FillAsync("587");
        await dialog.GetByLabel("Recipients 1", new() { Exact = true }).FillAsync("ada@example.org");
        await dialog.GetByLabel("Password").FillAsync(Token);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);

        await page.GetByLabel("More for A mailer").Last.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Configure…" }).ClickAsync();
        await Expect(dialog.GetByLabel("Host")).ToHaveValueAsync("mail.example.org");
        await Expect(dialog).ToContainTextAsync("Leave empty to keep the stored secret.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Edit as JSON" }).ClickAsync();
        await Expect(dialog.GetByLabel("Configuration")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("secret:password"));
        Assert.DoesNotContain(Token, await page.ContentAsync(), StringComparison.Ordinal);

        await page.GotoAsync(new Uri(console.Address, "/tools").ToString());
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Open A mailer" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("1");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "A mailer" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_viewer_sees_the_page_and_no_act()
    {
        var page = await OpenAsync(console, "/tools", BrowserConsole.Vera);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Tools", Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "From cURL…" })).ToHaveCountAsync(0);
    }
}
