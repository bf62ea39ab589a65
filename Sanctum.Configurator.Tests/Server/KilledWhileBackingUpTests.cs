using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// A power cut at each step of a backup with its drill and of a restore, and at moments from the first to the last of them.
/// </summary>
public sealed class KilledWhileBackingUpTests : IAsyncLifetime
{
    private const int Moments = 3;
    private const int Before = 11_111;
    private const int Now = 22_222;

    private static readonly string[] Settings = ["system_config"];
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private readonly ConsoleProcess _console = new();
    private Caller _here = null!; // None where the test is skipped.

    /// <summary>
    /// What has come into the folder of backups when a step of a backup has begun, in their order. What is gone soon may be over already.
    /// </summary>
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

    public async ValueTask InitializeAsync()
    {
        Thorough.SkipUnlessAsked("It kills a console at many moments.");
        await _console.StartAsync();
        _here = _console.WithKey();
    }

    public async ValueTask DisposeAsync()
    {
        _here?.Dispose();
        await _console.DisposeAsync();
    }

    [LongFact]
    public async Task A_backup_is_whole_or_failed_and_nothing_half_made_is_left()
    {
        var took = await TimeAsync(() => BackUpAsync(_here));
        for (var moment = 0; moment < Moments; moment++)
        {
            await CutOffAsync(
                () => SendAsync(_here, "/api/backups", new { type = moment % 2 == 0 ? "full" : "incremental" }),
                took,
                moment,
                CheckRowsAsync
            );
        }
    }

    [LongFact]
    public async Task So_it_is_where_the_power_goes_as_soon_as_one_of_its_steps_is_seen_on_the_disk()
    {
        await EnlargeAsync();
        await BackUpAsync(_here);
        foreach (var step in BackupSteps)
        {
            var before = Entries();
            await CutOffAsync(() => SendAsync(_here, "/api/backups", new { }), () => step([.. Entries().Except(before)]), CheckRowsAsync);
        }
    }

    [LongFact]
    public async Task A_console_that_was_killed_in_the_midst_of_a_backup_cleans_up_and_makes_the_next_one()
    {
        await EnlargeAsync();
        var before = Entries();
        await SendAsync(_here, "/api/backups", new { });
        Wait.Spin(() => BackupSteps[1]([.. Entries().Except(before)]));
        await _console.KillAsync();
        await _console.StartAsync();

        using var here = _console.WithKey();
        await CheckRowsAsync(here, _console.Home);
        Assert.NotNull((await BackUpAsync(here))["drilled_at"]);
    }

    [LongFact]
    public async Task A_restore_leaves_the_old_state_or_the_new_where_the_power_goes_at_one_of_its_steps()
    {
        await EnlargeAsync();
        await SetAsync(_here, Before);
        var backup = await BackUpAsync(_here);
        foreach (var step in RestoreSteps)
        {
            await SetAsync(_here, Now);
            var before = Entries();
            await CutOffAsync(
                () => RestoreAsync(_here, backup),
                () => step([.. Entries().Except(before)]),
                async (after, home) =>
                {
                    Assert.Contains(await StateAsync(after), new[] { Before, Now });
                    await CheckRowsAsync(after, home);
                    Assert.Equal((0, ""), await LeftByAKill.VerifyAsync(home));
                }
            );
        }
    }

    [LongFact]
    public async Task A_restore_and_its_undoing_leave_the_old_state_or_the_new_and_never_a_third()
    {
        await SetAsync(_here, Before);
        var backup = await BackUpAsync(_here);
        await SetAsync(_here, Now);
        var took = await TimeAsync(() => RestoreAsync(_here, backup));
        for (var moment = 0; moment < Moments; moment++)
        {
            await SetAsync(_here, Now);
            await CutOffAsync(
                () => RestoreAsync(_here, backup),
                took,
                moment,
                async (after, home) =>
                {
                    Assert.Contains(await StateAsync(after), new[] { Before, Now });
                    Assert.Equal((0, ""), await LeftByAKill.VerifyAsync(home));
                    await RestoreAndUndoAsync(after, backup);
                }
            );
            await CutOffAsync(
                () => SendAsync(_here, "/api/backups/restore/undo", new { password = ConsoleServer.Password }),
                took,
                moment,
                async (after, home) =>
                {
                    Assert.Contains(await StateAsync(after), new[] { Before, Now });
                    Assert.Equal((0, ""), await LeftByAKill.VerifyAsync(home));
                    await RestoreAndUndoAsync(after, backup);
                }
            );
        }
    }

    private static async Task RestoreAndUndoAsync(Caller console, JsonNode backup)
    {
        await SetAsync(console, Now);
        await RestoreAsync(console, backup);
        Assert.Equal(Before, await StateAsync(console));
        await SendAsync(console, "/api/backups/restore/undo", new { password = ConsoleServer.Password });
        Assert.Equal(Now, await StateAsync(console));
    }

    /// <summary>Each backup is whole or failed, and nothing half-made is left.</summary>
    private static async Task CheckRowsAsync(Caller console, string home)
    {
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(FolderIn(home)),
            entry =>
                entry.EndsWith(".partial", StringComparison.Ordinal)
                || Path.GetFileName(entry).StartsWith(".work-", StringComparison.Ordinal)
        );
        foreach (var row in (await ReadAsync(console, "/api/backups")).AsArray().OfType<JsonNode>())
        {
            var isWhole = $"{row["status"]}" == "Completed";
            Assert.True(isWhole || $"{row["status"]}" == "Failed", $"{row}");
            Assert.Equal(isWhole, File.Exists($"{row["file_path"]}"));
            Assert.True(!isWhole || (bool)(await SendAsync(console, $"/api/backups/{row["id"]}/verify", new { }))!["ok"]!, $"{row}");
        }
    }

    /// <summary>Columns of several types, all of them of this state.</summary>
    private static async Task SetAsync(Caller console, int state)
    {
        using var answer = await console.SendAsync(
            HttpMethod.Put,
            "/api/settings",
            new
            {
                smcp_port = state,
                letta_server_port = state + 1,
                sanctum_base_path = $"~/state/{state}",
            }
        );
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>Which state is there, where all of it is.</summary>
    private static async Task<int> StateAsync(Caller console)
    {
        var values = (await ReadAsync(console, "/api/settings"))["values"]!;
        var state = (int)values["smcp_port"]!;
        Assert.Equal((state + 1, $"~/state/{state}"), ((int)values["letta_server_port"]!, $"{values["sanctum_base_path"]}"));
        return state;
    }

    private static async Task<JsonNode> BackUpAsync(Caller console)
    {
        var row = await EndAsync(console, (await SendAsync(console, "/api/backups", new { }))!);
        Assert.Null(row["failure"]);
        return row;
    }

    /// <summary>Waits until a backup is proven or has failed.</summary>
    private static Task<JsonNode> EndAsync(Caller console, JsonNode row) =>
        Wait.ForAsync(
            () => ReadAsync(console, $"/api/backups/{row["id"]}"),
            now => now["drilled_at"] is not null || now["failure"] is not null
        );

    private static Task<JsonNode?> RestoreAsync(Caller console, JsonNode backup) =>
        SendAsync(
            console,
            $"/api/backups/{backup["id"]}/restore",
            new
            {
                confirm = $"{backup["name"]}",
                parts = Settings,
                password = ConsoleServer.Password,
            }
        );

    private static async Task<JsonNode> ReadAsync(Caller console, string path)
    {
        using var answer = await console.GetAsync(path);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }

    private static async Task<JsonNode?> SendAsync(Caller console, string path, object body)
    {
        using var answer = await console.SendAsync(HttpMethod.Post, path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel);
    }

    /// <summary>What does not compress, so that each step takes long enough to be seen.</summary>
    private async Task EnlargeAsync()
    {
        await using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Path.Combine(_console.Home, "registry.db"), Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "CREATE TABLE ballast (id INTEGER PRIMARY KEY, text BLOB); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12) INSERT INTO ballast SELECT i, randomblob(1000000) FROM n";
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private string[] Entries()
    {
        try
        {
            var folder = FolderIn(_console.Home);
            return
            [
                .. Directory
                    .EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
                    .Select(entry => Path.GetRelativePath(folder, entry)),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            // A folder went while its entries were read.
            return [];
        }
    }

    private static string FolderIn(string home) => Path.Combine(home, "backups");

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

    private Task CutOffAsync(Func<Task> act, TimeSpan took, int moment, Func<Caller, string, Task> check)
    {
        var at = took * moment / (Moments - 1);
        var began = Stopwatch.GetTimestamp();

        // The moment is what is tested: nothing tells from outside how far it has come.
        return CutOffAsync(act, () => Stopwatch.GetElapsedTime(began) >= at, check);
    }

    /// <summary>
    /// Lets the power go when it is time, and checks the console that starts on what was left, given with its data folder.
    /// </summary>
    private async Task CutOffAsync(Func<Task> act, Func<bool> isTime, Func<Caller, string, Task> check)
    {
        var acting = act();
        Wait.Spin(isTime);
        await using (var left = await LeftByAKill.OfAsync(_console))
        {
            using var after = await left.StartAsync(_console);
            await check(after, left.Home);
        }

        await acting;
        foreach (var row in (await ReadAsync(_here, "/api/backups")).AsArray().OfType<JsonNode>())
        {
            await EndAsync(_here, row);
        }
    }
}
