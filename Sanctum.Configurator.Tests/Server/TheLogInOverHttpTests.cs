using System.Net;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>What needs no console of its own: together they sign in less often than the limit on tries allows.</summary>
public sealed partial class TheLogInOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_leads_a_stranger_to_the_log_in_and_back_after_it()
    {
        using var browser = console.Stranger();

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
        Assert.Equal("/account/sessions", new Uri(console.Address, entered.Headers.Location!).AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/sessions")).StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    public async Task A_return_address_elsewhere_is_not_followed(string elsewhere)
    {
        using var browser = console.Stranger();

        var entered = await browser.LogInAsync(
            ConsoleServer.Administrator,
            ConsoleServer.Password,
            $"/account/login?returnUrl={Uri.EscapeDataString(elsewhere)}"
        );

        Assert.Equal(new Uri(console.Address, Urls.Home), new Uri(console.Address, entered.Headers.Location!));
    }

    [Fact]
    public async Task The_cookie_is_closed_to_scripts_and_holds_no_name_or_role()
    {
        using var browser = console.Stranger();

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
    public async Task Without_a_trusted_proxy_forwarded_headers_are_nobodys_word()
    {
        using var http = new HttpClient { BaseAddress = console.Address };
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        Assert.False((await http.GetAsync("/account/login", Cancel)).Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Another_sites_form_signs_nobody_out()
    {
        using var browser = await console.SignInAsync(ConsoleServer.Administrator);

        await browser.SendAsync(HttpMethod.Post, "/account/logout");

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/sessions")).StatusCode);
    }

    [Fact]
    public async Task The_log_in_page_weighs_no_more_than_60_kB_and_runs_no_circuit()
    {
        using var browser = console.Stranger();

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
        using var browser = console.Stranger();

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
        using var browser = console.Stranger();

        Assert.NotEqual(HttpStatusCode.Unauthorized, (await browser.SendAsync(HttpMethod.Post, "/_blazor/disconnect")).StatusCode);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await browser.SendAsync(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1")).StatusCode
        );
    }

    [GeneratedRegex("(?:src|href)=\"(?<path>[^\"]+\\.(?:css|js|svg)[^\"]*)\"")]
    private static partial Regex Parts();
}
