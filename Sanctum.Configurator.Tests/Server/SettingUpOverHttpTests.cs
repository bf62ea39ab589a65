using System.Net;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class SettingUpOverHttpTests : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private readonly ConsoleServer _console = new();

    public SettingUpOverHttpTests()
    {
        _console.Set("SANCTUM_ADMIN_USERNAME", null);
        _console.Set("SANCTUM_ADMIN_PASSWORD", null);
        _console.Set("SANCTUM_API_KEY", null);
    }

    [Fact]
    public async Task The_first_start_writes_a_link_that_only_its_owner_reads_and_that_makes_one_administrator()
    {
        await _console.InitializeAsync();
        var link = await LinkAsync();
        Assert.StartsWith(_console.Address.ToString(), link, StringComparison.Ordinal);
        Assert.True(
            OperatingSystem.IsWindows() || File.GetUnixFileMode(_console.SetUpLinkFile) == (UnixFileMode.UserRead | UnixFileMode.UserWrite)
        );
        using var browser = _console.Stranger();
        var path = new Uri(link).PathAndQuery;

        var refused = await SubmitAsync(browser, path, "password1234");
        Assert.Contains("common", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        var made = await SubmitAsync(browser, path, ConsoleServer.Password);

        Assert.Equal(HttpStatusCode.Found, made.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/users")).StatusCode);
        Assert.False(File.Exists(_console.SetUpLinkFile));
        using var second = _console.Stranger();
        var again = await second.GetAsync(path);
        Assert.Equal(
            (HttpStatusCode.Found, "/account/login"),
            (again.StatusCode, new Uri(_console.Address, again.Headers.Location!).AbsolutePath)
        );
    }

    [Theory]
    [InlineData("/setup")]
    [InlineData("/setup?token=")]
    [InlineData("/setup?token=guess")]
    public async Task Without_the_token_there_is_no_form(string path)
    {
        await _console.InitializeAsync();
        await LinkAsync();
        using var browser = _console.Stranger();

        var answer = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain("<form", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    private static Task<HttpResponseMessage> SubmitAsync(Caller browser, string path, string password) =>
        browser.SubmitAsync(
            path,
            "set-up",
            ("Form.UserName", "ada"),
            ("Form.Email", ""),
            ("Form.Password", password),
            ("Form.Repeated", password)
        );

    /// <summary>The link, as soon as it is written: just after the console answers for the first time.</summary>
    private async Task<string> LinkAsync() =>
        await Wait.ForAsync(
            async () => File.Exists(_console.SetUpLinkFile) ? (await File.ReadAllTextAsync(_console.SetUpLinkFile, Cancel)).Trim() : "",
            link => link.Length > 0
        );
}
