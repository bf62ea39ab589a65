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

    private static readonly TimeSpan InstallTime = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(1);

    private Process? _server;

    public string? SkipReason { get; private set; }

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    public async ValueTask InitializeAsync()
    {
        if (FindAbove("Sanctum.sln") is not { } solution)
        {
            SkipReason = "The repository's root was not found above the test's folder.";
        }
        else if (FindAbove(Path.Combine("shared", "data", "letta", "openapi.json")) is not { } document)
        {
            SkipReason = "Letta's API document is not there: shared/data/letta/openapi.json beside the repository.";
        }
        else if (await FindProgramAsync(Path.Combine(Path.GetDirectoryName(solution)!, "artifacts", "prism")) is not { } program)
        {
            SkipReason = $"npm is not installed, or could not install {Package}.";
        }
        else
        {
            await StartAsync(program, document);
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
        _server = NewProcess(program, ["mock", document, "-h", "127.0.0.1", "-p", $"{Address.Port}"]);
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

    private static async Task<string?> FindProgramAsync(string folder)
    {
        var program = Path.Combine(folder, "node_modules", ".bin", RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "prism.cmd" : "prism");
        if (File.Exists(program))
        {
            return program;
        }

        Directory.CreateDirectory(folder);
        using var npm = NewProcess("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--no-save", Package]);
        try
        {
            npm.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        npm.BeginOutputReadLine();
        npm.BeginErrorReadLine();
        await npm.WaitForExitAsync().WaitAsync(InstallTime);
        return File.Exists(program) ? program : null;
    }

    private static Process NewProcess(string program, string[] arguments) => new()
    {
        StartInfo = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // A work tree of the repository lies deeper than the repository itself, so the nearest one upward counts.
    private static string? FindAbove(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, path) is var file && File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
