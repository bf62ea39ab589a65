using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// The reference server of MCP, in the newer transport and in the older one. Where it cannot be had, <see cref="SkipReason"/> says why.
/// </summary>
public sealed class McpEverything : IAsyncLifetime
{
    private const string Package = "@modelcontextprotocol/server-everything@2026.8.31";

    /// <summary>It would listen to every network.</summary>
    private const string OnLoopback =
        "const net = require('net'); const listen = net.Server.prototype.listen; net.Server.prototype.listen = function (port, ...rest) { return listen.call(this, port, '127.0.0.1', ...rest.filter(each => typeof each === 'function')); };";

    private static readonly string Script = Path.Combine("node_modules", "@modelcontextprotocol", "server-everything", "dist", "index.js");
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(1);

    private readonly List<Process> _servers = [];

    public string? SkipReason { get; private set; }

    /// <summary>What starts it over standard input and output.</summary>
    public string Program { get; private set; } = "node";

    public string[] Arguments { get; private set; } = [];

    /// <summary>Where it speaks streamable HTTP.</summary>
    public Uri Streamable { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Where it speaks SSE, as SMCP does.</summary>
    public Uri Sse { get; private set; } = new("http://127.0.0.1/");

    public async ValueTask InitializeAsync()
    {
        if (await Npm.InstallAsync("mcp-everything", Package, Script) is not { } folder)
        {
            SkipReason = $"npm is not installed, or could not install {Package}.";
            return;
        }

        Arguments = [Path.Combine(folder, Script), "stdio"];
        await File.WriteAllTextAsync(Path.Combine(folder, "loopback.cjs"), OnLoopback);
        (Streamable, Sse) = (await StartAsync(folder, "streamableHttp", "mcp"), await StartAsync(folder, "sse", "sse"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
            server.Dispose();
        }
    }

    private async Task<Uri> StartAsync(string folder, string transport, string path)
    {
        var port = FreePort();
        var listening = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = Npm.NewProcess("node", ["-r", Path.Combine(folder, "loopback.cjs"), Path.Combine(folder, Script), transport]);
        server.StartInfo.Environment["PORT"] = $"{port}";
        void Hear(object sender, DataReceivedEventArgs line)
        {
            if (line.Data?.Contains($"port {port}", StringComparison.Ordinal) == true)
            {
                listening.TrySetResult(true);
            }
        }

        server.OutputDataReceived += Hear;
        server.ErrorDataReceived += Hear;
        server.EnableRaisingEvents = true;
        server.Exited += (_, _) => listening.TrySetResult(false);
        server.Start();
        _servers.Add(server);
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        SkipReason = await listening.Task.WaitAsync(StartTime) ? SkipReason : $"The MCP server ended before it listened ({transport}).";
        return new($"http://127.0.0.1:{port}/{path}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
