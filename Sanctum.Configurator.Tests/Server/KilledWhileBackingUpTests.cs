using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A power cut at each step of a backup with its drill and of a restore, and at moments from the first to the last of them.</summary>
public sealed class KilledWhileBackingUpTests : IAsyncDisposable
{
    private const int Moments = 6;
    private const int Before = 11_111;
    private const int Now = 22_222;

    private static readonly string[] Settings = ["system_config"];
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly ConsoleProcess _console = new();

    /// <summary>What has come into the folder of backups when a step of a backup has begun, in their order. What is gone soon may be over already.</summary>
    private static readonly Func<IReadOnlyList<string>, bool>[] BackupSteps =
    [
        entries => entries.Any(IsWork) || entries.Any(IsBackup),
        entries => entries.Any(IsPartial) || entries.Any(IsBackup),
        entries => entries.Any(entry => entry.StartsWith(".chain", StringComparison.Ordinal)) || entries.Any(IsBackup),
        entries => entries.Any(IsBackup),
        entries => entries.Any(IsBackup) && entries.Any(IsWork),
        entries => entries.Any(IsBackup) && entries.Any(IsUnpacked),
    ];

    /// <summary>The same of a restore: the backup is unpacked, what is there now is kept, and then it writes.</summary>
    private static readonly Func<IReadOnlyList<string>, bool>[] RestoreSteps =
    [
        entries => entries.Any(IsWork) || entries.Any(IsBackup),
        entries => entries.Any(IsUnpacked) || entries.Any(IsBackup),
        entries => entries.Any(IsPartial) || entries.Any(IsBackup),
        entries => entries.Any(IsBackup),
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

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
            await CheckRowsAsync();
        }

        Assert.NotNull((await BackUpAsync())["drilled_at"]);
    }

    [Fact]
    public async Task So_it_is_where_the_power_goes_as_soon_as_one_of_its_steps_is_seen_on_the_disk()
    {
        await _console.StartAsync();
        await EnlargeAsync();
        await BackUpAsync();
        foreach (var step in BackupSteps)
        {
            var before = Entries();
            await KillOnceAsync(() => SendAsync("/api/backups", new { }), () => step([.. Entries().Except(before)]));

            await CheckRowsAsync();
        }

        Assert.NotNull((await BackUpAsync())["drilled_at"]);
    }

    [Fact]
    public async Task A_restore_leaves_the_old_state_or_the_new_where_the_power_goes_at_one_of_its_steps()
    {
        await _console.StartAsync();
        await EnlargeAsync();
        await SetAsync(Before);
        var backup = await BackUpAsync();
        foreach (var step in RestoreSteps)
        {
            await SetAsync(Now);
            var before = Entries();
            await KillOnceAsync(async () => await RestoreAsync(backup), () => step([.. Entries().Except(before)]));

            Assert.Contains(await StateAsync(), new[] { Before, Now });
            await CheckRowsAsync();
            Assert.Equal(0, (await _console.RunAsync("audit", "verify")).ExitCode);
        }
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

    /// <summary>Each backup is whole or failed, and nothing half-made is left.</summary>
    private async Task CheckRowsAsync()
    {
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Folder), entry => entry.EndsWith(".partial", StringComparison.Ordinal) || Path.GetFileName(entry).StartsWith(".work-", StringComparison.Ordinal));
        foreach (var row in (await RowsAsync()).OfType<JsonNode>())
        {
            var isWhole = $"{row["status"]}" == "Completed";
            Assert.True(isWhole || $"{row["status"]}" == "Failed", $"{row}");
            Assert.Equal(isWhole, File.Exists($"{row["file_path"]}"));
            Assert.True(!isWhole || (bool)(await SendAsync($"/api/backups/{row["id"]}/verify", new { }))!["ok"]!, $"{row}");
        }
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

    /// <summary>What does not compress, so that each step takes long enough to be seen.</summary>
    private async Task EnlargeAsync()
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(_console.Home, "registry.db"), Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE ballast (id INTEGER PRIMARY KEY, text BLOB); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12) INSERT INTO ballast SELECT i, randomblob(1000000) FROM n";
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private string[] Entries()
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories).Select(entry => Path.GetRelativePath(Folder, entry))];
        }
        catch (DirectoryNotFoundException)
        {
            // A folder went while its entries were read.
            return [];
        }
    }

    private static bool IsWork(string entry) => entry.StartsWith(".work-", StringComparison.Ordinal);

    private static bool IsUnpacked(string entry) => IsWork(entry) && entry.EndsWith("registry.db", StringComparison.Ordinal);

    private static bool IsPartial(string entry) => entry.EndsWith(".partial", StringComparison.Ordinal);

    private static bool IsBackup(string entry) => entry.EndsWith(".sanctum", StringComparison.Ordinal);

    private static async Task<TimeSpan> TimeAsync(Func<Task> act)
    {
        var began = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(began);
    }

    private Task KillDuringAsync(Func<Task> act, TimeSpan took, int moment)
    {
        var at = took * moment / (Moments - 1);
        var began = Stopwatch.GetTimestamp();

        // The moment is what is tested: nothing tells from outside how far it has come.
        return KillOnceAsync(act, () => Stopwatch.GetElapsedTime(began) >= at);
    }

    private async Task KillOnceAsync(Func<Task> act, Func<bool> isTime)
    {
        var acting = act();
        SpinWait.SpinUntil(isTime, Patience);
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
