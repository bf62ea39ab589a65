using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Generated code over HTTP: files to be saved, and previews that can do nothing.</summary>
public sealed class CodeOverHttpTests(RoutedConsole console) : IClassFixture<RoutedConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_saved_and_never_opened()
    {
        var id = await AddAsync("html", "../..\\evil\u202e<x>", "<script>alert(1)</script>");
        var browser = await console.AdministratorAsync();
        using var program = console.WithKey(ConsoleServer.FirstKey);

        using var saved = await browser.GetAsync($"/code/{id}/file");
        using var byKey = await program.GetAsync($"/api/code/{id}/file");

        foreach (var file in new[] { saved, byKey })
        {
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.Equal("text/plain", file.Content.Headers.ContentType!.MediaType);
            Assert.Equal("attachment", file.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal("evil--x.html", file.Content.Headers.ContentDisposition.FileName);
            Assert.Equal("nosniff", Assert.Single(file.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("<script>alert(1)</script>", await file.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_preview_has_no_origin_and_no_network_and_is_shown_in_a_frame_only()
    {
        var id = await AddAsync("html", null, "<p>\"quoted\" </p><script>let a;</script>");
        var browser = await console.AdministratorAsync();

        using var framed = await AskAsync(browser, id, "iframe");
        using var opened = await AskAsync(browser, id, "document");

        var policy = Assert.Single(framed.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("sandbox allow-scripts; default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("allow-same-origin", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.Equal("SAMEORIGIN", Assert.Single(framed.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("<p>\"quoted\" </p><script>let a;</script>", await framed.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.NotFound, opened.StatusCode);
    }

    [Theory]
    [InlineData("tsx", "export default () => null", null)]
    [InlineData("python", "print(1)", null)]
    [InlineData(null, "just text", null)]
    [InlineData(null, "<!DOCTYPE html><p>x</p>", "<!DOCTYPE html><p>x</p>")]
    [InlineData("xml", "<?xml version=\"1.0\"?><svg xmlns=\"x\"></svg>", "<svg xmlns=\"x\"></svg>")]
    [InlineData("css", "p { color: red } </style><script>alert(1)</script>", "<\\/style><script>alert(1)</script></style>")]
    [InlineData("js", "document.write('</script><b>')", "document.write('<\\/script><b>')")]
    public async Task Each_kind_is_shown_as_what_it_is_or_not_at_all(string? language, string code, string? expected)
    {
        var id = await AddAsync(language, null, code);
        var browser = await console.AdministratorAsync();
        using var program = console.WithKey(ConsoleServer.FirstKey);

        using var shown = await AskAsync(browser, id, "iframe");
        var view = JsonNode.Parse(await program.ReadAsync($"/api/code/{id}"))!;

        Assert.Equal(expected is null ? HttpStatusCode.NotFound : HttpStatusCode.OK, shown.StatusCode);
        Assert.Equal(expected is null, view["no_preview"] is not null);
        Assert.Contains(expected ?? "", await shown.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_listed_searched_and_deleted_and_nobody_elses_is_there()
    {
        var id = await AddAsync("ts", "Lighthouse", "class Lighthouse {}");
        var theirs = await AddAsync("ts", "Lighthouse", "class Theirs {}", "someone-else");
        using var program = console.WithKey(ConsoleServer.FirstKey);

        var page = JsonNode.Parse(await program.ReadAsync("/api/code?q=class&language=TS&name=Lighthouse"))!;
        Assert.Equal([id], page["items"]!.AsArray().Select(row => (string)row!["id"]!));
        using var bad = await program.GetAsync("/api/code?q=%22open");
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        foreach (var (path, method) in new[] { ("", HttpMethod.Get), ("/file", HttpMethod.Get), ("", HttpMethod.Delete) })
        {
            using var refused = await program.SendAsync(method, $"/api/code/{theirs}{path}");
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        using var gone = await program.SendAsync(HttpMethod.Delete, $"/api/code/{id}");
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
    }

    [Fact]
    public async Task Preferences_are_saved_by_their_version_and_the_document_has_the_theme()
    {
        await console.AddUserAsync("tess", "user");
        using var browser = await console.SignInAsync("tess");
        Assert.DoesNotContain("data-kept-theme", await browser.ReadAsync("/overview"), StringComparison.Ordinal);
        using var program = console.WithKey(ConsoleServer.FirstKey);
        using var first = await program.GetAsync("/api/preferences");
        Assert.Equal("\"0\"", first.Headers.ETag!.ToString());

        using var saved = await program.SendAsync(
            HttpMethod.Put,
            "/api/preferences",
            new { dark_mode = false, settings = new { framework = "React" } },
            "\"0\""
        );
        using var late = await program.SendAsync(HttpMethod.Put, "/api/preferences", new { dark_mode = true }, "\"0\"");
        using var doubled = await program.SendAsync(
            HttpMethod.Put,
            "/api/preferences",
            JsonNode.Parse("""{"settings": {"a": "\u0000"}}""")
        );

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed), (saved.StatusCode, late.StatusCode));
        Assert.Equal(HttpStatusCode.BadRequest, doubled.StatusCode);
        Assert.Equal("React", (string?)(await saved.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["settings"]!["framework"]);
        var root = await console.AdministratorAsync();
        Assert.Contains("data-kept-theme=\"light\"", await root.ReadAsync("/overview"), StringComparison.Ordinal);
        Assert.DoesNotContain("data-kept-theme", await browser.ReadAsync("/overview"), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> AskAsync(Caller browser, string id, string destination)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/code/{id}/preview");
        request.Headers.Add("Sec-Fetch-Dest", destination);
        return await browser.SendAsync(request);
    }

    /// <summary>As another program would; the administrator's, where nobody else is named.</summary>
    private async Task<string> AddAsync(string? language, string? name, string code, string? owner = null) =>
        (
            await Sqlite3.RunAsync(
                Path.Combine(console.Home, "registry.db"),
                $"INSERT INTO generated_code (code, language, component_name, user_id) VALUES ({Text(code)}, {Text(language)}, {Text(name)}, {(owner is null ? "(SELECT id FROM users WHERE username = 'root')" : Text(owner))}) RETURNING id"
            )
        )
            .Trim()
            .ToLowerInvariant();

    private static string Text(string? value) => value is null ? "NULL" : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
