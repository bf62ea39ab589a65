using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>The real Redis, on loopback, with a password, in memory only. Skips the test where it is not installed.</summary>
internal sealed class RealRedis : IAsyncDisposable
{
    private static readonly string[] Programs = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"];

    private const string Password = "a redis/password";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private RealRedis(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public string Url => $"redis://:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}/0";

    public static async Task<RealRedis> StartAsync(int? port = null)
    {
        var program = Programs.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "redis-server is not installed: apt-get install redis-server.");
        var at = port ?? FreePort();
        string[] words =
        [
            "--port",
            $"{at}",
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--requirepass",
            Password,
            "--dir",
            "/tmp",
        ];
        var redis = new RealRedis(
            Process.Start(new ProcessStartInfo(program!, words) { RedirectStandardOutput = true, UseShellExecute = false })!,
            at
        );
        _ = redis._process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await Wait.UntilAsync(() => IsListeningAsync(at));
        return redis;
    }

    public async Task StopAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await StopAsync();
        }

        _process.Dispose();
    }

    private static async Task<bool> IsListeningAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
