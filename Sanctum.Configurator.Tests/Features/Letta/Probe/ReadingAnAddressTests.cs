using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

public sealed class ReadingAnAddressTests
{
    [Theory]
    // The seed's default, and the column left at it.
    [InlineData("https://localhost", 443, "https://localhost/")]
    [InlineData("https://localhost:8283", 443, "https://localhost:8283/")]
    [InlineData("http://localhost:8283", 443, "http://localhost:8283/")]
    [InlineData("http://localhost:80", 443, "http://localhost/")]
    // host, with and without a port
    [InlineData("localhost", 443, "https://localhost/")]
    [InlineData("localhost", null, "https://localhost/")]
    [InlineData("localhost", 8443, "https://localhost:8443/")]
    [InlineData("localhost", 8283, "http://localhost:8283/")]
    [InlineData("localhost:8283", 443, "http://localhost:8283/")]
    [InlineData("localhost:8283", null, "http://localhost:8283/")]
    [InlineData("localhost:8283", 8283, "http://localhost:8283/")]
    [InlineData("localhost:8443", null, "https://localhost:8443/")]
    [InlineData("letta_server", 8283, "http://letta_server:8283/")]
    // scheme, with and without a port
    [InlineData("http://letta.example", null, "http://letta.example/")]
    [InlineData("https://letta.example", null, "https://letta.example/")]
    [InlineData("http://letta.example", 8283, "http://letta.example:8283/")]
    [InlineData("http://letta.example", 443, "http://letta.example:443/")]
    [InlineData("HTTPS://Letta.Example", 443, "https://letta.example/")]
    // path and slash
    [InlineData("https://letta.example/", 443, "https://letta.example/")]
    [InlineData("https://example.org/letta", 443, "https://example.org/letta/")]
    [InlineData("https://example.org/letta/", 443, "https://example.org/letta/")]
    [InlineData("example.org/letta", 8283, "http://example.org:8283/letta/")]
    [InlineData("localhost:8283/v1", 443, "http://localhost:8283/")]
    [InlineData("localhost:8283/letta/v1/health/", 443, "http://localhost:8283/letta/")]
    // IPv6 and IPv4
    [InlineData("::1", 8283, "http://[::1]:8283/")]
    [InlineData("[::1]", 8283, "http://[::1]:8283/")]
    [InlineData("[::1]:8283", null, "http://[::1]:8283/")]
    [InlineData("http://[::1]:8283/letta", 443, "http://[::1]:8283/letta/")]
    [InlineData("192.168.1.5:8283", 443, "http://192.168.1.5:8283/")]
    // IDN
    [InlineData("https://bücher.example", 443, "https://xn--bcher-kva.example/")]
    [InlineData("  localhost  ", 8283, "http://localhost:8283/")]
    public void An_address_becomes_the_base_of_the_api(string address, int? port, string expected)
    {
        var parsed = Assert.IsType<LettaAddress.Parsed>(LettaAddress.Parse(address, port));

        Assert.Equal(expected, parsed.BaseAddress.AbsoluteUri);
    }

    [Theory]
    [InlineData("http://localhost:8283", 9000, "The address contains port 8283, but the Port field contains 9000")]
    [InlineData("https://localhost:443", 8283, "The address contains port 443, but the Port field contains 8283")]
    [InlineData("localhost", 0, "from 1 to 65535")]
    [InlineData("localhost", 65536, "from 1 to 65535")]
    public void Two_ports_that_differ_and_ports_that_do_not_exist_are_shown_at_the_port(string address, int? port, string said)
    {
        var refused = Assert.IsType<LettaAddress.Refused>(LettaAddress.Parse(address, port));

        Assert.Equal(LettaFields.Port, refused.Field);
        Assert.Contains(said, refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Enter the server's address")]
    [InlineData("   ", "Enter the server's address")]
    [InlineData("http://", "host is missing")]
    [InlineData(":8283", "host is missing")]
    [InlineData("localhost:", "must be a port")]
    [InlineData("localhost:eight", "must be a port")]
    [InlineData("localhost:99999", "must be a port")]
    [InlineData("localhost:-1", "must be a port")]
    [InlineData("local host", "space")]
    [InlineData("http://localhost/\tx", "space")]
    [InlineData("http://localhost?key=1", "question mark")]
    [InlineData("http://localhost/#top", "Remove the #")]
    [InlineData("ftp://localhost", "not with ftp://")]
    [InlineData("ws://localhost:4500", "not with ws://")]
    [InlineData("file:///etc/passwd", "not with file://")]
    [InlineData("://localhost", "must begin with")]
    [InlineData("http:/localhost", "two slashes")]
    [InlineData("https:localhost", "two slashes")]
    [InlineData("http:\\\\localhost", "forward slashes")]
    [InlineData("http://0.0.0.0:8283", "is for listening only")]
    [InlineData("[::]:8283", "is for listening only")]
    [InlineData("fe80::1%eth0", "percent sign")]
    [InlineData("ho!st", "is not valid")]
    [InlineData("[::1", "is not valid")]
    public void What_is_no_address_is_refused_with_what_to_do(string? address, string said)
    {
        var refused = Assert.IsType<LettaAddress.Refused>(LettaAddress.Parse(address, 443));

        Assert.Equal(LettaFields.Address, refused.Field);
        Assert.Contains(said, refused.Reason, StringComparison.Ordinal);
        Assert.Matches(@"^[A-Z].*[.]$", refused.Reason);
    }

    [Theory]
    [InlineData("http://admin:hunter2@localhost:8283")]
    [InlineData("hunter2@localhost")]
    [InlineData("https://x:hunter2@localhost/?hunter2")]
    [InlineData("https://localhost/?token=hunter2")]
    [InlineData("hunter2 x@localhost")]
    [InlineData("https://localhost:hunter2")]
    public void A_secret_in_the_address_is_refused_and_not_repeated(string address)
    {
        var refused = Assert.IsType<LettaAddress.Refused>(LettaAddress.Parse(address, 443));

        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, int?> Mixtures()
    {
        var all = new TheoryData<string, int?>();
        foreach (var scheme in (string[])["", "http://", "https://", "HTTP://"])
        {
            foreach (var host in (string[])["localhost", "letta.example", "10.0.0.7", "[::1]", "münchen.example"])
            {
                foreach (var path in (string[])["", "/", "/letta", "/letta/", "/a/b", "/v1", "/letta/v1/"])
                {
                    all.Add(scheme + host + path, null);
                    all.Add(scheme + host + path, 8283);
                    all.Add(scheme + host + ":8283" + path, 443);
                }
            }
        }

        return all;
    }

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Mixtures))]
    public void Whatever_is_read_reads_the_same_again_and_is_fit_to_add_paths_to(string address, int? port)
    {
        var once = Assert.IsType<LettaAddress.Parsed>(LettaAddress.Parse(address, port)).BaseAddress;
        var twice = Assert.IsType<LettaAddress.Parsed>(LettaAddress.Parse(once.AbsoluteUri, once.Port)).BaseAddress;

        Assert.Equal(once, twice);
        Assert.EndsWith("/", once.AbsoluteUri, StringComparison.Ordinal);
        Assert.All(once.AbsoluteUri, letter => Assert.True(char.IsAscii(letter)));
        Assert.Empty(once.Query + once.Fragment + once.UserInfo);
        Assert.StartsWith(once.AbsoluteUri, new Uri(once, "v1/health/").AbsoluteUri, StringComparison.Ordinal);
        Assert.DoesNotContain("/v1/v1", new Uri(once, "v1/health/").AbsoluteUri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost\0")]
    [InlineData("\u202Elocalhost")]
    [InlineData("http://[")]
    [InlineData("http://]:1")]
    [InlineData("::::")]
    [InlineData("http://..")]
    [InlineData("xn--")]
    [InlineData("https://xn--a")]
    [InlineData("http://1.2.3.4.5.6")]
    [InlineData("http://localhost/%zz")]
    [InlineData("[[::1]]:1")]
    public void Nonsense_never_throws(string address) => Assert.NotNull(LettaAddress.Parse(address, 443));
}
