using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

/// <summary>Who writes goes on writing while a backup is made, and the backup is of one moment.</summary>
public sealed class WritingDuringABackupTests
{
    private const string Counts =
        "SELECT (SELECT count(*) FROM debits) || ' ' || (SELECT count(*) FROM credits) || ' ' || (SELECT coalesce(max(id), 0) FROM debits)";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_write_is_refused_and_two_tables_written_together_agree()
    {
        await using var console = await BackupRegistry.CreateAsync();

        // Enough for many pieces, between which each row is written at two far ends of the file.
        await console.Registry.OutsideAsync(
            """
            CREATE TABLE debits (id INTEGER PRIMARY KEY, text TEXT);
            CREATE TABLE ballast (id INTEGER PRIMARY KEY, text BLOB);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO ballast SELECT i, zeroblob(1000000) FROM n;
            CREATE TABLE credits (id INTEGER PRIMARY KEY, text TEXT);
            """
        );
        await using var writer = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = console.Registry.Location.RegistryFile,
                Pooling = false,
                DefaultTimeout = 1,
            }.ConnectionString
        );
        await writer.OpenAsync(Cancel);
        var activity = console.Registry.Services.GetRequiredService<BackupActivity>();
        var (written, whilePacking, refused) = (0, 0, new List<SqliteException>());
        using (
            activity.Subscribe(() =>
            {
                // Called by the packing itself, between two of its pieces.
                if (activity.Current is { } current)
                {
                    try
                    {
                        Write(writer);
                        written++;
                        whilePacking += current.What == "Packing" ? 1 : 0;
                    }
                    catch (SqliteException e)
                    {
                        refused.Add(e);
                    }
                }
            })
        )
        {
            var backup = await console.BackUpAsync();

            Assert.True(backup.IsProven, backup.Trouble);
            Assert.Empty(refused);
            Assert.True(whilePacking > 5, $"Only {whilePacking} rows were written while the registry was read.");
            var copy = Path.Combine(console.Registry.Location.DataDirectory, "copy.db");
            using var archive = ArchiveChain.Open(backup.FilePath!, null);
            await archive.UnpackAsync(archive.Manifest.Parts.Single(part => part.Name == BackupMaker.RegistryPart), copy, null, Cancel);
            var counts = (await Sqlite3.RunAsync(copy, Counts)).Split(' ');
            Assert.Equal(counts[0], counts[1]);
            Assert.Equal(counts[0], counts[2]);
            Assert.InRange(int.Parse(counts[0], System.Globalization.CultureInfo.InvariantCulture), 0, written - whilePacking);
        }
    }

    private static void Write(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            "INSERT INTO debits (text) VALUES (hex(zeroblob(3000))); INSERT INTO credits (text) VALUES (hex(zeroblob(3000)))";
        command.ExecuteNonQuery();
        transaction.Commit();
    }
}
