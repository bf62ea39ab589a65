using System.Net;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Tests.House;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>What a browser gets to draw the console with, and what it lets that do.</summary>
public sealed partial class LookOfTheConsoleTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_file_that_a_page_names_comes_compressed()
    {
        using var browser = await console.SignInAsync(ConsoleServer.Administrator);
        var names = Parts()
            .Matches(await browser.ReadAsync("/system-settings"))
            .Select(match => match.Groups["path"].Value.TrimStart('/'))
            .Where(name => !name.EndsWith(".svg", StringComparison.Ordinal))
            .ToList();
        Assert.Contains(names, name => name.Contains("MudBlazor.min.css", StringComparison.Ordinal));

        foreach (var name in names)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/" + name);
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br");
            using var answer = await browser.SendAsync(request);

            Assert.Equal((name, HttpStatusCode.OK), (name, answer.StatusCode));
            Assert.True(
                answer.Content.Headers.ContentEncoding.Count == 1,
                $"{name} comes as it is, in {answer.Content.Headers.ContentLength} bytes."
            );
        }
    }

    [Fact]
    public async Task Only_the_pages_of_the_console_may_set_style_attributes_and_none_may_run_what_is_inline()
    {
        using var browser = await console.SignInAsync(ConsoleServer.Administrator);
        foreach (
            var (path, isOpen) in new[]
            {
                ("/system-settings", true),
                ("/account/sessions", true),
                ("/account/login", false),
                ("/account/password", false),
                ("/app.css", false),
                ("/api/settings", false),
            }
        )
        {
            using var answer = await browser.GetAsync(path);
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();

            Assert.Equal((path, isOpen), (path, policy.Contains("style-src-attr 'unsafe-inline'", StringComparison.Ordinal)));
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("style-src 'self';", policy, StringComparison.Ordinal);
            Assert.Equal(isOpen ? 1 : 0, Regex.Count(policy, "unsafe"));
        }
    }

    [Fact]
    public async Task The_static_pages_have_nothing_of_the_library()
    {
        using var stranger = console.Stranger();

        Assert.DoesNotContain("mud", await stranger.ReadAsync("/account/login"), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>There is no theme provider, which would write a style element: what the library reads is set in mud.css.</summary>
    [Fact]
    public async Task Each_variable_that_the_library_reads_is_set_and_no_other()
    {
        using var stranger = console.Stranger();
        var theirs = await stranger.ReadAsync("/_content/MudBlazor/MudBlazor.min.css");
        var read = Read().Matches(theirs).Select(match => match.Groups[1].Value).ToHashSet();
        var own = Set().Matches(theirs).Select(match => match.Groups[1].Value).ToHashSet();
        var set = Set()
            .Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "wwwroot", "mud.css"), Cancel))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();

        Assert.InRange(read.Count, 50, 1000);
        Assert.Empty(read.Except(own).Except(set));
        Assert.Empty(set.Except(read));
    }

    [GeneratedRegex("""(?:src|href)="(?<path>[^"]+\.(?:js|css)(?:\?[^"]*)?)["]""")]
    private static partial Regex Parts();

    [GeneratedRegex(@"var\((--mud-[a-z0-9-]+)")]
    private static partial Regex Read();

    [GeneratedRegex(@"(--mud-[a-z0-9-]+)\s*:")]
    private static partial Regex Set();
}
