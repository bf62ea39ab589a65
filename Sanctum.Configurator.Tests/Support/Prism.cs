using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// A mock server that nobody here wrote, made from Letta's own API document. Installed once by npm below the
/// repository's artifacts; where it cannot be had, <see cref="SkipReason"/> says why.
/// </summary>
public sealed class Prism : IAsyncLifetime
{
    private const string Package = "@stoplight/prism-cli@5.16";

    private static readonly string Program = Path.Combine(
        "node_modules",
        ".bin",
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "prism.cmd" : "prism"
    );
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(1);

    private Process? _server;

    public string? SkipReason { get; private set; }

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    public async ValueTask InitializeAsync()
    {
        if (Npm.FindAbove(Path.Combine("shared", "data", "letta", "openapi.json")) is not { } document)
        {
            SkipReason = "Letta's API document is not there: shared/data/letta/openapi.json beside the repository.";
        }
        else if (await Npm.InstallAsync("prism", Package, Program) is not { } folder)
        {
            SkipReason = $"npm is not installed, or could not install {Package}.";
        }
        else
        {
            await StartAsync(Path.Combine(folder, Program), document);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
            server.Dispose();
        }
    }

    private async Task StartAsync(string program, string document)
    {
        Address = new($"http://127.0.0.1:{FreePort()}/");
        var listening = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _server = Npm.NewProcess(program, ["mock", document, "-h", "127.0.0.1", "-p", $"{Address.Port}"]);
        _server.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null || line.Data.Contains("is listening", StringComparison.Ordinal))
            {
                listening.TrySetResult(line.Data is not null);
            }
        };
        _server.Start();
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        if (!await listening.Task.WaitAsync(StartTime))
        {
            SkipReason = "Prism ended before it listened.";
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
