using System.Text;
using Sanctum.Configurator.Features.Tools.Curl;

namespace Sanctum.Configurator.Tests.Features.Tools.Curl;

/// <summary>
/// Each command is run by bash and the installed curl against a server of this test's, and read by <see cref="CurlReading"/>. Compared are:
/// the method; path and query, with escapes in one case; all
/// headers in their order with their values, but for those that belong to the connection, Host, curl's own User-Agent and Accept, and with
/// zstd taken out of curl's own Accept-Encoding; every byte of the body, with a multipart boundary put in the place of the other.
/// </summary>
public sealed class AgainstTheRealCurlTests
{
    private const int LeastCompared = 200;

    private static readonly string[] Connection = ["Host", "Content-Length", "Connection", "Expect", "Upgrade", "HTTP2-Settings"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_command_makes_the_same_request()
    {
        await RealCurl.SkipWithoutAsync();
        var differences = new List<string>();
        var compared = 0;
        await Parallel.ForEachAsync(
            CurlCommands.All.Chunk(40),
            new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = Cancel },
            async (chunk, _) =>
            {
                await using var server = new EchoServer();
                foreach (var template in chunk)
                {
                    var command = template.Replace("HOST", server.Host, StringComparison.Ordinal);
                    var errors = await RealCurl.RunAsync(command);
                    if (server.Take() is { } sent)
                    {
                        Interlocked.Increment(ref compared);
                        Note(differences, template, DifferenceOf(sent, CurlReading.Read(command), server.Host));
                    }
                    else if (!errors.Contains("is unknown", StringComparison.Ordinal))
                    {
                        // Newer curls know no beginnings of options, older ones not all options.
                        Note(differences, template, $"curl sent nothing: {errors}");
                    }
                }
            }
        );

        Assert.True(differences.Count == 0, $"{differences.Count} differ.\n{string.Join("\n\n", differences)}");
        Assert.True(compared >= LeastCompared, $"Only {compared} commands were compared.");
    }

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

    private static string? DifferenceOf(EchoedRequest sent, CurlReading reading, string host)
    {
        if (reading is not CurlReading.Understood understood)
        {
            return reading.ToString();
        }

        var request = understood.Request;
        var ours = string.Join(
            '\n',
            request.Headers.Where(header => IsCompared(header) && !IsCurlsOwn(header)).Select(header => $"{header.Name}: {header.Value}")
        );
        var theirs = string.Join(
            '\n',
            sent.Headers.Select(Decoded)
                .Where(header => IsCompared(header) && !IsCurlsOwn(header))
                .Select(header => $"{header.Name}: {header.Value}")
        );
        var body = request.Body is { } content ? Encoding.Latin1.GetString(content.Bytes.Span) : "";
        if (BoundaryOf(theirs) is { } boundary && BoundaryOf(ours) is { } other)
        {
            theirs = theirs.Replace(boundary, other, StringComparison.Ordinal);
            sent = sent with { Body = sent.Body.Replace(boundary, other, StringComparison.Ordinal) };
        }

        return Compare("method", sent.Method, request.Method)
            ?? Compare(
                "address",
                Normal($"http://{host}{sent.Target}"),
                Normal(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(request.Url)))
            )
            ?? Compare("headers", theirs, ours)
            ?? Compare("body", sent.Body, body);
    }

    private static string? Compare(string what, string theirs, string ours) =>
        theirs == ours ? null : $"{what}: curl sends\n{theirs}\nand we\n{ours}";

    private static bool IsCompared(CurlHeader header) => !Connection.Contains(header.Name, StringComparer.OrdinalIgnoreCase);

    private static bool IsCurlsOwn(CurlHeader header) =>
        header is { Name: "Accept", Value: "*/*" }
        || (header.Name == "User-Agent" && header.Value.StartsWith("curl/", StringComparison.Ordinal));

    private static CurlHeader Decoded((string Name, string Value) header) =>
        new(
            header.Name,
            header is ("Accept-Encoding", "deflate, gzip, br, zstd")
                ? "deflate, gzip, br"
                : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(header.Value))
        );

    private static string? BoundaryOf(string headers) =>
        headers.LastIndexOf("boundary=------------------------", StringComparison.Ordinal) is >= 0 and var at
            ? headers[(at + 9)..].Split('\n')[0]
            : null;

    private static string Normal(string address)
    {
        var normal = new StringBuilder();
        for (var at = 0; at < address.Length; at++)
        {
            if (address[at] == '%' && at + 2 < address.Length)
            {
                normal.Append(address.Substring(at, 3).ToUpperInvariant());
                at += 2;
            }
            else
            {
                normal.Append(address[at]);
            }
        }

        return normal.ToString();
    }
}
