using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Sources;

public sealed class LeavingMessagesOutTests
{
    private const string Messages =
        "SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM queue) + (SELECT count(*) FROM queue_attempts) + (SELECT count(*) FROM outbox)";

    private const string NotIndexed =
        "SELECT m.message FROM messages_unindexed AS u JOIN messages AS m ON m.id = u.id ORDER BY u.id DESC LIMIT 1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TestDatabase.Sqlite, BackupType.ConfigOnly, "0", false)]
    [InlineData(TestDatabase.Postgres, BackupType.ConfigOnly, "0", false)]
    [InlineData(TestDatabase.Sqlite, BackupType.Full, "4", true)]
    public async Task A_backup_of_what_was_set_has_people_and_no_messages(
        TestDatabase database,
        BackupType type,
        string expected,
        bool hasText
    )
    {
        await using var console = await BackupRegistry.CreateAsync(database);
        await console.AddAgentAsync("Athena");
        foreach (
            var sql in new[]
            {
                "INSERT INTO channels (name, platform, agent_id, connector) VALUES ('Front door', 'telegram', 1, 'api')",
                "INSERT INTO letta_users (display_name) VALUES ('Ada')",
                "INSERT INTO messages (letta_user_id, message) VALUES (1, 'zqcanary')",
                "INSERT INTO queue (letta_user_id, message_id, status) VALUES (1, 1, 'failed')",
                "INSERT INTO queue_attempts (queue_id, number, outcome) VALUES (1, 1, 'failed')",
                "INSERT INTO outbox (channel_id, chat, text) VALUES (1, '7', 'zqcanary')",
            }
        )
        {
            await console.Registry.OutsideAsync(sql);
        }

        var backup = await console.BackUpAsync(new() { Type = type });

        Assert.True(backup.IsProven, backup.Trouble);
        var copy = Path.Combine(Directory.CreateTempSubdirectory("sanctum-copy-").FullName, "registry.db");
        using (var archive = ArchiveReader.Open(backup.FilePath!, null))
        {
            await using var file = File.Create(copy);
            await archive.CopyAsync(archive.Manifest.Parts.Single(part => part.Name == "registry.db"), file, null, Cancel);
        }

        Assert.Equal(expected, (await Sqlite3.RunAsync(copy, Messages)).Trim());
        Assert.Equal("Ada", (await Sqlite3.RunAsync(copy, "SELECT display_name FROM letta_users")).Trim());
        Assert.Equal(hasText, (await File.ReadAllBytesAsync(copy, Cancel)).AsSpan().IndexOf("zqcanary"u8) >= 0);
        Assert.Equal("", await Sqlite3.RunAsync(copy, "PRAGMA foreign_key_check"));

        // The index goes on with what comes after it is a registry again.
        await Sqlite3.RunAsync(copy, "INSERT INTO messages (message) VALUES ('harbour')");
        Assert.Equal("harbour", (await Sqlite3.RunAsync(copy, NotIndexed)).Trim());
        Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
    }
}
