using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Each test has its own console: the limit on tries counts by address, and all of them come from this machine.</summary>
public sealed partial class SigningInOverHttpTests : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private readonly ConsoleServer _console = new();

    [Fact]
    public async Task A_page_leads_a_stranger_to_the_log_in_and_back_after_it()
    {
        await _console.InitializeAsync();
        using var browser = _console.Stranger();

        var turned = await browser.GetAsync("/account/sessions");
        Assert.Equal(
            (HttpStatusCode.Found, "/account/login?returnUrl=%2Faccount%2Fsessions"),
            (turned.StatusCode, turned.Headers.Location!.OriginalString)
        );
        var entered = await browser.LogInAsync(
            ConsoleServer.Administrator,
            ConsoleServer.Password,
            turned.Headers.Location!.OriginalString
        );

        Assert.Equal(HttpStatusCode.Found, entered.StatusCode);
        Assert.Equal("/account/sessions", new Uri(_console.Address, entered.Headers.Location!).AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/sessions")).StatusCode);
    }

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

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    public async Task A_return_address_elsewhere_is_not_followed(string elsewhere)
    {
        await _console.InitializeAsync();
        using var browser = _console.Stranger();

        var entered = await browser.LogInAsync(
            ConsoleServer.Administrator,
            ConsoleServer.Password,
            $"/account/login?returnUrl={Uri.EscapeDataString(elsewhere)}"
        );

        Assert.Equal(new Uri(_console.Address, Urls.Home), new Uri(_console.Address, entered.Headers.Location!));
    }

    [Fact]
    public async Task The_cookie_is_closed_to_scripts_and_holds_no_name_or_role()
    {
        await _console.InitializeAsync();
        using var browser = _console.Stranger();

        var entered = await browser.LogInAsync(ConsoleServer.Administrator, ConsoleServer.Password);

        var cookie = Assert.Single(
            entered.Headers.GetValues("Set-Cookie"),
            c => c.StartsWith("sanctum_session=", StringComparison.Ordinal)
        );
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);
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
    public async Task Without_a_trusted_proxy_forwarded_headers_are_nobodys_word()
    {
        await _console.InitializeAsync();
        using var http = new HttpClient { BaseAddress = _console.Address };
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        Assert.False((await http.GetAsync("/account/login", Cancel)).Headers.Contains("Strict-Transport-Security"));
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
    public async Task Another_sites_form_signs_nobody_out()
    {
        await _console.InitializeAsync();
        using var browser = await _console.SignInAsync(ConsoleServer.Administrator);

        await browser.SendAsync(HttpMethod.Post, "/account/logout");

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/sessions")).StatusCode);
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

    [Fact]
    public async Task The_log_in_page_weighs_no_more_than_60_kB_and_runs_no_circuit()
    {
        await _console.InitializeAsync();
        using var browser = _console.Stranger();

        var page = await browser.ReadAsync("/account/login");
        var weight = page.Length;
        foreach (Match part in Parts().Matches(page))
        {
            var answer = await browser.GetAsync("/" + part.Groups["path"].Value.TrimStart('/'));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            weight += (await answer.Content.ReadAsByteArrayAsync(Cancel)).Length;
        }

        Assert.InRange(weight, 1000, 60_000);
        Assert.DoesNotContain("blazor.web.js", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/account/login")]
    [InlineData("/users")]
    [InlineData("/api/users")]
    [InlineData("/app.css")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        await _console.InitializeAsync();
        using var browser = _console.Stranger();

        var headers = (await browser.GetAsync(path)).Headers;

        var policy = Assert.Single(headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(headers.GetValues("Referrer-Policy")));
        Assert.False(headers.Contains("Server"));
    }

    [Fact]
    public async Task The_page_of_an_ended_session_may_say_that_it_goes()
    {
        await _console.InitializeAsync();
        using var browser = _console.Stranger();

        Assert.NotEqual(HttpStatusCode.Unauthorized, (await browser.SendAsync(HttpMethod.Post, "/_blazor/disconnect")).StatusCode);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await browser.SendAsync(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1")).StatusCode
        );
    }

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    /// <summary>The page without what differs at every loading.</summary>
    private static string Bare(string page) => Changing().Replace(page, "");

    [GeneratedRegex("value=\"CfDJ8[^\"]*\"|<!--Blazor-Server-Component-State:.*?-->")]
    private static partial Regex Changing();

    [GeneratedRegex("(?:src|href)=\"(?<path>[^\"]+\\.(?:css|js|svg)[^\"]*)\"")]
    private static partial Regex Parts();
}
