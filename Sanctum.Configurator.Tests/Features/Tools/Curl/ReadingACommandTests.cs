using System.Text;
using Sanctum.Configurator.Features.Tools.Curl;

namespace Sanctum.Configurator.Tests.Features.Tools.Curl;

public sealed class ReadingACommandTests
{
    [Fact]
    public void A_command_becomes_a_request()
    {
        var (request, unsupported, _) = Understand(
            "curl -sL -k -m 2.5 --compressed -u me:pw --json '{\"a\":1}' 'http://API.example:80/a/../b?c=d#e'"
        );

        Assert.Equal(("POST", "http://API.example/b?c=d", "{\"a\":1}"), (request.Method, request.Url, request.Body?.Text));
        Assert.Equal(
            [
                "Authorization: Basic bWU6cHc=",
                "User-Agent: curl/8.16.0",
                "Accept-Encoding: deflate, gzip, br",
                "Content-Type: application/json",
                "Accept: application/json",
            ],
            request.Headers.Select(header => $"{header.Name}: {header.Value}")
        );
        Assert.Equal(new(true, null, true, TimeSpan.FromSeconds(2.5), null, true), request.Manners);
        Assert.Empty(unsupported);
    }

    [Theory]
    [InlineData("curl localhost:8283/v1", "http://localhost:8283/v1")]
    [InlineData("curl https://a.example:443", "https://a.example/")]
    [InlineData("curl https://bücher.example/ü?ü", "https://xn--bcher-kva.example/%C3%BC?ü")]
    [InlineData("curl http://127.1/", "http://127.0.0.1/")]
    [InlineData("curl -g http://[0:0::1]:0080/[a]", "http://[::1]/[a]")]
    [InlineData("curl http://[::1]/", "http://[::1]/")]
    [InlineData("curl --proto-default https a.example", "https://a.example/")]
    public void The_address_is_whole(string command, string url) => Assert.Equal(url, Understand(command).Request.Url);

    [Fact]
    public void Bytes_that_are_no_letters_stay_bytes()
    {
        var body = Understand("curl http://a --data-binary $'\\xff\\x01'").Request.Body!;

        Assert.Null(body.Text);
        Assert.Equal([0xFF, 0x01], body.Bytes.ToArray());
    }

    [Fact]
    public void The_same_command_makes_the_same_multipart_body()
    {
        const string command = "curl http://a -F a=1 -F 'b=2;type=text/x;filename=f'";
        var (first, second) = (Understand(command).Request, Understand(command).Request);

        Assert.Equal(first.Body, second.Body);
        Assert.Equal(first.Headers, second.Headers);
        Assert.Equal(["a", "b"], first.Body!.Parts.Select(part => part.Name));
        Assert.Equal("Content-Disposition: form-data; name=\"b\"; filename=\"f\"", first.Body.Parts[1].Headers[0]);
        Assert.Contains(first.Headers[^1].Value.Split("boundary=")[1], first.Body.Text!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-d @FILE")]
    [InlineData("--data @FILE")]
    [InlineData("--data-binary @FILE")]
    [InlineData("--data-ascii @FILE")]
    [InlineData("--data-urlencode @FILE")]
    [InlineData("--data-urlencode name@FILE")]
    [InlineData("--url-query @FILE")]
    [InlineData("--json @FILE")]
    [InlineData("-F a=@FILE")]
    [InlineData("-F 'a=<FILE'")]
    [InlineData("-F 'a=b;headers=@FILE'")]
    [InlineData("-H @FILE")]
    [InlineData("-b FILE")]
    [InlineData("-b @FILE")]
    [InlineData("-T FILE")]
    [InlineData("--netrc-file FILE")]
    [InlineData("--etag-compare FILE")]
    [InlineData("-d \"$(cat FILE)\"")]
    [InlineData("-d x < FILE")]
    public void A_file_is_named_and_never_read(string options)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "canary-7f3a = canary-7f3a");
            File.SetLastAccessTimeUtc(file, DateTime.UnixEpoch);

            var (request, unsupported, _) = Understand($"curl http://a.example {options.Replace("FILE", file, StringComparison.Ordinal)}");

            Assert.NotEmpty(unsupported);
            Assert.DoesNotContain("canary", Print(request), StringComparison.Ordinal);
            Assert.Equal(DateTime.UnixEpoch, File.GetLastAccessTimeUtc(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("--location-trusted", "the password is not sent to other hosts")]
    [InlineData("--next http://b", "--next begins another request")]
    [InlineData("http://b/", "more than one address")]
    [InlineData("-u me", "-u has no password")]
    [InlineData("-H $'A: b\\r\\nC: d'", "contains a line break")]
    [InlineData("-T - ", "-T - would send a file")]
    [InlineData("--request-target /x", "can't be sent that way")]
    [InlineData("-Q x", "for other protocols than HTTP")]
    [InlineData("-F 'a=b;encoder=base64'", "encoder=base64 is not supported")]
    public void What_is_not_supported_is_named(string options, string sentence) =>
        Assert.Contains(
            Understand($"curl http://a.example {options}").Unsupported,
            note => note.Contains(sentence, StringComparison.Ordinal)
        );

    [Theory]
    [InlineData("--digest -u a:b")]
    [InlineData("-u a:b --digest --basic")]
    [InlineData("--negotiate -u a:b")]
    [InlineData("--ntlm -u a:b")]
    [InlineData("--anyauth --user a:b")]
    [InlineData("--digest --oauth2-bearer t")]
    [InlineData("--aws-sigv4 aws:amz:us-east-1:s3 -u a:b")]
    [InlineData("-E cert.pem")]
    [InlineData("--cert=cert.pem:pass")]
    [InlineData("--key key.pem")]
    [InlineData("--cacert x.pem")]
    [InlineData("--capath /etc/ssl")]
    [InlineData("--pinnedpubkey sha256//abc")]
    [InlineData("--crlfile x")]
    [InlineData("--cert-status")]
    [InlineData("--tlsv1.3")]
    [InlineData("--ciphers X")]
    [InlineData("--tlsuser a --tlspassword b")]
    [InlineData("-x http://proxy:1")]
    [InlineData("--socks5-hostname 127.0.0.1:9050")]
    [InlineData("--resolve a.example:80:127.0.0.1")]
    [InlineData("--connect-to ::b:1")]
    [InlineData("--unix-socket /run/docker.sock")]
    [InlineData("--interface eth0")]
    [InlineData("--doh-url https://d.example")]
    [InlineData("--hsts FILE")]
    [InlineData("-K FILE")]
    [InlineData("--proto =https")]
    [InlineData("--proto -http")]
    [InlineData("--proto '=ftp,https'")]
    public void What_protects_the_request_is_never_left_out(string options)
    {
        var refused = Assert.IsType<CurlReading.Refused>(CurlReading.Read($"curl http://a.example -H 'X-Key: s3cret' {options}"));

        Assert.InRange(refused.Position, 41, 80);
    }

    [Theory]
    [InlineData("curl https://u:p@a.example --disallow-username-in-url")]
    [InlineData("curl https://u:p@a.example --digest")]
    [InlineData("HTTPS_PROXY=socks5://127.0.0.1:9050 curl https://a.example")]
    [InlineData("env CURL_CA_BUNDLE=ca.pem curl https://a.example")]
    public void What_protects_is_looked_at_with_the_whole_command(string command) =>
        Assert.IsType<CurlReading.Refused>(CurlReading.Read(command));

    [Theory]
    [InlineData("--digest --no-digest -u a:b")]
    [InlineData("--digest")]
    [InlineData("--proto =https,http")]
    [InlineData("--proto -all,http")]
    [InlineData("--no-cert-status")]
    [InlineData("--tlsv1.2")]
    [InlineData("--disallow-username-in-url")]
    public void What_protects_and_is_kept_is_read(string options) =>
        Assert.Empty(Understand($"curl http://a.example {options}").Unsupported);

    [Fact]
    public void A_redirect_that_the_command_forbids_is_not_followed()
    {
        Assert.False(Understand("curl -L --proto-redir =https http://a.example").Request.Manners.FollowRedirects);
        Assert.False(Understand("curl -L --max-redirs 0 http://a.example").Request.Manners.FollowRedirects);
        Assert.True(Understand("curl -L --proto-redir =https https://a.example").Request.Manners.FollowRedirects);
    }

    [Theory]
    [InlineData("curl -X POST https://a.example -H “apikey: 4242” --data-urlencode \"p=1”", 35)]
    [InlineData("curl -d \"p=1” https://a.example", 13)]
    [InlineData("curl –X POST https://a.example", 6)]
    [InlineData("curl —data a=1 https://a.example", 6)]
    [InlineData("curl −d a=1 https://a.example", 6)]
    [InlineData("curl ‘https://a.example’", 6)]
    [InlineData("curl «https://a.example»", 6)]
    [InlineData("curl https://a.example -H\u00A0'A: b'", 26)]
    [InlineData("curl https://a.example\u200B -H 'A: b'", 23)]
    [InlineData("curl ^\"https://a.example^\" –X POST", 28)]
    [InlineData("PS C:\\> curl.exe “https://a.example”", 18)]
    public void A_letter_that_only_looks_like_the_shells_is_named_with_its_place(string command, int position) =>
        Assert.Equal(position, Assert.IsType<CurlReading.Refused>(CurlReading.Read(command)).Position);

    [Theory]
    [InlineData("curl https://a.example -d '“a” – b\u00A0c'")]
    [InlineData("curl https://a.example -d a–b")]
    [InlineData("\uFEFFcurl https://a.example -d x")]
    public void A_letter_of_a_value_is_the_values(string command) => Assert.Empty(Understand(command).Unsupported);

    [Theory]
    [InlineData(
        "curl \"https://a.example/o\" -X POST -H \"Content-Type: application/json\" --data-raw \"{\"\"orderId\"\":\"\"77\"\",\"\"open\"\":true}\"",
        "{\"orderId\":\"77\",\"open\":true}",
        "https://a.example/o"
    )]
    [InlineData("curl \"https://a.example/o\" --data-raw \"\"\"Windows\"\"\"", "\"Windows\"", "https://a.example/o")]
    [InlineData("curl https://a.example/o?a=1^&b=2 -d x", "x", "https://a.example/o?a=1&b=2")]
    [InlineData("curl ^\"https://a.example/o?a=1^&b=^%^20c^\" -d ^\"x^\"", "x", "https://a.example/o?a=1&b=%20c")]
    [InlineData("curl 'https://a.example/o?a=1^&b=2' -d \"a\"\"b\"", "ab", "https://a.example/o?a=1^&b=2")]
    public void A_line_for_the_command_prompt_is_read_as_it_reads_it(string command, string body, string url)
    {
        var request = Understand(command).Request;

        Assert.Equal((body, url), (request.Body?.Text, request.Url));
    }

    [Theory]
    [InlineData("curl \"https://a.example/a?x=1^&y=2\" -H \"A: b\"", "https://a.example/a?x=1&y=2")]
    [InlineData("curl \"https://a.example/a\" -d \"x=1^&y=2\"", "https://a.example/a")]
    [InlineData("curl \"https://a.example/a\" -H 'A: b' -d \"x\"\"y\"", "https://a.example/a")]
    public void What_may_be_meant_in_two_ways_is_named(string command, string url)
    {
        var (request, notes, _) = Understand(command);

        Assert.Equal(url, request.Url);
        Assert.Single(notes);
    }

    [Fact]
    public void Of_what_frames_a_request_only_the_truth_is_sent()
    {
        var (request, notes, _) = Understand("curl -X POST http://a -H 'Content-Length: 0' -H 'Connection: close'");
        var (other, others, _) = Understand("curl http://a -d abc -H 'Content-Length: 2' -H 'Transfer-Encoding: chunked' -H 'Host:'");

        Assert.Equal(["User-Agent", "Accept", "Content-Length", "Connection"], request.Headers.Select(header => header.Name));
        Assert.Empty(notes);
        Assert.Equal(["User-Agent", "Accept", "Content-Type"], other.Headers.Select(header => header.Name));
        Assert.Equal(3, others.Count);
    }

    [Fact]
    public void A_header_that_is_no_text_is_refused() =>
        Assert.IsType<CurlReading.Refused>(CurlReading.Read("curl http://a -H $'A: \\xff'"));

    [Fact]
    public void Brackets_in_an_address_stay_and_are_named()
    {
        var (request, unsupported, _) = Understand("curl 'http://a/users/{id}?page=[1-3]'");

        Assert.Equal("http://a/users/{id}?page=[1-3]", request.Url);
        Assert.Contains("several requests", Assert.Single(unsupported), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1, "Paste a command")]
    [InlineData("curl", 1, "no address")]
    [InlineData("wget http://a", 1, "begins with \"wget\", not with curl")]
    [InlineData("Invoke-WebRequest -Uri http://a", 1, "not with curl")]
    [InlineData("curl --hedaer x http://a", 6, "Did you mean --header?")]
    [InlineData("curl --he x http://a", 6, "--he may mean")]
    [InlineData("curl -! http://a", 6, "-! is not a curl option")]
    [InlineData("curl http://a -H", 15, "-H requires a value")]
    [InlineData("curl http://a --data", 15, "--data requires a value")]
    [InlineData("curl http://a -X 'A B'", 15, "is not one")]
    [InlineData("curl http://a -m soon", 15, "requires seconds")]
    [InlineData("curl http://a -d x -F a=b", 15, "can't be combined")]
    [InlineData("curl http://a -I -F a=b", 18, "can't be combined")]
    [InlineData("curl http://a -F ab", 15, "has no =")]
    [InlineData("curl http://a -F 'a=b;type=text'", 15, "not a type such as text/plain")]
    [InlineData("curl 'http://a/b c'", 6, "Use %20")]
    [InlineData("curl -G -d 'a b' http://a", 18, "Use --data-urlencode")]
    [InlineData("curl ftp://a/", 6, "not ftp://")]
    [InlineData("curl file:///etc/passwd", 6, "not file://")]
    [InlineData("curl http://a:99999/", 6, "must be a port")]
    [InlineData("curl http://a:b@c@d/", 6, "is not valid")]
    [InlineData("curl http://a%2fb/", 6, "is not a valid host")]
    [InlineData("curl http:///", 6, "has no host")]
    public void What_cannot_be_read_is_refused_with_its_place(string command, int position, string sentence)
    {
        var refused = Assert.IsType<CurlReading.Refused>(CurlReading.Read(command));

        Assert.Contains(sentence, refused.Reason, StringComparison.Ordinal);
        Assert.Equal(position, refused.Position);
    }

    [Fact]
    public void An_option_with_an_equals_sign_is_read_as_newer_curls_do()
    {
        var request = Understand("curl --request=PUT --header=A:b --url=http://a").Request;

        Assert.Equal("PUT", request.Method);
        Assert.Contains(new CurlHeader("A", "b"), request.Headers);
    }

    [Fact]
    public void No_option_is_listed_twice()
    {
        Assert.Equal(
            CurlOptions.Known.Count,
            CurlOptions.Known.Select(option => option.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count()
        );
        var letters = CurlOptions.Known.Where(option => option.Letter != '\0').Select(option => option.Letter).ToList();
        Assert.Equal(letters.Count, letters.Distinct().Count());
    }

    private static CurlReading.Understood Understand(string command)
    {
        var reading = CurlReading.Read(command);
        return reading as CurlReading.Understood ?? throw new InvalidOperationException(reading.ToString());
    }

    private static string Print(CurlRequest request) =>
        $"{request.Url} {string.Join(' ', request.Headers.Select(header => header.Name + header.Value))} {Encoding.Latin1.GetString(request.Body?.Bytes.ToArray() ?? [])}";
}
