using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Each test has its own console: the limit on tries counts by address, and all of them come from this machine.</summary>
public sealed class ChangingAPasswordOverHttpTests : IAsyncDisposable
{
    private const string New = "eleven purple bicycles";
    private const string Page = "/account/password";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private readonly ConsoleServer _console = new();

    [Fact]
    public async Task The_form_changes_it_and_only_this_browser_stays_signed_in()
    {
        await _console.InitializeAsync();
        using var here = await _console.SignInAsync(ConsoleServer.Administrator);
        using var there = await _console.SignInAsync(ConsoleServer.Administrator);
        using var thief = _console.Stranger();
        thief.Cookies.Add(here.Cookies.GetCookies(_console.Address));
        Assert.Equal(HttpStatusCode.OK, (await thief.GetAsync(Page)).StatusCode);

        var changed = await ChangeAsync(here, ConsoleServer.Password, New);

        Assert.Equal(
            (HttpStatusCode.Found, $"{Page}?changed=1"),
            (changed.StatusCode, new Uri(_console.Address, changed.Headers.Location!).PathAndQuery)
        );
        Assert.Contains("Your password is changed", await here.ReadAsync($"{Page}?changed=1"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/account/sessions")).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await there.GetAsync("/account/sessions")).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await thief.GetAsync("/account/sessions")).StatusCode);
        using var again = _console.Stranger();
        Assert.Equal(HttpStatusCode.OK, (await again.LogInAsync(ConsoleServer.Administrator, ConsoleServer.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await again.LogInAsync(ConsoleServer.Administrator, New)).StatusCode);
    }

    [Fact]
    public async Task A_wrong_present_password_is_told_beside_its_field_and_the_page_stays()
    {
        await _console.InitializeAsync();
        using var here = await _console.SignInAsync(ConsoleServer.Administrator);

        var page = await (await ChangeAsync(here, "wrong password here", New)).Content.ReadAsStringAsync(Cancel);

        Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
        Assert.Contains("The current password is wrong.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong password here", page, StringComparison.Ordinal);
        Assert.DoesNotContain(New, page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/account/sessions")).StatusCode);
    }

    [Fact]
    public async Task Another_sites_form_changes_nothing()
    {
        await _console.InitializeAsync();
        using var here = await _console.SignInAsync(ConsoleServer.Administrator);

        var forged = await here.SendAsync(HttpMethod.Post, Page);

        Assert.Equal(HttpStatusCode.SeeOther, forged.StatusCode);
        Assert.Contains("stale=1", $"{forged.Headers.Location}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_changes_its_owners_password_with_the_present_one_only()
    {
        await _console.InitializeAsync();
        using var browser = await _console.SignInAsync(ConsoleServer.Administrator);
        using var key = _console.WithKey(await _console.CreateKeyAsync("settings:read"));

        var without = await key.SendAsync(HttpMethod.Put, "/api/me/password", new { new_password = New });
        var wrong = await key.SendAsync(
            HttpMethod.Put,
            "/api/me/password",
            new { current_password = "wrong password here", new_password = New }
        );
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/sessions")).StatusCode);
        var right = await key.SendAsync(
            HttpMethod.Put,
            "/api/me/password",
            new { current_password = ConsoleServer.Password, new_password = New }
        );

        foreach (var refused in new[] { without, wrong })
        {
            Assert.Equal(
                (HttpStatusCode.BadRequest, "application/problem+json"),
                (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType)
            );
            Assert.NotNull((await refused.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["errors"]!["current_password"]);
        }

        Assert.Equal(HttpStatusCode.NoContent, right.StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/account/sessions")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await key.GetAsync("/api/settings")).StatusCode);
    }

    [Fact]
    public async Task A_user_is_made_with_extra_permissions_and_deleted_over_the_api()
    {
        await _console.InitializeAsync();
        using var root = _console.WithKey(ConsoleServer.FirstKey);
        static object Named(string name, params string[] permissions) =>
            new
            {
                username = name,
                role = "viewer",
                permissions,
                password = ConsoleServer.Password,
            };

        var made = (
            await (await root.SendAsync(HttpMethod.Post, "/api/users", Named("ada", "letta:test"))).Content.ReadFromJsonAsync<JsonNode>(
                Cancel
            )
        )!;
        var refused = await root.SendAsync(HttpMethod.Post, "/api/users", Named("eve", "letta:tset"));
        using var browser = await _console.SignInAsync("ada");
        var deleted = await root.SendAsync(HttpMethod.Delete, $"/api/users/{made["id"]}");

        Assert.Equal("letta:test", (string?)Assert.Single(made["permissions"]!.AsArray()));
        Assert.Contains(
            "letta:tset",
            (string?)(await refused.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["errors"]!["permissions"]![0],
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await root.GetAsync($"/api/users/{made["id"]}")).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/account/sessions")).StatusCode);
    }

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    private static Task<HttpResponseMessage> ChangeAsync(Caller caller, string current, string password) =>
        caller.SubmitAsync(
            Page,
            "password",
            ("Form.CurrentPassword", current),
            ("Form.NewPassword", password),
            ("Form.Repeated", password)
        );
}
