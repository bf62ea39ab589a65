using System.Net;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console with one person of each role, and keys of three kinds, signed in once for all tests of a class.</summary>
public sealed class PeopledConsole : ConsoleServer
{
    private readonly Dictionary<string, Caller> _callers = [];

    public Caller this[string who] => _callers[who];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await AddUserAsync("ada", "user");
        await AddUserAsync("vera", "viewer");
        _callers["stranger"] = Stranger();
        _callers["viewer"] = await SignInAsync("vera");
        _callers["user"] = await SignInAsync("ada");
        _callers["admin"] = await SignInAsync(Administrator);
        _callers["key of admin"] = WithKey(FirstKey);
        _callers["key that reads"] = WithKey(await CreateKeyAsync("settings:read"));
        _callers["key that keeps keys"] = WithKey(await CreateKeyAsync("keys:manage"));
        _callers["wrong key"] = WithKey("sk-sanctum-this-is-not-a-key-of-anybody");
    }
}

public sealed class WhoMayCallTests(PeopledConsole console) : IClassFixture<PeopledConsole>
{
    [Theory]
    [InlineData("/", "stranger 302, viewer 302, user 302, admin 302, key of admin 302")]
    [InlineData("/overview", "stranger 302, viewer 200, user 200, admin 200, key of admin 302")]
    [InlineData("/system-settings", "stranger 302, viewer 200, user 200, admin 200, key of admin 302")]
    [InlineData("/account/login", "stranger 200, viewer 302, admin 302")]
    [InlineData("/account/sessions", "stranger 302, viewer 200, user 200, admin 200, key of admin 302")]
    [InlineData("/account/password", "stranger 302, viewer 200, user 200, admin 200, key of admin 302")]
    [InlineData("/account/api-keys", "stranger 302, viewer forbidden, user 200, admin 200, key of admin 302")]
    [InlineData("/backups", "stranger 302, viewer 200, user 200, admin 200, key of admin 302")]
    [InlineData("/notifications", "stranger 302, viewer 200, user 200, admin 200, key of admin 302")]
    [InlineData("/import-old-configurator", "stranger 302, viewer forbidden, user forbidden, admin 200, key of admin 302")]
    [InlineData("/broca", "stranger 302, viewer forbidden, user forbidden, admin 200, key of admin 302")]
    [InlineData("/users", "stranger 302, viewer forbidden, user forbidden, admin 200, key of admin 302")]
    public async Task A_page_is_shown_to(string path, string expected)
    {
        foreach (var (who, status) in Parse(expected))
        {
            var answer = await console[who].GetAsync(path);
            var seen =
                answer.Headers.Location is { } to && new Uri(console.Address, to).AbsolutePath == "/forbidden"
                    ? "forbidden"
                    : $"{(int)answer.StatusCode}";
            Assert.Equal($"{who} {status}", $"{who} {seen}");
        }
    }

    [Theory]
    [InlineData("GET", "/api/users", 200)]
    [InlineData("POST", "/api/users", 400)]
    [InlineData("GET", "/api/users/999", 404)]
    [InlineData("PUT", "/api/users/999", 428)]
    [InlineData("DELETE", "/api/users/999", 404)]
    [InlineData("POST", "/api/users/999/password", 404)]
    [InlineData("POST", "/api/users/999/sign-out", 404)]
    public async Task Users_are_managed_by(string method, string path, int allowed) =>
        await CheckAsync(method, path, allowed, mayKeys: 403);

    [Theory]
    [InlineData("GET", "/api/api-keys", 200)]
    [InlineData("POST", "/api/api-keys", 400)]
    [InlineData("DELETE", "/api/api-keys/999", 404)]
    public async Task Keys_are_managed_by(string method, string path, int allowed) =>
        await CheckAsync(method, path, allowed, mayKeys: allowed);

    /// <summary>Every key may ask, as what counts is the present password; without one, nobody gets further.</summary>
    [Fact]
    public async Task Ones_own_password_is_changed_by() => await CheckAsync("PUT", "/api/me/password", 400, mayKeys: 400, mayRead: 400);

    [Fact]
    public async Task An_unknown_address_of_the_api_is_no_page()
    {
        var answer = await console["stranger"].GetAsync("/api/nothing");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_refused_request_changes_nothing()
    {
        var before = await console["key of admin"].ReadAsync("/api/users");

        foreach (var who in new[] { "stranger", "viewer", "user", "admin", "key that reads", "key that keeps keys", "wrong key" })
        {
            await console[who]
                .SendAsync(
                    HttpMethod.Post,
                    "/api/users",
                    new
                    {
                        username = "mallory",
                        role = "admin",
                        password = ConsoleServer.Password,
                    }
                );
        }

        Assert.Equal(before, await console["key of admin"].ReadAsync("/api/users"));
    }

    private static object? BodyOf(string method, string path) =>
        method is not ("POST" or "PUT") ? null
        : path.EndsWith("/password", StringComparison.Ordinal) ? new { password = "a quiet harbour at dawn" }
        : path.Contains("users", StringComparison.Ordinal) && method == "POST"
            ? new
            {
                username = "",
                name = "",
                password = "a quiet harbour at dawn",
            }
        : new { name = "" };

    /// <summary>Cookies count for nothing here, not even an administrator's: so no page elsewhere can use them.</summary>
    private async Task CheckAsync(string method, string path, int allowed, int mayKeys, int mayRead = 403)
    {
        (string Who, int Status)[] matrix =
        [
            ("stranger", 401),
            ("viewer", 401),
            ("user", 401),
            ("admin", 401),
            ("wrong key", 401),
            ("key that reads", mayRead),
            ("key that keeps keys", mayKeys),
            ("key of admin", allowed),
        ];
        foreach (var (who, status) in matrix)
        {
            var answer = await console[who].SendAsync(new(method), path, BodyOf(method, path));
            Assert.Equal($"{who} {status}", $"{who} {(int)answer.StatusCode}");
            if (status >= 400)
            {
                Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
            }

            if (status is 401 or 403)
            {
                Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
                Assert.Null(answer.Headers.Location);
            }
        }
    }

    private static IEnumerable<(string Who, string Status)> Parse(string expected) =>
        expected.Split(", ").Select(e => (e[..e.LastIndexOf(' ')], e[(e.LastIndexOf(' ') + 1)..]));
}
