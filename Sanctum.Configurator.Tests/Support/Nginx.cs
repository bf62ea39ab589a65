using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Tests.House;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// The real nginx with the very block that docs/deploy.md prints; only its ports, its certificate and what it passes to are the test's. Or
/// before another server, with the lines of a test.
/// </summary>
internal sealed partial class Nginx : IAsyncDisposable
{
    private static readonly string[] Folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sanctum-nginx-");
    private Process? _process;

    private Nginx() { }

    public Uri Address { get; private set; } = null!;

    public static string? Program { get; } =
        new[] { "/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx" }.FirstOrDefault(File.Exists);

    public static async Task<Nginx> StartAsync(Uri console)
    {
        var nginx = new Nginx();
        using var certificates = new FakeCertificates();
        using var certificate = certificates.IssueValid();
        await File.WriteAllTextAsync(nginx.PathOf("cert.pem"), certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            nginx.PathOf("cert.key"),
            certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(),
            TestContext.Current.CancellationToken
        );
        var port = FreePort();
        nginx.Address = new($"https://127.0.0.1:{port}");
        await File.WriteAllTextAsync(nginx.PathOf("nginx.conf"), nginx.Configuration(console, port), TestContext.Current.CancellationToken);
        await nginx.RunAsync();
        return nginx;
    }

    /// <summary>Without TLS, before any server.</summary>
    /// <param name="lines">Within the block of its one location.</param>
    public static async Task<Nginx> StartBeforeAsync(Uri server, string lines)
    {
        var nginx = new Nginx();
        var port = FreePort();
        nginx.Address = new($"http://127.0.0.1:{port}/");
        var block =
            $"server {{\nlisten 127.0.0.1:{port};\nlocation / {{\nproxy_pass {server.GetLeftPart(UriPartial.Authority)};\n{lines}\n}}\n}}";
        await File.WriteAllTextAsync(nginx.PathOf("nginx.conf"), nginx.Around(block), TestContext.Current.CancellationToken);
        await nginx.RunAsync();
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience);
        }

        _process?.Dispose();
        _folder.Delete(recursive: true);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private string Configuration(Uri console, int port)
    {
        var block = BlockOfTheConsole()
            .Match(File.ReadAllText(Path.Combine(Repository.Root, "docs/deploy.md")))
            .Groups["block"]
            .Value.Replace("listen 443 ssl", $"listen 127.0.0.1:{port} ssl", StringComparison.Ordinal)
            .Replace("/etc/ssl/console.example.org.pem", PathOf("cert.pem"), StringComparison.Ordinal)
            .Replace("/etc/ssl/console.example.org.key", PathOf("cert.key"), StringComparison.Ordinal)
            .Replace("http://127.0.0.1:5000", console.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        return Around(block);
    }

    private string Around(string block)
    {
        var folders = string.Concat(Folders.Select(kind => $"{kind}_temp_path {PathOf(kind)};\n"));
        return $"daemon off;\nmaster_process off;\npid {PathOf("pid")};\nerror_log stderr notice;\nevents {{}}\nhttp {{\naccess_log off;\n{folders}{block}\n}}\n";
    }

    private async Task RunAsync()
    {
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        _process = new()
        {
            StartInfo = new(Program!, ["-p", _folder.FullName, "-c", PathOf("nginx.conf"), "-e", "stderr"])
            {
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        _process.ErrorDataReceived += (_, heard) =>
        {
            said.Add(heard.Data ?? "");
            if (heard.Data?.Contains("event method", StringComparison.Ordinal) == true)
            {
                listens.TrySetResult(); // It has opened its ports by then.
            }
        };
        _process.Exited += (_, _) => listens.TrySetException(new InvalidOperationException($"nginx ended: {string.Join(' ', said)}"));
        _process.Start();
        _process.BeginErrorReadLine();
        await listens.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("```nginx\n(?<block>.*?)```", RegexOptions.Singleline)]
    private static partial Regex BlockOfTheConsole();
}
