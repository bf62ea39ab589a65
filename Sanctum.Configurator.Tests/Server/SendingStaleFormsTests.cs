using System.Net;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Forms that were valid once: nobody who sends one is left with a blank page.</summary>
public sealed class SendingStaleFormsTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_second_of_two_sign_in_tabs_leads_on()
    {
        using var browser = console.Stranger();
        var old = await browser.MarkOnAsync("/account/login?ReturnUrl=%2Flogs");
        await browser.LogInAsync(ConsoleServer.Administrator, ConsoleServer.Password);

        var answer = await SendAsync(browser, "/account/login?ReturnUrl=%2Flogs", "log-in", old);
        var led = await browser.GetAsync(answer.Headers.Location!.ToString());

        Assert.Equal(
            (HttpStatusCode.SeeOther, HttpStatusCode.Found, "/logs"),
            (answer.StatusCode, led.StatusCode, new Uri(console.Address, led.Headers.Location!).AbsolutePath)
        );
    }

    [Theory]
    [InlineData("blocks cookies")]
    [InlineData("another key ring")]
    [InlineData("nothing")]
    public async Task A_form_that_is_not_valid_comes_again_with_a_sentence(string why)
    {
        using var browser = console.Stranger();
        using var other = console.Stranger();
        var mark = why == "nothing" ? "" : await browser.MarkOnAsync("/account/login?ReturnUrl=%2Flogs");

        var sender = why == "blocks cookies" ? other : browser;
        var answer = await SendAsync(
            sender,
            "/account/login?ReturnUrl=%2Flogs",
            "log-in",
            why == "another key ring" ? $"CfDJ8{mark[5..].Reverse().Aggregate("", (s, c) => s + c)}" : mark
        );
        var again = await sender.ReadAsync(answer.Headers.Location!.ToString());

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Contains("ReturnUrl=%2Flogs", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Contains("role=\"alert\"", again, StringComparison.Ordinal);
        Assert.Contains("name=\"Form.Password\"", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_another_form_is_sent_after_it_it_works()
    {
        using var browser = console.Stranger();
        var refused = await SendAsync(browser, "/account/login", "log-in", "nothing");

        Assert.Equal(
            HttpStatusCode.Found,
            (await browser.LogInAsync(ConsoleServer.Administrator, ConsoleServer.Password, refused.Headers.Location!.ToString())).StatusCode
        );
    }

    [Fact]
    public async Task The_form_of_the_password_comes_again_too()
    {
        using var browser = await console.SignInAsync(ConsoleServer.Administrator);

        var answer = await SendAsync(browser, "/account/password", "password", "nothing");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Contains("role=\"alert\"", await browser.ReadAsync(answer.Headers.Location!.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_tab_signs_out_but_a_page_elsewhere_does_not()
    {
        using var browser = await console.SignInAsync(ConsoleServer.Administrator);
        var elsewhere = await SendAsync(browser, "/account/logout", "", "nothing");
        Assert.Equal(
            (HttpStatusCode.Found, HttpStatusCode.OK),
            (elsewhere.StatusCode, (await browser.GetAsync("/account/sessions")).StatusCode)
        );

        var here = new FormUrlEncodedContent([]);
        var request = new HttpRequestMessage(HttpMethod.Post, "/account/logout") { Content = here };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/account/sessions")).StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(Caller browser, string path, string form, string mark) =>
        browser.PostAsync(
            path,
            new FormUrlEncodedContent([
                new("_handler", form),
                new("__RequestVerificationToken", mark),
                new("Form.UserName", ConsoleServer.Administrator),
                new("Form.Password", ConsoleServer.Password),
            ])
        );
}
