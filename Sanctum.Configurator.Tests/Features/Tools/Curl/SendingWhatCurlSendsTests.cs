using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Features.Tools.Curl;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Tests.Features.Tools.Curl;

/// <summary>
/// Each command is run by the installed curl, and then by the tool that is made of it, against a server of this test's that keeps the
/// bytes.
/// Equal are: the request line; every header line, its name in the same case and its value in the same bytes, and the lines of one name in
/// their order (between lines of different names order means nothing, RFC 9110, 5.3, nor do blanks around a value, 5.5); every byte of the
/// body. Let pass are what differs between curls: the version in User-Agent, zstd in Accept-Encoding, a random boundary, the case of the
/// digits in escapes that curl makes, an upgrade to HTTP/2, and Expect, with which it waits before a long body.
/// </summary>
public sealed partial class SendingWhatCurlSendsTests
{
    private const int LeastCompared = 200;

    private static readonly string[] Further =
    [
        "curl 'http://HOST/v1/%4E%C3%A4%72?text=%4E%72%7E'",
        "curl 'http://HOST/v1/%4e%2f%2E/a%20b;c=d,e!$&()*+@:~'",
        "curl --path-as-is 'http://HOST/s3/bar/%2E%2E/text.txt'",
        "curl --path-as-is 'http://HOST/s3/bar/../text.txt/./'",
        "curl 'http://HOST/s3//bar///text.txt'",
        "curl http://HOST/h -H 'X-Title: Grüße'",
        "curl http://HOST/h -H 'X-Title: 日本 😀' -A 'Füchsin/1.0' -e 'http://a/ü' -b 'a=ü'",
        "curl 'http://HOST/ä?ä=ö&%c3%4e'",
        "curl 'http://HOST/a?b=c?d&e=f|g{h}^i`j\"k<l>m\\n' -g",
        "curl http://HOST/h -H 'x-lower: 1' -H 'X-UPPER: 2' -H 'x-lower: 3' -H 'Cookie: a=1' -H 'Cookie: b=2'",
        "curl http://HOST/h -H 'accept: text/html' -H 'content-type: x/y' -d z",
        "curl http://HOST/h -H 'Accept:' -H 'User-Agent:'",
        "curl http://HOST/h -H 'X-Empty;' -H 'Host: other.example:81'",
        "curl http://HOST/h -H 'Date: not a date' -H 'If-Modified-Since: soon' -H 'Range: x' -H 'TE: trailers' -H 'Via: a b c'",
        "curl http://HOST/h -H 'Authorization: weird,,=value' -H 'From: nobody at all' -H 'Content-Encoding: none' -d x",
        "curl http://HOST/h -H 'Connection: close' -H 'Upgrade-Insecure-Requests: 1'",
        "curl -X POST http://HOST/h -H 'Content-Length: 0'",
        "curl -X POST http://HOST/h",
        "curl -X M-SEARCH http://HOST/h",
        "curl -X get http://HOST/h -d 'body of a get'",
        "curl http://HOST/h --data-binary $'\\xff\\xfe\\x01'",
        "curl -u 'üser:pässword' http://HOST/h",
        "curl http://lOcAlHoSt:PORT/h",
        "curl 'http://HOST?q'",
        "curl http://HOST/h --compressed -H 'Accept-Language: de'",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_sends_the_bytes_that_curl_sends()
    {
        await RealCurl.SkipWithoutAsync();
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddLogging()
            .AddOutbound()
            .BuildServiceProvider();
        var executor = new HttpExecutor(services.GetRequiredService<OutboundHttp>());
        var (differences, compared) = (new List<string>(), 0);
        await Parallel.ForEachAsync(
            CurlCommands.All.Concat(Further).Chunk(40),
            new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = Cancel },
            async (chunk, cancel) =>
            {
                await using var server = new EchoServer();
                foreach (var template in chunk)
                {
                    var command = template
                        .Replace("HOST", server.Host, StringComparison.Ordinal)
                        .Replace("PORT", server.Host.Split(':')[1], StringComparison.Ordinal);
                    await RealCurl.RunAsync(command);
                    if (
                        server.Take() is { } theirs
                        && CurlReading.Read(command) is CurlReading.Understood read
                        && !theirs.Headers.Any(header => header.Name == "Transfer-Encoding")
                    )
                    {
                        var end = await RunAsync(executor, read, cancel);
                        Interlocked.Increment(ref compared);
                        Note(
                            differences,
                            template,
                            server.Take() is { } ours ? Differ(theirs, ours, template) : $"we sent nothing: {end.Message}"
                        );
                    }
                }
            }
        );

        Assert.True(differences.Count == 0, $"{differences.Count} differ.\n{string.Join("\n\n", differences)}");
        Assert.True(compared >= LeastCompared, $"Only {compared} commands were compared.");
    }

    [Theory]
    [InlineData("http://HOST/a\r\nX-Smuggled: 1")]
    [InlineData("http://HOST\\@other.example/")]
    [InlineData("ftp://HOST/")]
    [InlineData("http://HOST/", "GET / HTTP/1.1\r\nX:")]
    [InlineData("http://HOST/", "GET", "X-A", "b\r\nX-Smuggled: 1")]
    [InlineData("http://HOST/", "GET", "X-A: b\r\nX-Smuggled", "1")]
    public async Task What_would_break_a_request_apart_is_not_sent(
        string url,
        string method = "GET",
        string header = "X-A",
        string value = "b"
    )
    {
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddLogging()
            .AddOutbound()
            .BuildServiceProvider();
        await using var server = new EchoServer();
        var call = new HttpCall(
            HttpCall.HttpKind,
            method,
            url.Replace("HOST", server.Host, StringComparison.Ordinal),
            [
                [header, value],
            ],
            []
        );

        var end = await new HttpExecutor(services.GetRequiredService<OutboundHttp>()).RunAsync(
            new((JsonObject)JsonNode.Parse(call.ToJson())!, null),
            _ => { },
            Cancel
        );

        Assert.False(end.IsOk);
        Assert.NotEmpty(end.Message);
        Assert.Null(server.Take());
    }

    private static Task<RunResult> RunAsync(HttpExecutor executor, CurlReading.Understood read, CancellationToken cancel)
    {
        var tool = CurlTool.Of(read);
        var secrets = tool.Missing.ToDictionary(name => name, _ => "");
        foreach (var secret in read.Secrets.Where(secret => secret.IsVariable))
        {
            // A value that the command does not say is for curl what stands there.
            secrets[tool.Missing[read.Secrets.Where(other => other.IsVariable).ToList().IndexOf(secret)]] = Written(read, secret);
        }

        foreach (var (name, value) in tool.Secrets)
        {
            secrets[name] = value;
        }

        return executor.RunAsync(
            new((JsonObject)SecretPlaceholder.Fill(JsonNode.Parse(tool.Call.ToJson()), secrets)!, null),
            _ => { },
            cancel
        );
    }

    private static string Written(CurlReading.Understood read, CurlSecret secret) =>
        (
            secret.Place switch
            {
                CurlPlace.Url => read.Request.Url,
                CurlPlace.Header => read.Request.Headers[secret.Header].Value,
                _ => read.Request.Body!.Text!,
            }
        ).Substring(secret.Start, secret.Length);

    private static void Note(List<string> differences, string command, string? difference)
    {
        if (difference is not null)
        {
            lock (differences)
            {
                differences.Add($"{command}\n=> {difference}");
            }
        }
    }

    private static string? Differ(EchoedRequest theirs, EchoedRequest ours, string command)
    {
        // The escapes that curl makes itself are of small letters in some of its versions; those that are typed stay.
        var escapes =
            command.Contains("urlencode", StringComparison.Ordinal) || command.Contains("url-query", StringComparison.Ordinal)
                ? AllEscapes()
                : Escapes();
        var (one, other) = (Normal(theirs, escapes), Normal(ours, escapes));
        return one == other ? null : $"curl sends\n{one}\nand we\n{other}";
    }

    /// <summary>The request as text. Sorting by name keeps the lines of one name in their order.</summary>
    private static string Normal(EchoedRequest request, Regex escapes)
    {
        var body = Boundary().Replace(request.Body, "BOUNDARY");
        var lines = request
            .Headers.Where(header => !IsOfTheConnection(request, header))
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .Select(header => $"{header.Name}: {ValueOf(header, request.Body.Length, body.Length)}");
        var whole =
            $"{request.Method} {escapes.Replace(request.Target, escape => escape.Value.ToUpperInvariant())}\n{string.Join('\n', lines)}\n\n{body}";
        return Boundary().Replace(Version().Replace(whole, "curl/*"), "BOUNDARY");
    }

    /// <summary>A length that is right is that of the body as it is compared: a boundary may be longer.</summary>
    private static string ValueOf((string Name, string Value) header, int length, int comparedLength) =>
        header is ("Accept-Encoding", "deflate, gzip, br, zstd") ? "deflate, gzip, br"
        : header.Name == "Content-Length" && header.Value == $"{length}" ? $"{comparedLength}"
        : header.Value;

    private static bool IsOfTheConnection(EchoedRequest request, (string Name, string Value) header) =>
        header.Name is "HTTP2-Settings"
        || header is ("Expect", "100-continue") or ("Upgrade", "h2c")
        || (header.Name == "Connection" && request.Headers.Any(other => other.Name == "HTTP2-Settings"));

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex AllEscapes();

    [GeneratedRegex("%[89A-Fa-f][0-9A-Fa-f]")]
    private static partial Regex Escapes();

    [GeneratedRegex("curl/[0-9.]+")]
    private static partial Regex Version();

    [GeneratedRegex("-{20,}[0-9A-Za-z]{16,}")]
    private static partial Regex Boundary();
}
