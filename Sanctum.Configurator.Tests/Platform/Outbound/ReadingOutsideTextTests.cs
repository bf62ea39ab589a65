using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Letta.V1;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Tests.Features.Letta.Probe;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Platform.Outbound;

/// <summary>
/// What comes in another encoding or packed, asked or not, is read, and by the connection test just as by what works afterwards.
/// </summary>
public sealed class ReadingOutsideTextTests : IDisposable
{
    private const string Health = """{"version": "0.16.8", "status": "ok"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
        .AddOutbound()
        .BuildServiceProvider();

    /// <summary>Name, bytes of a body, and its header.</summary>
    public static IReadOnlyDictionary<string, Func<string, (byte[] Body, string Header)>> Dresses { get; } =
        new Dictionary<string, Func<string, (byte[] Body, string Header)>>
        {
            ["a byte order mark"] = text => ([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)], ""),
            ["UTF-16 with a mark"] = text => ([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)], ""),
            ["UTF-16 the other way round"] = text =>
                ([.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(text)], ""),
            ["UTF-16 without a word"] = text => (Encoding.Unicode.GetBytes(text), ""),
            ["UTF-16 by name"] = text => (Encoding.Unicode.GetBytes(text), "Content-Type: application/json; charset=utf-16le"),
            ["UTF-32"] = text => ([.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes(text)], ""),
            ["gzip"] = text => (BadAnswers.Gzip(Encoding.UTF8.GetBytes(text)), "Content-Encoding: gzip"),
            ["x-gzip, shouted"] = text => (BadAnswers.Gzip(Encoding.UTF8.GetBytes(text)), "Content-Encoding: X-GZip"),
            ["brotli"] = text => (BadAnswers.Brotli(Encoding.UTF8.GetBytes(text)), "Content-Encoding: br"),
            ["deflate"] = text => (BadAnswers.Deflate(Encoding.UTF8.GetBytes(text), hasHead: true), "Content-Encoding: deflate"),
            ["deflate without its head"] = text =>
                (BadAnswers.Deflate(Encoding.UTF8.GetBytes(text), hasHead: false), "Content-Encoding: deflate"),
            ["packed twice"] = text => (BadAnswers.Brotli(BadAnswers.Gzip(Encoding.UTF8.GetBytes(text))), "Content-Encoding: gzip, br"),
            ["UTF-16 in gzip"] = text =>
                (BadAnswers.Gzip([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)]), "Content-Encoding: gzip"),
            ["identity"] = text => (Encoding.UTF8.GetBytes(text), "Content-Encoding: identity"),
            ["a charset that nobody knows"] = text => (Encoding.UTF8.GetBytes(text), "Content-Type: application/json; charset=klingon-8"),
            ["a charset in quotes"] = text => (Encoding.UTF8.GetBytes(text), "Content-Type: application/json; charset=\"UTF8\""),
        };

    public static TheoryData<string> Names => [.. Dresses.Keys];

    public void Dispose() => _services.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_connection_test_and_the_client_read_the_same(string dress)
    {
        var (health, header) = Dresses[dress](Health);
        var (count, _) = Dresses[dress]("7");
        await using var server = RawServer.Saying(path =>
            BadAnswers.Whole(path.Contains("health", StringComparison.Ordinal) ? health : count, header)
        );
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.Port}/"));
        using var probing = new Probing();

        var report = await probing.TestAsync(address);
        using var connection = new V1Connection(
            _services.GetRequiredService<OutboundHttp>().CreateClient(address),
            TimeSpan.FromSeconds(20),
            null
        );
        using var read = await connection.GetAsync("v1/health/", Cancel);

        // A single digit in UTF-16 without a mark is too short to be told from a NUL.
        Assert.True(report.Verdict.IsConnected(), $"{report.Verdict}: {report.Message}");
        Assert.Equal(("0.16.8", 7), (report.ServerVersion, report.Agents));
        Assert.Equal("0.16.8", read.RootElement.GetProperty("version").GetString());
    }

    [Theory]
    [InlineData("windows-1252", 1252, "Größe – naïve €")]
    [InlineData("ISO-8859-1", 1252, "Größe – €")]
    [InlineData("latin1", 1252, "Größe")]
    [InlineData("shift_jis", 932, "接続に失敗しました")]
    [InlineData("x-sjis", 932, "接続")]
    [InlineData("Windows-31J", 932, "①接続")]
    [InlineData("euc-jp", 51932, "接続")]
    [InlineData("gbk", 54936, "登录失败 €")]
    [InlineData("GB2312", 54936, "登录失败")]
    [InlineData("gb18030", 54936, "登录失败 𠀀")]
    [InlineData("big5", 950, "登入失敗")]
    [InlineData("ks_c_5601-1987", 949, "로그인")]
    [InlineData("windows-1251", 1251, "Ошибка")]
    [InlineData("koi8-r", 20866, "Ошибка")]
    [InlineData("cp866", 866, "Ошибка")]
    [InlineData("iso-8859-15", 28605, "10 €")]
    [InlineData("windows-874", 874, "ล้มเหลว")]
    [InlineData("utf-16", 1200, "接続")]
    [InlineData("utf-16be", 1201, "接続")]
    [InlineData("utf8", 65001, "接続")]
    [InlineData(" \"UTF-8\" ", 65001, "接続")]
    [InlineData("utf-7", 65001, "plain")]
    [InlineData("no-such-thing", 65001, "接続")]
    public async Task A_tool_shows_an_answer_in_the_encoding_that_its_server_names(string charset, int codePage, string text)
    {
        Assert.NotNull(OutsideText.Find("utf-8"));
        var body = Encoding.GetEncoding(codePage).GetBytes(text);
        await using var server = RawServer.Saying(BadAnswers.Whole(body, $"Content-Type: text/plain; charset={charset}"));
        var config = new JsonObject
        {
            ["kind"] = "http",
            ["method"] = "GET",
            ["url"] = $"http://127.0.0.1:{server.Port}/",
            ["headers"] = new JsonArray(),
            ["secrets"] = new JsonArray(),
        };

        var end = await new HttpExecutor(_services.GetRequiredService<OutboundHttp>()).RunAsync(
            new ToolCall(config, null),
            _ => { },
            Cancel
        );

        Assert.Equal((true, text), (end.IsOk, end.Output));
    }

    [Fact]
    public async Task A_head_and_an_empty_answer_that_name_a_coding_are_empty()
    {
        await using var server = RawServer.Saying(path =>
            BadAnswers.Raw(
                $"HTTP/1.1 200 OK\r\nContent-Encoding: {(path.Contains("br", StringComparison.Ordinal) ? "br" : "gzip")}\r\nContent-Length: {(path.StartsWith("HEAD", StringComparison.Ordinal) ? 99_999_999 : 0)}\r\n\r\n"
            )
        );
        using var client = _services.GetRequiredService<OutboundHttp>().CreateClient(new Uri($"http://127.0.0.1:{server.Port}/"));
        foreach (var path in (string[])["gzip", "br"])
        {
            using var head = await client.SendAsync(new(HttpMethod.Head, path), Cancel);
            Assert.Equal((HttpStatusCode.OK, 0), (head.StatusCode, (await head.Content.ReadAsByteArrayAsync(Cancel)).Length));
            Assert.Empty(await client.GetByteArrayAsync(new Uri(path, UriKind.Relative), Cancel));
        }
    }

    [Theory]
    [InlineData("""{"a":"\ud83d\ude00"}""", "😀")]
    [InlineData("""{"a":"\ud83d"}""", "\uFFFD")]
    [InlineData("""{"a":"\\ud83d"}""", "\\ud83d")]
    [InlineData("""{"a":"\ude00\ud83d"}""", "\uFFFD\uFFFD")]
    public void Half_a_sign_is_read_as_a_replacement_mark(string json, string expected)
    {
        var (document, _) = JsonAnswer.Parse(Encoding.UTF8.GetBytes(json));

        Assert.Equal(expected, document!.RootElement.GetProperty("a").GetString());
        document.Dispose();
    }

    [Theory]
    [InlineData("", JsonFault.Empty)]
    [InlineData("  \n", JsonFault.Empty)]
    [InlineData("{\"a\": [1, 2", JsonFault.Cut)]
    [InlineData("{\"a\": \"b", JsonFault.Cut)]
    [InlineData("tru", JsonFault.Cut)]
    [InlineData("<html>", JsonFault.WebPage)]
    [InlineData("{\"a\": what}", JsonFault.Other)]
    [InlineData("hello", JsonFault.Other)]
    public async Task What_is_no_JSON_is_told_by_its_kind_whole_or_as_it_comes(string text, JsonFault expected)
    {
        Assert.Equal((null, expected), JsonAnswer.Parse(Encoding.UTF8.GetBytes(text)));
        using var content = new StringContent(text);
        Assert.Equal(expected, await JsonAnswer.CopyAsync(content, Stream.Null, Cancel));
    }

    [Fact]
    public async Task A_long_JSON_is_copied_as_it_is_and_one_that_breaks_off_late_is_cut()
    {
        var json = new JsonObject
        {
            ["text"] = new string('ä', 3_000_000),
            ["numbers"] = new JsonArray([.. Enumerable.Range(0, 50_000).Select(n => (JsonNode)n)]),
        }.ToJsonString();
        var bytes = Encoding.Unicode.GetBytes("\uFEFF" + json);
        using var to = new MemoryStream();

        Assert.Null(await JsonAnswer.CopyAsync(new ByteArrayContent(bytes), to, Cancel));
        Assert.Equal(json, Encoding.UTF8.GetString(to.ToArray()).TrimStart('\uFEFF'));
        Assert.Equal(JsonFault.Cut, await JsonAnswer.CopyAsync(new ByteArrayContent(bytes[..^100]), Stream.Null, Cancel));
    }
}
