using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// The built console as a process of its own, which can be killed and started again on the same data folder. Its administrator and first
/// key are made as an unattended installation makes them.
/// </summary>
public sealed class ConsoleProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    /// <summary>SIGSTOP and SIGCONT, as Linux numbers them.</summary>
    private const int Stop = 19,
        Continue = 18;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly HttpClient _http = new();
    private Process? _process;

    /// <summary>The folder of the registry and the keys.</summary>
    public string Home { get; } = Directory.CreateTempSubdirectory("sanctum-process-").FullName;

    public string Password { get; init; } = ConsoleServer.Password;

    public string FirstKey { get; init; } = ConsoleServer.FirstKey;

    public string? DatabaseUrl { get; init; }

    /// <summary>Further variables of its environment.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>All that it has written to its output and its errors.</summary>
    public string Said => string.Join('\n', _lines);

    /// <summary>
    /// Starts it, first on databases that are migrated already, and waits until it listens; again on the port it had before.
    /// </summary>
    public async Task StartAsync()
    {
        if (DatabaseUrl is null && !Directory.EnumerateFileSystemEntries(Home).Any())
        {
            await MigratedDatabases.CopyToAsync(Home);
        }

        var listens = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = Describe("--urls", Address.GetLeftPart(UriPartial.Authority)), EnableRaisingEvents = true };
        void Hear(object _, DataReceivedEventArgs heard)
        {
            if (heard.Data is { } line)
            {
                _lines.Enqueue(line);
                if (line.Contains(Listening, StringComparison.Ordinal))
                {
                    listens.TrySetResult(new(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..]));
                }
            }
        }

        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.Exited += (_, _) => listens.TrySetException(new InvalidOperationException($"The console ended before it listened. {Said}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        Address = await listens.Task.WaitAsync(Patience, Cancel);
    }

    /// <summary>Ends it as a power cut does: SIGKILL, on Unix.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
            _process = null;
        }
    }

    /// <summary>Until it ends of its own accord.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WhenEndedAsync()
    {
        var process = _process!;
        await process.WaitForExitAsync(Cancel).WaitAsync(Patience, Cancel);
        return process.ExitCode;
    }

    /// <summary>
    /// Copies its data folder as a kill at this moment would leave it: it stands still while that is done, and goes on. What a program has
    /// written is the system's by then, whether it ends or stops.
    /// </summary>
    public async Task CopyAsKilledAsync(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells whether a process stands still.");
        var id = _process!.Id;
        Assert.Equal(0, Signal(id, Stop));
        try
        {
            Wait.Spin(() => Directory.EnumerateDirectories($"/proc/{id}/task").All(IsStopped));
            using var copy = Process.Start("cp", ["-a", $"{Home}/.", folder]);
            await copy.WaitForExitAsync(Cancel);
            Assert.Equal(0, copy.ExitCode);
        }
        finally
        {
            Assert.Equal(0, Signal(id, Continue));
        }
    }

    /// <summary>Lets it stand still, as a machine that sleeps does.</summary>
    public void StandStill() => Assert.Equal(0, Signal(_process!.Id, Stop));

    /// <summary>Lets it go on.</summary>
    public void GoOn() => Assert.Equal(0, Signal(_process!.Id, Continue));

    /// <summary>Runs one of the console's commands in a process beside it.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(params string[] command)
    {
        var (exitCode, output, errors) = await RunAsync(Describe(command));
        return (exitCode, output + errors);
    }

    /// <summary>Starts it with this variable, which it is expected to refuse.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> StartInVainAsync((string Name, string Value) variable)
    {
        var start = Describe("--urls", "http://127.0.0.1:0");
        start.Environment[variable.Name] = variable.Value;
        return await RunAsync(start);
    }

    /// <summary>A program with the first key.</summary>
    public Caller WithKey() => new(Address, FirstKey);

    /// <summary>Calls it with the first key.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null)
    {
        var request = new HttpRequestMessage(method, new Uri(Address, path)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", FirstKey);
        return _http.SendAsync(request, Cancel);
    }

    public async Task<JsonNode> ReadAsync(string path)
    {
        var answer = await SendAsync(HttpMethod.Get, path);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }

    /// <summary>Saves settings, and fails the test where they are not accepted.</summary>
    public async Task SaveAsync(object values)
    {
        using var answer = await SendAsync(HttpMethod.Put, "/api/settings", values);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>A browser with a cookie jar of its own, which follows no redirect.</summary>
    public Caller Stranger() => new(Address, null);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
        TestRegistry.CloseKept(new(Home, null));
        Directory.Delete(Home, recursive: true);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(Cancel);
            var output = await process.StandardOutput.ReadToEndAsync(Cancel).WaitAsync(Patience, Cancel);
            await process.WaitForExitAsync(Cancel);
            return (process.ExitCode, output, await errors);
        }
        finally
        {
            // A console that starts after all must not outlive the test.
            process.Kill();
        }
    }

    private ProcessStartInfo Describe(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        start.Environment.Remove("ConnectionStrings__Registry");
        start.Environment["DATABASE_URL"] = DatabaseUrl ?? "";
        start.Environment["Sanctum__DataDirectory"] = Home;
        start.Environment["Logs__Folders"] = Path.GetTempPath();

        // It lives for seconds: code that is called often is not worth compiling again.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCounting"] = "0";
        start.Environment["SANCTUM_ADMIN_USERNAME"] = ConsoleServer.Administrator;
        start.Environment["SANCTUM_ADMIN_PASSWORD"] = Password;
        start.Environment["SANCTUM_API_KEY"] = FirstKey;
        foreach (var (name, value) in Settings)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Whether a thread is stopped by its <c>stat</c>: the letter behind the name.</summary>
    private static bool IsStopped(string task)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(task, "stat"));
            return stat[stat.LastIndexOf(')') + 2] == 'T';
        }
        catch (IOException)
        {
            // It has ended since it was listed.
            return true;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
