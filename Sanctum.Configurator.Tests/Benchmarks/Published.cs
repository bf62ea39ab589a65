using System.Diagnostics;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>The console, or a bare Kestrel app to compare it with, published and started as an operator starts it.</summary>
internal sealed class Published : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string _program;
    private readonly Dictionary<string, string> _environment;
    private Process? _process;

    private Published(string folder, string program, Dictionary<string, string> environment) =>
        (_folder, _program, _environment) = (folder, program, environment);

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort()}");

    /// <summary>The console's registry.</summary>
    public string Registry => Path.Combine(_folder, "data", "registry.db");

    public long MemoryBytes
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<Published> ConsoleAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sanctum-bench-").FullName;
        await PublishAsync(Path.Combine(House.Repository.Product, "Sanctum.Configurator.csproj"), Path.Combine(folder, "app"));
        return new(
            folder,
            "Sanctum.Configurator.dll",
            new()
            {
                ["Sanctum__DataDirectory"] = Path.Combine(folder, "data"),
                ["SANCTUM_ADMIN_USERNAME"] = Server.ConsoleServer.Administrator,
                ["SANCTUM_ADMIN_PASSWORD"] = Server.ConsoleServer.Password,
                ["SANCTUM_API_KEY"] = Server.ConsoleServer.FirstKey,
            }
        );
    }

    /// <summary>The least that ASP.NET Core can be: one route on Kestrel.</summary>
    public static async Task<Published> BareKestrelAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sanctum-bare-").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "bare.csproj"),
            """<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><RequiresAspNetWebAssets>false</RequiresAspNetWebAssets></PropertyGroup></Project>"""
        );
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Program.cs"),
            """var app = WebApplication.Create(args); app.MapGet("/health/live", () => "ok"); app.Run();"""
        );
        await PublishAsync(Path.Combine(folder, "bare.csproj"), Path.Combine(folder, "app"));
        return new(folder, "bare.dll", []);
    }

    /// <returns>Milliseconds from starting the process to its first answer.</returns>
    public async Task<double> StartAsync()
    {
        await StopAsync();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(_folder, "app", _program), "--urls", Address.GetLeftPart(UriPartial.Authority)]
        )
        {
            WorkingDirectory = Path.Combine(_folder, "app"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        var clock = Stopwatch.StartNew();
        _process = Process.Start(start)!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(Address, "/health/live"));
                return clock.Elapsed.TotalMilliseconds;
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                await Task.Yield();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StopAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            _process = null;
        }
    }

    private static async Task PublishAsync(string project, string folder)
    {
        using var publish = Process.Start(
            new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-o", folder, "-v", "q", "--nologo"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, output);
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        socket.Start();
        return ((System.Net.IPEndPoint)socket.LocalEndpoint).Port;
    }
}
