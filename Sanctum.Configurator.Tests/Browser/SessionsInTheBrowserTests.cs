using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sanctum.Configurator.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Sanctum.Configurator.Tests.Browser;

/// <summary>What an open page does when its session ends or its rights change: the circuit is real.</summary>
public sealed class SessionsInTheBrowserTests(BrowserRun run) : BrowserTest(run)
{
    private readonly ConsoleServer _console = new();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await _console.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _console.DisposeAsync();
    }

    [Fact]
    public async Task Revoking_all_other_sessions_turns_their_open_pages_out()
    {
        var here = await SignInAsync(ConsoleServer.Administrator, "/account/sessions");
        var there = await SignInAsync(ConsoleServer.Administrator, "/account/sessions");
        var sessions = here.GetByRole(AriaRole.Table, new() { Name = "Your sessions" }).GetByRole(AriaRole.Row);
        await Expect(sessions).ToHaveCountAsync(3);

        await here.GetByRole(AriaRole.Button, new() { Name = "Revoke all others" }).ClickAsync();

        await Expect(there.GetByText("Your session has ended")).ToBeVisibleAsync();
        await Expect(sessions).ToHaveCountAsync(2);
        await Expect(here.GetByText("This one")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Changing_ones_password_turns_the_others_out_and_leaves_ones_own_pages_open()
    {
        const string New = "eleven purple bicycles";
        var here = await SignInAsync(ConsoleServer.Administrator, "/account/sessions");
        var there = await SignInAsync(ConsoleServer.Administrator, "/account/sessions");
        var beside = await here.Context.NewPageAsync();
        await beside.GotoAsync(new Uri(_console.Address, "/system-settings").ToString());
        await beside.GetByLabel("Sanctum folder", new() { Exact = true }).FillAsync("~/typed before");
        await beside.EvaluateAsync("() => { window.isNotLoadedAgain = true; }");

        await here.GetByLabel($"Account of {ConsoleServer.Administrator}").ClickAsync();
        await here.GetByRole(AriaRole.Link, new() { Name = "Password" }).ClickAsync();
        await here.GetByLabel("Current password").FillAsync(ConsoleServer.Password);
        await here.GetByLabel("New password", new() { Exact = true }).FillAsync(New);
        await here.GetByLabel("The new password again").FillAsync(New);
        await here.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();

        await Expect(here.GetByRole(AriaRole.Heading, new() { Name = "Your password is changed" })).ToBeVisibleAsync();
        await Expect(there.GetByText("Your session has ended")).ToBeVisibleAsync();
        await beside.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(beside.GetByLabel("Sanctum folder", new() { Exact = true })).ToHaveValueAsync("~/sanctum");
        Assert.True(await beside.EvaluateAsync<bool>("() => window.isNotLoadedAgain === true"));
        await here.GetByRole(AriaRole.Link, new() { Name = "Back to the console" }).ClickAsync();
        await Expect(here.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_user_is_deleted_after_typing_the_name()
    {
        await _console.AddUserAsync("ada", "viewer");
        var page = await SignInAsync(ConsoleServer.Administrator, "/users");
        var users = page.GetByRole(AriaRole.Table, new() { Name = "Users" });
        await page.GetByLabel($"More for {ConsoleServer.Administrator}").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete" })).ToBeHiddenAsync();

        await page.GetByLabel("More for ada").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByLabel("Type ada to confirm").FillAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete user" }).ClickAsync();

        await Expect(page.GetByText("ada was deleted.")).ToBeVisibleAsync();
        await Expect(users).Not.ToContainTextAsync("ada");
    }

    [Fact]
    public async Task Losing_the_role_takes_the_open_page_away()
    {
        var id = await _console.AddUserAsync("ada", "admin");
        var page = await SignInAsync("ada", "/users");
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Users" })).ToBeVisibleAsync();
        using var root = _console.WithKey(ConsoleServer.FirstKey);
        var tag = (await root.GetAsync($"/api/users/{id}")).Headers.ETag!.Tag;

        await root.SendAsync(
            HttpMethod.Put,
            $"/api/users/{id}",
            new
            {
                username = "ada",
                role = "viewer",
                is_active = true,
            },
            tag
        );

        await Expect(page.GetByText("Access denied")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Being_deactivated_turns_the_open_page_out()
    {
        var id = await _console.AddUserAsync("ada", "viewer");
        var page = await SignInAsync("ada", "/account/sessions");
        await Expect(page.GetByText("This one")).ToBeVisibleAsync();
        using var root = _console.WithKey(ConsoleServer.FirstKey);
        var tag = (await root.GetAsync($"/api/users/{id}")).Headers.ETag!.Tag;

        await root.SendAsync(
            HttpMethod.Put,
            $"/api/users/{id}",
            new
            {
                username = "ada",
                role = "viewer",
                is_active = false,
            },
            tag
        );

        await Expect(page.GetByText("Your session has ended")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_whoever_holds_the_cookie()
    {
        var page = await SignInAsync(ConsoleServer.Administrator, "/account/sessions");
        using var thief = _console.Stranger();
        foreach (var cookie in await page.Context.CookiesAsync())
        {
            thief.Cookies.Add(new System.Net.Cookie(cookie.Name, cookie.Value, cookie.Path, cookie.Domain));
        }

        Assert.Equal(System.Net.HttpStatusCode.OK, (await thief.GetAsync("/account/sessions")).StatusCode);

        await page.GetByLabel($"Account of {ConsoleServer.Administrator}").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(page.GetByText("You are signed out")).ToBeVisibleAsync();
        Assert.Equal(System.Net.HttpStatusCode.Found, (await thief.GetAsync("/account/sessions")).StatusCode);
    }

    [Fact]
    public async Task A_user_whom_somebody_else_adds_appears_on_the_open_page()
    {
        var page = await SignInAsync(ConsoleServer.Administrator, "/users");
        var users = page.GetByRole(AriaRole.Table, new() { Name = "Users" });
        await Expect(users).ToContainTextAsync(ConsoleServer.Administrator);

        await _console.AddUserAsync("ada", "viewer");

        await Expect(users).ToContainTextAsync("ada");
    }

    [Fact]
    public async Task An_administrator_adds_a_user_and_makes_a_key()
    {
        var page = await SignInAsync(ConsoleServer.Administrator, "/users");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add user" }).ClickAsync();
        await page.GetByLabel("User name").FillAsync("ada");
        var password = page.GetByLabel(new Regex("^Password"));
        await password.FillAsync("password1234");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("one of the most common passwords")).ToBeVisibleAsync();
        await password.FillAsync(ConsoleServer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Users" })).ToContainTextAsync("ada");

        await page.GotoAsync(new Uri(_console.Address, "/account/api-keys").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key…" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("backup script");
        await page.GetByLabel("settings:read").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key", Exact = true }).ClickAsync();

        var key = await page.GetByRole(AriaRole.Button, new() { Name = "Copy the key" }).GetAttributeAsync("data-copy");
        using var program = _console.WithKey(key!);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await program.GetAsync("/api/users")).StatusCode);
    }

    private async Task<IPage> SignInAsync(string name, string path)
    {
        var page = await OpenAsStrangerAsync();
        await page.GotoAsync(new Uri(_console.Address, path).ToString());
        await page.GetByLabel("User name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(ConsoleServer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).Not.ToHaveTextAsync("Sign in");
        return page;
    }
}
