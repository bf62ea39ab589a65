using System.IO.Compression;
using System.Text;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>Answers of servers and proxies that no reader should take for good, by name, as bytes on the wire.</summary>
internal static class BadAnswers
{
    /// <summary>Those that no caller can make anything of, whatever it asked for.</summary>
    public static IReadOnlyDictionary<string, byte[]> Unreadable { get; } =
        new Dictionary<string, byte[]>
        {
            ["says gzip, is plain"] = Whole("{\"a\":1}"u8, "Content-Encoding: gzip"),
            ["says x-gzip, is plain"] = Whole("{\"a\":1}"u8, "Content-Encoding: X-GZIP"),
            ["says brotli, is plain"] = Whole(Encoding.ASCII.GetBytes($"[{new string('1', 4000)}]"), "Content-Encoding: br"),
            ["says deflate, is plain"] = Whole("{\"a\":1,\"b\":\"cccccccccc\"}"u8, "Content-Encoding: deflate"),
            ["zstd"] = Whole([0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x58, 0x39, 0, 0], "Content-Encoding: zstd"),
            ["an unheard-of coding"] = Whole("{}"u8, "Content-Encoding: rot13"),
            ["packed ten times"] = Whole("{}"u8, "Content-Encoding: " + string.Join(", ", Enumerable.Repeat("gzip", 10))),
            ["gzip cut off"] = Whole(
                Gzip(Encoding.ASCII.GetBytes("[" + string.Join(',', Enumerable.Range(1, 500)) + "]")).AsSpan(0, 200),
                "Content-Encoding: gzip"
            ),
            ["gzip with a wrong sum"] = Whole([.. Gzip("{\"a\":1}"u8.ToArray())[..^8], 1, 2, 3, 4, 7, 0, 0, 0], "Content-Encoding: gzip"),
            ["shorter than said"] = Raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"a\":"),
            ["a chunk cut off"] = Raw(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{\"a\":"
            ),
            ["no last chunk"] = Raw(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n"
            ),
            ["garbage for a chunk"] = Raw(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nwhat\r\n"
            ),
            ["garbage"] = Raw("HELLO THERE\nI am no web server.\n"),
            ["SSH"] = Raw("SSH-2.0-OpenSSH_9.9\r\n"),
            ["nothing at all"] = [],
            ["huge headers"] = Raw(
                "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 2000).Select(n => $"X-{n}: {new string('a', 100)}\r\n")) + "\r\n"
            ),
            ["a status line cut off"] = Raw("HTTP/1.1 20"),
            ["headers cut off"] = Raw("HTTP/1.1 200 OK\r\nContent-Ty"),
        };

    /// <summary>Those that are HTTP and no JSON of Letta's.</summary>
    public static IReadOnlyDictionary<string, byte[]> NotLetta { get; } =
        new Dictionary<string, byte[]>
        {
            ["empty"] = Whole([], ""),
            ["204"] = Raw("HTTP/1.1 204 No Content\r\n\r\n"),
            ["101"] = Raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
            ["a length that is no number"] = Raw("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"),
            ["blanks"] = Whole("   \r\n"u8, ""),
            ["JSON cut off"] = Raw("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"agents\": [{\"id\": \"agent-0"),
            ["UTF-16 cut off"] = Whole(
                Encoding.Unicode.GetBytes("{\"agents\": [{\"id\""),
                "Content-Type: application/json; charset=utf-16"
            ),
            ["a web page"] = Whole("<!DOCTYPE html><title>Log in</title>"u8, "Content-Type: text/html"),
            ["a web page that says it is JSON"] = Whole("<html><head><title>Log in</title>"u8, ""),
            ["gzip without a word"] = Whole(Gzip("{}"u8.ToArray()), ""),
            ["a number"] = Whole("17"u8, ""),
            ["a text"] = Whole("\"ok\""u8, ""),
            ["null"] = Whole("null"u8, ""),
            ["an object"] = Whole("{}"u8, ""),
            ["a list of numbers"] = Whole("[1,2]"u8, ""),
            ["a list of lists"] = Whole("[[[]]]"u8, ""),
            ["an id that is a number"] = Whole("[{\"id\": 5}]"u8, ""),
            ["half a sign"] = Whole("[{\"id\": \"\\ud800\", \"name\": \"\\udfff\\ud83d\"}]"u8, ""),
            ["bytes that are no UTF-8"] = Whole([0x5B, 0x22, 0xFF, 0xC0, 0x22, 0x5D], ""),
            ["very deep"] = Whole(Encoding.ASCII.GetBytes(new string('[', 5000) + new string(']', 5000)), ""),
            ["NaN"] = Whole("{\"a\": NaN}"u8, ""),
            ["a charset that nobody knows"] = Whole("{\"a\":"u8, "Content-Type: application/json; charset=klingon-8"),
            ["UTF-7"] = Whole("+AHs-"u8, "Content-Type: application/json; charset=utf-7"),
            ["a type that is none"] = Whole("what"u8, "Content-Type: ;;;=,"),
            ["a redirect to itself"] = Raw("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
            ["a redirect to no address"] = Raw("HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n"),
            ["500 that says gzip and is plain"] = Raw("HTTP/1.1 500 Oh\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\noops"),
            ["502 with a page"] = Raw(
                "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 24\r\n\r\n<title>502 nginx</title>"
            ),
            ["422 cut off"] = Raw("HTTP/1.1 422 Unprocessable Entity\r\nContent-Length: 300\r\n\r\n{\"detail\":"),
            ["events that end"] = Raw(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"message_type\": \"assistant_message\", \"content\": \"He"
            ),
            ["an event that is no JSON"] = Raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: hello\n\n"),
        };

    public static byte[] Whole(ReadOnlySpan<byte> body, string header, int status = 200)
    {
        var type =
            header.StartsWith("Content-Type", StringComparison.Ordinal) || header.Length == 0 ? "" : "Content-Type: application/json\r\n";
        return
        [
            .. Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {status} OK\r\n{type}{(header.Length == 0 ? "Content-Type: application/json" : header)}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"
            ),
            .. body,
        ];
    }

    public static byte[] Raw(string text) => Encoding.Latin1.GetBytes(text);

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    public static byte[] Brotli(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            brotli.Write(content);
        }

        return packed.ToArray();
    }

    public static byte[] Deflate(byte[] content, bool hasHead)
    {
        using var packed = new MemoryStream();
        using (
            Stream deflate = hasHead
                ? new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)
                : new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true)
        )
        {
            deflate.Write(content);
        }

        return packed.ToArray();
    }
}
