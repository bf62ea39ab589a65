using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A power cut at moments from the first to the last of a backup with its drill, of a restore, and of its undoing.</summary>
public sealed class KilledWhileBackingUpTests : IAsyncDisposable
{
    private const int Moments = 6;
    private const int Before = 11_111;
    private const int Now = 22_222;

    private static readonly string[] Settings = ["system_config"];
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly ConsoleProcess _console = new();

    private string Folder => Path.Combine(_console.Home, "backups");

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task A_backup_is_whole_or_failed_and_nothing_half_made_is_left()
    {
        await _console.StartAsync();
        var took = await TimeAsync(BackUpAsync);
        for (var moment = 0; moment < Moments; moment++)
        {
            await KillDuringAsync(() => SendAsync("/api/backups", new { type = moment % 2 == 0 ? "full" : "incremental" }), took, moment);

            Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Folder), entry => entry.EndsWith(".partial", StringComparison.Ordinal) || Path.GetFileName(entry).StartsWith(".work-", StringComparison.Ordinal));
            foreach (var row in (await RowsAsync()).OfType<JsonNode>())
            {
                var isWhole = $"{row["status"]}" == "Completed";
                Assert.True(isWhole || $"{row["status"]}" == "Failed", $"{row}");
                Assert.Equal(isWhole, File.Exists($"{row["file_path"]}"));
                Assert.True(!isWhole || (bool)(await SendAsync($"/api/backups/{row["id"]}/verify", new { }))!["ok"]!, $"{row}");
            }
        }

        Assert.NotNull((await BackUpAsync())["drilled_at"]);
    }

    [Fact]
    public async Task A_restore_and_its_undoing_leave_the_old_state_or_the_new_and_never_a_third()
    {
        await _console.StartAsync();
        await SetAsync(Before);
        var backup = await BackUpAsync();
        await SetAsync(Now);
        var took = await TimeAsync(async () => await RestoreAsync(backup));
        for (var moment = 0; moment < Moments; moment++)
        {
            await SetAsync(Now);
            await KillDuringAsync(async () => await RestoreAsync(backup), took, moment);
            Assert.Contains(await StateAsync(), new[] { Before, Now });
            Assert.Equal(0, (await _console.RunAsync("audit", "verify")).ExitCode);
        }

        await SetAsync(Now);
        await RestoreAsync(backup);
        Assert.Equal(Before, await StateAsync());
        for (var moment = 1; moment < Moments; moment += 2)
        {
            var state = await StateAsync();
            await KillDuringAsync(async () => await SendAsync("/api/backups/restore/undo", new { }), took, moment);
            Assert.Contains(await StateAsync(), new[] { state, Before, Now });
        }

        await SetAsync(Now);
        await RestoreAsync(backup);
        Assert.Equal(Before, await StateAsync());
        await SendAsync("/api/backups/restore/undo", new { });
        Assert.Equal(Now, await StateAsync());
    }

    /// <summary>Columns of several types, all of them of this state.</summary>
    private Task SetAsync(int state) => _console.SaveAsync(new { smcp_port = state, letta_server_port = state + 1, sanctum_base_path = $"~/state/{state}" });

    /// <summary>Which state is there, where all of it is.</summary>
    private async Task<int> StateAsync()
    {
        var values = (await _console.ReadAsync("/api/settings"))["values"]!;
        var state = (int)values["smcp_port"]!;
        Assert.Equal((state + 1, $"~/state/{state}"), ((int)values["letta_server_port"]!, $"{values["sanctum_base_path"]}"));
        return state;
    }

    private async Task<JsonNode> BackUpAsync()
    {
        var row = (await SendAsync("/api/backups", new { }))!;
        while (row["drilled_at"] is null && row["failure"] is null)
        {
            row = await _console.ReadAsync($"/api/backups/{row["id"]}");
        }

        Assert.Null(row["failure"]);
        return row;
    }

    private Task<JsonNode?> RestoreAsync(JsonNode backup) => SendAsync($"/api/backups/{backup["id"]}/restore", new { confirm = $"{backup["name"]}", parts = Settings });

    private async Task<JsonArray> RowsAsync() => (await _console.ReadAsync("/api/backups")).AsArray();

    private async Task<JsonNode?> SendAsync(string path, object body)
    {
        using var answer = await _console.SendAsync(HttpMethod.Post, path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel);
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> act)
    {
        var began = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(began);
    }

    private async Task KillDuringAsync(Func<Task> act, TimeSpan took, int moment)
    {
        var began = Stopwatch.GetTimestamp();
        var acting = act();
        var at = took * moment / (Moments - 1);

        // The moment is what is tested: nothing tells from outside how far it has come.
        SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(began) >= at);
        await _console.KillAsync();
        try
        {
            await acting;
        }
        catch (HttpRequestException)
        {
            // Nobody was told how it ended.
        }

        await _console.StartAsync();
    }
}
