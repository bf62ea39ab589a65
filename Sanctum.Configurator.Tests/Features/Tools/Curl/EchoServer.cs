using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sanctum.Configurator.Tests.Features.Tools.Curl;

/// <summary>A request as it came over the wire: bytes are letters of Latin-1.</summary>
internal sealed record EchoedRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, string Body);

/// <summary>Takes requests on a free port of this machine, one after the other, and keeps the last one. Its answer is empty.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private EchoedRequest? _last;

    public EchoServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Host => _listener.LocalEndpoint.ToString()!;

    /// <summary>The last request, which is then forgotten; null where none came.</summary>
    public EchoedRequest? Take() => Interlocked.Exchange(ref _last, null);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await ServeAsync(client.GetStream());
            }
            catch (Exception e)
                when (e
                        is OperationCanceledException
                            or SocketException
                            or IOException
                            or ObjectDisposedException
                            or InvalidOperationException
                )
            {
                // The caller has gone, or the server is stopped.
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        var (head, rest) = await ReadHeadAsync(stream);
        if (head.Length == 0)
        {
            return;
        }

        var lines = head.Split("\r\n");
        var request = lines[0].Split(' ');
        var headers = lines[1..].Select(line => line.Split(':', 2)).Select(parts => (parts[0], parts[1].Trim(' ', '\t'))).ToList();
        var length = headers
            .Where(header => header.Item1.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            .Select(header => header.Item2)
            .FirstOrDefault("0");
        var body = await ReadBodyAsync(stream, rest, int.Parse(length, CultureInfo.InvariantCulture));
        _last = new(request[0], string.Join(' ', request[1..^1]), headers, body);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stop.Token);
    }

    private async Task<(string Head, string Remainder)> ReadHeadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        while (true)
        {
            if (await ReadAsync(stream, text) == 0)
            {
                return ("", "");
            }

            if (text.ToString() is var so && so.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end)
            {
                return (so[..end], so[(end + 4)..]);
            }
        }
    }

    private async Task<string> ReadBodyAsync(NetworkStream stream, string begun, int length)
    {
        var text = new StringBuilder(begun);
        while (text.Length < length && await ReadAsync(stream, text) > 0) { }

        return text.ToString();
    }

    private async Task<int> ReadAsync(NetworkStream stream, StringBuilder text)
    {
        var buffer = new byte[16 * 1024];
        var read = await stream.ReadAsync(buffer, _stop.Token);
        text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        return read;
    }
}
