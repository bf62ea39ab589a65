using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Each test has its own console: the limit on tries counts by address, and all of them come from this machine.</summary>
public sealed partial class SigningInOverHttpTests : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private readonly ConsoleServer _console = new();

    [Fact]
    public async Task Whoever_had_a_session_is_told_that_it_has_ended()
    {
        await _console.InitializeAsync();
        using var browser = await _console.SignInAsync(ConsoleServer.Administrator);
        using var root = _console.WithKey(ConsoleServer.FirstKey);
        await root.SendAsync(HttpMethod.Post, "/api/users/1/sign-out");

        var turned = (await browser.GetAsync("/account/sessions")).Headers.Location!.OriginalString;

        Assert.Equal("/account/login?returnUrl=%2Faccount%2Fsessions&ended=1", turned);
        Assert.Contains("Your session has ended.", await browser.ReadAsync(turned), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "ended",
            (await browser.GetAsync("/account/sessions")).Headers.Location!.OriginalString,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_with_https_the_cookie_is_secure_and_https_is_demanded()
    {
        _console.Set("Proxies:Trusted", "127.0.0.1, ::1");
        await _console.InitializeAsync();
        using var http = new HttpClient { BaseAddress = _console.Address };
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        var page = await http.GetAsync("/account/login", Cancel);

        Assert.Contains("secure", Assert.Single(page.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
        Assert.True(page.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Known_and_unknown_names_get_the_same_page()
    {
        await _console.InitializeAsync();
        using var browser = _console.Stranger();

        var known = await (await browser.LogInAsync(ConsoleServer.Administrator, "wrong password here")).Content.ReadAsStringAsync(Cancel);
        var unknown = await (await browser.LogInAsync("nobody", "wrong password here")).Content.ReadAsStringAsync(Cancel);

        Assert.Contains("role=\"alert\"", known, StringComparison.Ordinal);
        Assert.Contains("aria-describedby=\"refusal\"", known, StringComparison.Ordinal);
        Assert.Equal(Bare(known).Replace("root", "nobody", StringComparison.Ordinal), Bare(unknown));
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account()
    {
        await _console.InitializeAsync();
        using var browser = _console.Stranger();
        for (var tries = 0; tries < 5; tries++)
        {
            await browser.LogInAsync(ConsoleServer.Administrator, "wrong password here");
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.LogInAsync(ConsoleServer.Administrator, ConsoleServer.Password)).StatusCode);
    }

    [Fact]
    public async Task The_eleventh_try_within_a_minute_is_turned_away_with_a_page_and_a_time_to_wait()
    {
        await _console.InitializeAsync();
        using var browser = _console.Stranger();
        for (var tries = 0; tries < 10; tries++)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.LogInAsync($"nobody{tries}", "wrong password here")).StatusCode);
        }

        var turnedAway = await browser.LogInAsync(ConsoleServer.Administrator, ConsoleServer.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, turnedAway.StatusCode);
        Assert.InRange(turnedAway.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Contains("Too many attempts", await turnedAway.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/login")).StatusCode);
    }

    [Fact]
    public async Task Deactivating_a_user_ends_his_requests_at_once()
    {
        await _console.InitializeAsync();
        var id = await _console.AddUserAsync("ada", "viewer");
        using var browser = await _console.SignInAsync("ada");
        using var root = _console.WithKey(ConsoleServer.FirstKey);
        var read = await root.GetAsync($"/api/users/{id}");

        var changed = await root.SendAsync(
            HttpMethod.Put,
            $"/api/users/{id}",
            new
            {
                username = "ada",
                role = "viewer",
                is_active = false,
            },
            read.Headers.ETag!.Tag
        );

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/account/sessions")).StatusCode);
        using var again = _console.Stranger();
        Assert.Equal(HttpStatusCode.OK, (await again.LogInAsync("ada", ConsoleServer.Password)).StatusCode);
    }

    [Fact]
    public async Task A_change_needs_the_version_it_was_read_with()
    {
        await _console.InitializeAsync();
        var id = await _console.AddUserAsync("ada", "viewer");
        using var root = _console.WithKey(ConsoleServer.FirstKey);
        var tag = (await root.GetAsync($"/api/users/{id}")).Headers.ETag!.Tag;
        object ada = new
        {
            username = "ada",
            role = "user",
            is_active = true,
        };

        Assert.Equal(HttpStatusCode.PreconditionRequired, (await root.SendAsync(HttpMethod.Put, $"/api/users/{id}", ada)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await root.SendAsync(HttpMethod.Put, $"/api/users/{id}", ada, tag)).StatusCode);
        var stale = await root.SendAsync(HttpMethod.Put, $"/api/users/{id}", ada, tag);

        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        Assert.Equal("application/problem+json", stale.Content.Headers.ContentType!.MediaType);
        Assert.Equal("user", (string)(await stale.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["current"]!["role"]!);
    }

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    /// <summary>The page without what differs at every loading.</summary>
    private static string Bare(string page) => Changing().Replace(page, "");

    [GeneratedRegex("value=\"CfDJ8[^\"]*\"|<!--Blazor-Server-Component-State:.*?-->")]
    private static partial Regex Changing();
}
