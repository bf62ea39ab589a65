using System.Net;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Tests.Platform.Outbound;

/// <summary>Where a redirect leads is said without the way behind the host, which may be a secret.</summary>
public sealed class TellingOfRedirectsTests
{
    [Theory]
    [InlineData("https://hooks.example/s3cr3t-path?key=abc", "leads to https://hooks.example.")]
    [InlineData("https://old.example:8443/s3cr3t-path", "leads to https://old.example:8443.")]
    [InlineData("http://old.example/hooks/s3cr3t/", "leads to another path of the same server.")]
    [InlineData("/hooks/s3cr3t/", "leads to another path of the same server.")]
    [InlineData("https://user:s3cr3t@old.example/", "leads to https://old.example.")]
    [InlineData(null, "leads nowhere.")]
    public void The_server_is_named(string? location, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://old.example/hooks/s3cr3t");
        using var answer = new HttpResponseMessage(HttpStatusCode.PermanentRedirect) { RequestMessage = request };
        if (location is not null)
        {
            answer.Headers.Location = new(location, UriKind.RelativeOrAbsolute);
        }

        var said = OutsideAnswers.RedirectOf(answer);

        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", said, StringComparison.Ordinal);
    }
}
