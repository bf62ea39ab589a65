using System.Diagnostics;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Not only do no rows of an erased person stay: no byte of what was theirs stands in the files any more.</summary>
public sealed class ErasingFromTheFileTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private const string Canary = "zqcanary";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Registry => Path.Combine(console.Home, "registry.db");

    [Fact]
    public async Task What_was_of_an_erased_person_stands_nowhere_in_the_files()
    {
        await FillAsync();
        using var program = console.WithKey(ConsoleServer.FirstKey);
        (await program.SendAsync(HttpMethod.Post, "/api/people/1/merge", new { merged_id = 2 })).EnsureSuccessStatusCode();
        Assert.NotEmpty(await FilesWithCanaryAsync());

        using var erased = await program.SendAsync(HttpMethod.Post, "/api/people/1/erase", new { confirm = "erase 1" });

        Assert.True(erased.IsSuccessStatusCode, await erased.Content.ReadAsStringAsync(Cancel));
        Assert.Empty(await FilesWithCanaryAsync());
        Assert.Equal("1 1", (await Sqlite3.RunAsync(Registry, OthersLeft)).Trim());
        Assert.Equal("ok", (await Sqlite3.RunAsync(Registry, "PRAGMA integrity_check")).Trim());
        await Sqlite3.RunAsync(Registry, "INSERT INTO messages_words(messages_words) VALUES ('integrity-check')");
    }

    private const string OthersLeft =
        "SELECT (SELECT count(*) FROM messages) || ' ' || (SELECT count(*) FROM messages_words WHERE messages_words MATCH 'harbour')";

    /// <summary>Two people and one of every row that can be somebody's, many times over, so that pages fill; and a message of a third.</summary>
    private Task<string> FillAsync() =>
        Sqlite3.RunAsync(
            Registry,
            $"""
            INSERT INTO agents (name) VALUES ('Athena');
            INSERT INTO channels (name, platform, agent_id, connector) VALUES ('Front door', 'telegram', 1, 'api');
            INSERT INTO broca_imports (source, file_name, file_hash, shape, imported_by) VALUES ('broca', 'sanctum.db', '0', 'v3', 'root');
            INSERT INTO letta_users (id, display_name, custom_instructions, agent_preferences, import_id, source_key) VALUES
                (1, '{Canary} a', '{Canary} b', '{Json("c")}', 1, 'broca:letta_users:501'), (2, '{Canary} d', '{Canary} e', '{Json(
                "f"
            )}', NULL, NULL), (3, 'Bob', NULL, NULL, NULL, NULL);
            INSERT INTO platform_profiles (id, letta_user_id, platform, platform_user_id, username, display_name, metadata) VALUES
                (1, 1, 'telegram', '{Canary}g', '{Canary}h', '{Canary} i', '{Json(
                "j"
            )}'), (2, 2, 'telegram', '{Canary}k', '{Canary}l', '{Canary} m', '{Json("n")}');
            INSERT INTO messages (letta_user_id, platform_profile_id, role, message, agent_response, note, chat, external_id, attachments)
                SELECT 1 + value % 2, 1 + value % 2, 'user', '{Canary}' || value || ' {Canary} o', '{Canary}answer' || value, '{Canary} p', '{Canary}q', '{Canary}' || value,
                '{Json("r")}' FROM generate_series(1, 400);
            INSERT INTO messages (letta_user_id, role, message) VALUES (3, 'user', 'Where is the harbour?');
            INSERT INTO queue (letta_user_id, message_id, status, failure, cause, run_id) SELECT 1, id, 'failed', '{Canary} s', '{Canary} t', '{Canary}' FROM messages WHERE id <= 50;
            INSERT INTO queue_attempts (queue_id, number, outcome, failure, excerpt) SELECT id, 1, 'failed', '{Canary} u', '{Canary} v' FROM queue;
            INSERT INTO queue_acts (kind, chosen, acted_by, total, finished) VALUES ('retry', 'text “{Canary} a”', 'root', 50, 50);
            INSERT INTO queue_act_rows (act_id, queue_id, status, stage) SELECT 1, id, 'failed', 0 FROM queue;
            INSERT INTO queue_pauses (scope, subject, reason, paused_by) VALUES ('person', '1', '{Canary} w', 'root');
            INSERT INTO outbox (letta_user_id, channel_id, chat, text, status, failure) VALUES (1, 1, '{Canary}x', '{Canary} y', 'failed', '{Canary} z');
            INSERT INTO broca_orphans (import_id, source_table, source_key, source_row, reason) VALUES
                (1, 'messages', 'messages:7', '{Json("aa", ", \"letta_user_id\": 501")}', 'The person is gone.');
            UPDATE messages SET message = message || ' once more' WHERE id < 20;
            """
        );

    private static string Json(string end, string more = "") => "{\"x\": \"" + Canary + end + "\"" + more + "}";

    /// <summary>Read by another process: one that closes SQLite's files gives up the locks that it has on them.</summary>
    private async Task<string[]> FilesWithCanaryAsync()
    {
        using var grep = Process.Start(
            new ProcessStartInfo("grep", ["--recursive", "--files-with-matches", "--text", "--fixed-strings", Canary, console.Home])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var found = await grep.StandardOutput.ReadToEndAsync(Cancel);
        await grep.WaitForExitAsync(Cancel);
        Assert.InRange(grep.ExitCode, 0, 1);
        return found.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
