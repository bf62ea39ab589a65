using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>A port that takes connections and does with each what it is told, for manners that no web server has.</summary>
public sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _talks = [];
    private readonly Func<NetworkStream, CancellationToken, Task> _talk;
    private readonly Task _accepting;
    private int _accepted;

    private RawServer(Func<NetworkStream, CancellationToken, Task> talk)
    {
        _talk = talk;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Accepted => Volatile.Read(ref _accepted);

    public static RawServer Silent() => new((_, cancel) => new TaskCompletionSource().Task.WaitAsync(cancel));

    public static RawServer Talking(Func<NetworkStream, CancellationToken, Task> talk) => new(talk);

    public static RawServer HangingUp() => new((_, _) => Task.CompletedTask);

    /// <summary>Reads what comes first, answers this and hangs up.</summary>
    public static RawServer Saying(byte[] answer) =>
        new(
            async (stream, cancel) =>
            {
                _ = await stream.ReadAsync(new byte[4096], cancel);
                await stream.WriteAsync(answer, cancel);
            }
        );

    /// <summary>Answers by what it reads first, and hangs up.</summary>
    public static RawServer Saying(Func<string, byte[]> answer) =>
        new(
            async (stream, cancel) =>
            {
                var asked = new byte[4096];
                var length = await stream.ReadAsync(asked, cancel);
                await stream.WriteAsync(answer(System.Text.Encoding.ASCII.GetString(asked, 0, length)), cancel);
            }
        );

    /// <summary>Says what it is told at the moment; where that is nothing, it passes everything on to another port.</summary>
    /// <param name="change">Cancelled when it is told something else.</param>
    public static RawServer Saying(Func<byte[]?> answer, int otherwise, CancellationToken change) =>
        new(
            async (stream, cancel) =>
            {
                if (answer() is { } bytes)
                {
                    _ = await stream.ReadAsync(new byte[65536], cancel);
                    await stream.WriteAsync(bytes, cancel);
                    return;
                }

                using var other = new TcpClient();
                await other.ConnectAsync(IPAddress.Loopback, otherwise, cancel);
                using var passing = CancellationTokenSource.CreateLinkedTokenSource(cancel, change);
                await await Task.WhenAny(
                    stream.CopyToAsync(other.GetStream(), passing.Token),
                    other.GetStream().CopyToAsync(stream, passing.Token)
                );
            }
        );

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await Task.WhenAll([_accepting, .. _talks]);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                _talks.Add(TalkAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped, perhaps before it began to listen.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await _talk(client.GetStream(), _stop.Token);
            }
            catch (Exception e)
                when (e is OperationCanceledException or IOException or System.Security.Authentication.AuthenticationException)
            {
                // The caller has gone, or the test has.
            }
        }
    }
}
