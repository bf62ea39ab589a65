using System.Security.Cryptography;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Registry.Data.Sqlite;
using Sanctum.Configurator.Tests.Features.Backups.Archive;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Runs;

/// <summary>
/// A database over 1 GiB has a page at byte 2^30 that SQLite locks and never writes
/// (https://sqlite.org/fileformat.html#the_lock_byte_page).
/// </summary>
public sealed class BackingUpALargeDatabaseTests : IDisposable
{
    private const long LockPage = 1L << 30;
    private const long Needed = 6_000_000_000;

    private readonly SqliteChain _chain = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _chain.Dispose();

    [Fact]
    public async Task It_is_read_continued_and_comes_back_bit_by_bit()
    {
        Thorough.SkipUnlessAsked("It writes three gigabytes.");
        Assert.SkipWhen(new DriveInfo(_chain.Folder).AvailableFreeSpace < Needed, "The disk of the temporary folder has not 6 GB free.");
        _chain.Run(
            """
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            CREATE TABLE notes (id INTEGER PRIMARY KEY, text BLOB);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100) INSERT INTO notes SELECT i, zeroblob(1000000) FROM n;
            """
        );
        Assert.True(new FileInfo(_chain.Database).Length > LockPage, "The database is too small to prove anything.");
        _chain.Run("PRAGMA journal_mode = WAL");
        var hash = await SqliteChain.HashAsync(_chain.Database);
        using (var held = HeldPages.TryHold(_chain.Database)!)
        {
            await using var content = PagesStream.Whole(held);
            Assert.Equal(hash, Convert.ToHexStringLower(await SHA256.HashDataAsync(content, Cancel)));
        }

        await _chain.ContinueAsync();
        _chain.Run(
            "PRAGMA journal_mode = OFF; UPDATE notes SET text = CAST(id || ' was changed' AS BLOB) WHERE id % 50 = 0 OR id > 1070; INSERT INTO notes SELECT id + 2000, zeroblob(500000) FROM notes WHERE id > 1000"
        );
        var increment = await _chain.ContinueAsync();

        Assert.True(new FileInfo(_chain.Database).Length > LockPage);
        Assert.InRange(increment, 1, new FileInfo(_chain.Links[0].File).Length);
        var back = _chain.PathOf("back.db");
        await SqliteChain.RestoreAsync(_chain.Links[1].File, back);
        Assert.Equal(_chain.Links[1].Sha256, await SqliteChain.HashAsync(back));
        Assert.Equal("ok", await Sqlite3.RunAsync(back, "PRAGMA integrity_check"));
    }
}
