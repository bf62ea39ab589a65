using System.Text.Json;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Tests.House;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>The unit and the Dockerfile that docs/deploy.md hands out, tried by the programs that read them where they are there.</summary>
public sealed partial class DeployingTests : IAsyncLifetime
{
    private static readonly string Unit = Path.Combine(Repository.Root, "build", "sanctum-configurator.service");
    private static readonly string Dockerfile = Path.Combine(Repository.Root, "build", "Dockerfile");

    private readonly string _work = Directory.CreateTempSubdirectory("sanctum-deploy-").FullName;
    private readonly List<string[]> _leftInDocker = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_work, recursive: true);
        foreach (var arguments in _leftInDocker)
        {
            await Command.TryRunAsync("docker", arguments);
        }
    }

    /// <summary>A line of the unit that it does not know is only a warning.</summary>
    [Fact]
    public async Task Systemd_understands_the_unit() =>
        Assert.DoesNotContain(Path.GetFileName(Unit), await AnalyzeAsync("verify"), StringComparison.Ordinal);

    [Fact]
    public async Task Systemd_finds_the_unit_well_shut_off() => await AnalyzeAsync("security", "--offline=true", "--threshold=25");

    [Fact]
    public async Task What_the_image_is_made_of_is_there()
    {
        var copied = await CopiedAsync();

        Assert.NotEmpty(copied);
        Assert.DoesNotContain(copied, path => !Path.Exists(Path.Combine(Repository.Root, path)));
        var program = Path.GetFileName(typeof(CommandLine).Assembly.Location);
        Assert.Contains($"ENTRYPOINT [\"dotnet\", \"{program}\"]", await File.ReadAllLinesAsync(Dockerfile, Cancel));
    }

    /// <summary>On demand: it builds the console once more, which takes minutes.</summary>
    [Fact(Explicit = true)]
    public async Task What_the_image_is_made_of_is_enough_to_publish()
    {
        foreach (var path in await CopiedAsync())
        {
            CopyTo(Path.Combine(Repository.Root, path), Path.Combine(_work, path.TrimEnd('/')));
        }

        // As the Dockerfile does, but without compiling ahead: that takes longest and needs no further file.
        var command = Published().Match(await File.ReadAllTextAsync(Dockerfile, Cancel)).Groups["arguments"].Value;
        var arguments = command.Replace(" /publish", " published", StringComparison.Ordinal).Split(' ');
        await Command.RunAsync("dotnet", [.. arguments, "-p:PublishReadyToRun=false", "-p:RunAnalyzers=false", "-v", "q"], _work);

        string[] needed = ["Sanctum.Configurator.dll", "appsettings.json", "wwwroot/app.css"];
        Assert.DoesNotContain(needed, file => !File.Exists(Path.Combine(_work, "published", file)));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("console.example.org")]
    public async Task The_health_check_of_the_image_asks_a_running_console(string allowedHosts)
    {
        Assert.SkipUnless(await Command.TryRunAsync("bash", ["-c", "true"]) is { ExitCode: 0 }, "There is no bash.");
        await using var console = new ConsoleProcess { Settings = new Dictionary<string, string> { ["AllowedHosts"] = allowedHosts } };
        await console.StartAsync();

        Assert.Equal(0, await CheckHealthAsync(console.Address.Port));

        await console.KillAsync();
        Assert.NotEqual(0, await CheckHealthAsync(console.Address.Port));
    }

    [LongFact]
    public async Task The_image_is_built_and_its_console_is_healthy()
    {
        Thorough.SkipUnlessAsked("It builds an image.");
        Assert.SkipUnless(await Command.TryRunAsync("docker", ["info"]) is { ExitCode: 0 }, "No docker daemon answers.");
        var name = $"sanctum-configurator-test-{Guid.NewGuid():N}";
        _leftInDocker.AddRange([
            ["rm", "--force", "--volumes", name],
            ["image", "rm", "--force", name],
        ]);

        await Command.RunAsync("docker", ["build", "-f", Dockerfile, "-t", name, Repository.Root]);
        string[] shutOff = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
        await Command.RunAsync("docker", ["run", "--detach", "--name", name, .. shutOff, "--health-interval", "1s", name]);

        string[] inspect = ["inspect", "--format", "{{.State.Health.Status}}", name];
        await Wait.ForAsync(() => Command.RunAsync("docker", inspect), state => state.Trim() == "healthy");
        Assert.NotEqual("0", (await Command.RunAsync("docker", ["exec", name, "id", "-u"])).Trim());
        var status = await Command.RunAsync("docker", ["exec", name, "dotnet", "Sanctum.Configurator.dll", "migrate", "status"]);
        Assert.Contains("registry", status, StringComparison.Ordinal);
    }

    /// <summary>The unit names dotnet where a distribution's package puts it; here it is where the tests' own is.</summary>
    private async Task<string> AnalyzeAsync(params string[] act)
    {
        var copy = Path.Combine(_work, Path.GetFileName(Unit));
        var unit = await File.ReadAllTextAsync(Unit, Cancel);
        await File.WriteAllTextAsync(copy, unit.Replace("=/usr/bin/dotnet ", $"={Dotnet()} ", StringComparison.Ordinal), Cancel);
        var ended = await Command.TryRunAsync("systemd-analyze", [.. act, copy]);
        Assert.SkipWhen(ended is null, "systemd-analyze is not installed.");
        Assert.True(ended.Value.ExitCode == 0, ended.Value.Output);
        return ended.Value.Output;
    }

    private static string Dotnet()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists);
    }

    private static async Task<int> CheckHealthAsync(int port)
    {
        var check = HealthCheck().Match(await File.ReadAllTextAsync(Dockerfile, Cancel));
        var words = JsonSerializer.Deserialize<string[]>(check.Groups["words"].Value)!;
        var arguments = words[1..].Select(word => word.Replace("/8080", $"/{port}", StringComparison.Ordinal));
        var ended = await Command.TryRunAsync(words[0], arguments);
        return ended!.Value.ExitCode;
    }

    /// <summary>What goes into the image out of the checkout, as the Dockerfile writes it.</summary>
    private static async Task<IReadOnlyList<string>> CopiedAsync() =>
        [
            .. (await File.ReadAllLinesAsync(Dockerfile, Cancel))
                .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
                .SelectMany(line => line.Split(' ')[1..^1]),
        ];

    private static void CopyTo(string from, string to)
    {
        if (File.Exists(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to);
            return;
        }

        // As build/Dockerfile.dockerignore says.
        foreach (var entry in Directory.EnumerateFileSystemEntries(from).Where(entry => Path.GetFileName(entry) is not ("bin" or "obj")))
        {
            CopyTo(entry, Path.Combine(to, Path.GetFileName(entry)));
        }
    }

    [GeneratedRegex("^RUN dotnet (?<arguments>publish .*)$", RegexOptions.Multiline)]
    private static partial Regex Published();

    [GeneratedRegex(@"HEALTHCHECK .*\\\n\s+CMD (?<words>\[.*\])$", RegexOptions.Multiline)]
    private static partial Regex HealthCheck();
}
