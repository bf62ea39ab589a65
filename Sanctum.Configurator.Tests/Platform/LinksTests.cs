using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Platform;

public sealed class LinksTests
{
    [Theory]
    [InlineData("/letta", "/letta")]
    [InlineData(" /scheduled-jobs/3?tab=runs&run=9#top ", "/scheduled-jobs/3?tab=runs&run=9#top")]
    [InlineData("/", "/")]
    [InlineData("https://example.org/a?b=c", "https://example.org/a?b=c")]
    [InlineData("HTTP://example.org:8080", "HTTP://example.org:8080")]
    public void Paths_of_the_console_and_addresses_of_the_web_are_links(string link, string shown) => Assert.Equal(shown, Links.Safe(link));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("javascript:alert(1)")]
    [InlineData("  JaVaScRiPt:alert(1)")]
    [InlineData("java\tscript:alert(1)")]
    [InlineData("\u0001javascript:alert(1)")]
    [InlineData("data:text/html,<script>alert(1)</script>")]
    [InlineData("vbscript:x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/a\n/b")]
    [InlineData("http:evil.example")]
    [InlineData("http:/evil.example")]
    [InlineData("http://")]
    [InlineData("https://good.example\\@evil.example")]
    [InlineData("https://good.example/\u0000")]
    [InlineData("@evil.example")]
    [InlineData(".evil.example")]
    [InlineData("letta")]
    public void All_else_is_none(string? link) => Assert.Null(Links.Safe(link));
}
