using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// What the operator meets when files of the console are deleted, replaced, cut or broken under it, or between two starts.
/// </summary>
public sealed partial class LosingStoresTests : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly string[] WaysToBreak = ["garbage", "cut", "empty", "missing"];

    private readonly ConsoleProcess _console = new();

    private string Registry => Path.Combine(_console.Home, "registry.db");

    private string Logs => Path.Combine(_console.Home, "logs.db");

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    public static TheoryData<string> RegistryGoes => Thorough.Some(2, "deleted", "replaced", "renamed", "log deleted");

    public static TheoryData<string> LogsAreBroken => Thorough.Some(2, "cut in the middle", "cut to nothing", "garbage", "deleted");

    [Theory, MemberData(nameof(RegistryGoes))]
    public async Task A_registry_that_goes_away_under_the_console_is_noticed_and_nothing_is_acknowledged(string how)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lets an open file be deleted and told from another.");
        await _console.StartAsync();
        await _console.SaveAsync(new { letta_server_port = 8284 });
        switch (how)
        {
            case "deleted":
                File.Delete(Registry);
                break;
            case "replaced":
                File.Copy(Registry, Registry + ".new");
                File.Move(Registry + ".new", Registry, overwrite: true);
                break;
            case "renamed":
                File.Move(Registry, Registry + ".old");
                break;
            default:
                File.Delete(Registry + "-wal");
                break;
        }

        using var answer = await _console.SendAsync(HttpMethod.Put, "/api/settings", new { letta_server_port = 8285 });
        var problem = (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains(Registry, (string)problem["detail"]!, StringComparison.Ordinal);
        using var ready = await _console.SendAsync(HttpMethod.Get, "/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("writes", await ready.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await Wait.UntilAsync(() =>
            _console.Said.Contains("was deleted or replaced while the console was running", StringComparison.Ordinal)
        );
    }

    [LongFact]
    public async Task A_broken_registry_stops_the_start_with_a_hint_that_brings_it_back()
    {
        await _console.StartAsync();
        await _console.SaveAsync(new { letta_server_port = 8299 });
        using (var begun = await _console.SendAsync(HttpMethod.Post, "/api/backups", new { type = "config_only" }))
        {
            Assert.True(begun.IsSuccessStatusCode, await begun.Content.ReadAsStringAsync(Cancel));
        }

        await Wait.UntilAsync(async () => $"{(await _console.ReadAsync("/api/backups"))[0]?["status"]}" == "Completed");
        foreach (var how in WaysToBreak.Take(Thorough.Or(1, 4)))
        {
            await _console.KillAsync();
            Break(how);

            var (exitCode, _, errors) = await _console.StartInVainAsync(("X", "y"));

            Assert.True(exitCode == 1 && errors.StartsWith(Registry, StringComparison.Ordinal), $"{how}: {exitCode} {errors}");
            Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
            var backup = Hint().Match(errors).Groups["file"].Value;
            Assert.True(File.Exists(backup), errors);
            var (restored, output) = await _console.RunAsync("backup", "restore", backup);
            Assert.True(restored == 0, $"{how}: {output}");
            await _console.StartAsync();
            Assert.Contains("8299", (await _console.ReadAsync("/api/settings")).ToJsonString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("deleted")]
    public async Task A_key_ring_that_is_broken_or_gone_is_said_and_keeps_nobody_from_signing_in(string how)
    {
        await _console.StartAsync();
        await _console.SaveAsync(new { openai_api_key = "sk-canary-0123456789" });
        await _console.KillAsync();
        foreach (var key in Directory.GetFiles(Path.Combine(_console.Home, "keys")))
        {
            if (how == "broken")
            {
                await File.WriteAllTextAsync(key, "<key id=", Cancel);
            }
            else
            {
                File.Delete(key);
            }
        }

        await _console.StartAsync();

        Assert.Contains(Path.Combine(_console.Home, "keys"), _console.Said, StringComparison.Ordinal);
        using var ready = await _console.SendAsync(HttpMethod.Get, "/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("keys", await ready.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var browser = _console.Stranger();
        Assert.Equal(HttpStatusCode.Found, (await browser.LogInAsync(ConsoleServer.Administrator, _console.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/system-settings")).StatusCode);
    }

    [Theory, MemberData(nameof(LogsAreBroken))]
    public async Task Logs_that_are_broken_under_the_console_are_set_aside_and_new_lines_are_stored(string how)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lets an open file be deleted.");
        await _console.StartAsync();
        for (var batch = 0; batch < 20; batch++)
        {
            await PostAsync(
                [.. Enumerable.Range(0, 500).Select(number => $"line {batch} {number} {new string('x', 200)}")],
                HttpStatusCode.Created
            );
        }

        switch (how)
        {
            case "deleted":
                File.Delete(Logs);
                break;
            case "garbage":
                await File.WriteAllBytesAsync(Logs, [.. Enumerable.Repeat((byte)0xEE, 100_000)], Cancel);
                break;
            default:
                using (var file = new FileStream(Logs, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                {
                    file.SetLength(how == "cut to nothing" ? 0 : file.Length / 4096 / 2 * 4096);
                }

                break;
        }

        await Wait.UntilAsync(async () =>
        {
            using var answer = await _console.SendAsync(HttpMethod.Get, "/api/logs?limit=1000");
            using var bars = await _console.SendAsync(HttpMethod.Get, "/api/logs/histogram");
            return answer.StatusCode == HttpStatusCode.OK && bars.StatusCode == HttpStatusCode.OK;
        });
        await PostAsync(["porpoise"], HttpStatusCode.Created);
        await Wait.UntilAsync(async () => (await _console.ReadAsync("/api/logs?q=porpoise"))["items"]!.AsArray().Count == 1);
        await _console.KillAsync();
        Assert.Equal("1", await Sqlite3.RunAsync(Logs, "SELECT count(*) FROM logs WHERE message = 'porpoise'"));
    }

    [Fact]
    public async Task Nobody_else_reads_the_data_folder()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The rights are Unix's.");
            return;
        }

        await MigratedDatabases.CopyToAsync(_console.Home);
        File.SetUnixFileMode(_console.Home, (UnixFileMode)Convert.ToInt32("755", 8));
        foreach (var file in Directory.EnumerateFiles(_console.Home))
        {
            File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32("644", 8));
        }

        await _console.StartAsync();
        await _console.SaveAsync(new { openai_api_key = "sk-canary-0123456789" });
        await PostAsync(["porpoise"], HttpStatusCode.Created);
        await Wait.UntilAsync(async () => (await _console.ReadAsync("/api/logs?q=porpoise"))["items"]!.AsArray().Count == 1);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_console.Home));
        var files = Directory
            .EnumerateFiles(_console.Home, "*.db*")
            .Concat(Directory.EnumerateFiles(Path.Combine(_console.Home, "keys")))
            .ToList();
        Assert.Contains(files, file => file.EndsWith("logs.index.db-wal", StringComparison.Ordinal));
        foreach (var file in files)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    private void Break(string how)
    {
        foreach (var beside in new[] { "-wal", "-shm" })
        {
            File.Delete(Registry + beside);
        }

        switch (how)
        {
            case "garbage":
                File.WriteAllBytes(Registry, [.. Enumerable.Repeat((byte)0xEE, 100_000)]);
                break;
            case "missing":
                File.Delete(Registry);
                break;
            default:
                using (var file = new FileStream(Registry, FileMode.Open, FileAccess.Write))
                {
                    file.SetLength(how == "empty" ? 0 : 40_000);
                }

                break;
        }
    }

    private async Task PostAsync(string[] messages, HttpStatusCode expected)
    {
        using var answer = await _console.SendAsync(
            HttpMethod.Post,
            "/api/logs",
            messages.Select(message => new
            {
                level = "info",
                source = "system",
                message,
            })
        );
        Assert.True(answer.StatusCode == expected, await answer.Content.ReadAsStringAsync(Cancel));
    }

    [GeneratedRegex("backup restore \"(?<file>[^\"]+)\"")]
    private static partial Regex Hint();
}
