using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Features.Backups;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups;

/// <summary>Backups that continue each other, of a database that grows, shrinks and is packed anew.</summary>
public sealed class ChainTests : IDisposable
{
    private const string Passphrase = "the lamp is lit at nine";
    private const string Everything = "SELECT * FROM notes ORDER BY id; SELECT * FROM tags ORDER BY rowid; SELECT * FROM sqlite_master;";

    private readonly string _folder = Directory.CreateTempSubdirectory("chain-").FullName;
    private readonly List<Link> _links = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(_folder, "source.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9), InlineData(10)]
    public async Task Each_of_thirty_increments_brings_its_moment_back(int chain)
    {
        Fill();
        await ContinueAsync(null);
        var dumps = new List<string> { await Sqlite3.RunAsync(Database, Everything) };
        for (var number = 1; number <= 30; number++)
        {
            Change(chain, number);
            await ContinueAsync(null);
            dumps.Add(await Sqlite3.RunAsync(Database, Everything));
        }

        foreach (var number in new[] { 0, 1, 2, 15, 29, 30 })
        {
            var copy = Path.Combine(_folder, $"copy-{number}.db");
            await RestoreAsync(_links[number].File, copy, null);
            Assert.Equal(_links[number].Sha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(copy, Cancel))));
            Assert.Equal(dumps[number], await Sqlite3.RunAsync(copy, Everything));
        }

        Assert.NotEqual(dumps[0], dumps[30]);
    }

    [Fact]
    public async Task Nothing_changed_is_next_to_nothing()
    {
        Fill();
        var full = await ContinueAsync(null);
        var increment = await ContinueAsync(null);

        Assert.InRange(increment.Size, 1, 4096);
        Assert.True(full.Size > increment.Size);
    }

    [Fact]
    public async Task Pages_that_only_moved_are_not_stored_again()
    {
        Run("CREATE TABLE first (text TEXT); INSERT INTO first VALUES (hex(zeroblob(20000)))");
        Fill();
        Run("VACUUM");
        await ContinueAsync(null);
        Run("DROP TABLE first; VACUUM");
        var (before, now) = (_links[0].Hashes, await PageHashes.OfAsync(Database, null, Cancel));

        var map = PageMap.Between(before, now);

        Assert.InRange(map.NewPages, 1, now.Count / 2);
        await ContinueAsync(null);
        await RestoreAsync(_links[1].File, Path.Combine(_folder, "copy.db"), null);
    }

    [Fact]
    public async Task A_chain_under_a_passphrase_opens_with_it_alone()
    {
        Fill();
        await ContinueAsync(Passphrase);
        Change(1, 1);
        await ContinueAsync(Passphrase);

        await RestoreAsync(_links[1].File, Path.Combine(_folder, "copy.db"), Passphrase);
        Assert.Throws<ArchiveDamagedException>(() => ArchiveChain.Open(_links[1].File, "another passphrase"));
        Assert.Throws<ArchiveDamagedException>(() => ArchiveChain.Open(_links[1].File, null));
    }

    [Fact]
    public async Task A_missing_increment_is_named()
    {
        Fill();
        for (var number = 0; number < 3; number++)
        {
            Change(1, number);
            await ContinueAsync(null);
        }

        File.Delete(_links[1].File);

        var refusal = Assert.Throws<ArchiveDamagedException>(() => ArchiveChain.Open(_links[2].File, null));
        Assert.Equal($"This backup continues {Path.GetFileName(_links[1].File)}, which is missing. Put that file beside it.", refusal.Message);
    }

    [Fact]
    public async Task Files_are_found_by_what_they_are_and_not_by_their_names()
    {
        Fill();
        await ContinueAsync(null);
        Change(1, 1);
        await ContinueAsync(null);
        File.Move(_links[0].File, Path.Combine(_folder, "renamed.sanctum"));

        await RestoreAsync(_links[1].File, Path.Combine(_folder, "copy.db"), null);
    }

    [Fact]
    public async Task A_flipped_bit_in_what_is_continued_is_found_and_named()
    {
        Fill();
        await ContinueAsync(null);
        Change(1, 1);
        await ContinueAsync(null);
        var bytes = await File.ReadAllBytesAsync(_links[0].File, Cancel);
        bytes[bytes.Length / 2] ^= 4;
        await File.WriteAllBytesAsync(_links[0].File, bytes, Cancel);

        using var chain = ArchiveChain.Open(_links[1].File, null);
        var verdict = Assert.Single(await chain.VerifyAsync(Cancel), verdict => !verdict.Ok);
        Assert.Equal(Path.GetFileName(_links[0].File), verdict.Name);
        await Assert.ThrowsAsync<ArchiveDamagedException>(() => chain.UnpackAsync(chain.Manifest.Parts[0], Path.Combine(_folder, "copy.db"), null, Cancel));
    }

    [Fact]
    public async Task Two_chains_do_not_mix()
    {
        Fill();
        var other = Path.Combine(_folder, "other.db");
        File.Copy(Database, other);
        await ContinueAsync(null);
        Change(1, 1);
        await ContinueAsync(null);

        // An increment that takes its pages from the first one, but continues the second: what is put together is not what the manifest says.
        await ContinueAsync(null, from: other, hashes: _links[0].Hashes);

        using var chain = ArchiveChain.Open(_links[2].File, null);
        await Assert.ThrowsAsync<ArchiveDamagedException>(() => chain.UnpackAsync(chain.Manifest.Parts[0], Path.Combine(_folder, "copy.db"), null, Cancel));
    }

    [Fact]
    public async Task A_file_that_was_not_written_again_is_not_stored_again()
    {
        var file = Path.Combine(_folder, "settings.json");
        await File.WriteAllTextAsync(file, new string('x', 50_000), Cancel);
        Fill();
        await ContinueAsync(null, also: file);
        await ContinueAsync(null, also: file);

        using var chain = ArchiveChain.Open(_links[1].File, null);
        var part = Assert.Single(chain.Manifest.Parts, part => part.Name == "sanctum/settings.json");
        Assert.Equal(PartKind.Same, part.Kind);
        var copy = Path.Combine(_folder, "copy.json");
        await chain.UnpackAsync(part, copy, null, Cancel);
        Assert.Equal(await File.ReadAllTextAsync(file, Cancel), await File.ReadAllTextAsync(copy, Cancel));
    }

    /// <summary>Makes the next backup of the chain, as the product packs it.</summary>
    private async Task<(long Size, string File)> ContinueAsync(string? passphrase, string? from = null, PageHashes? hashes = null, string? also = null)
    {
        var source = from ?? Database;
        var file = Path.Combine(_folder, $"{_links.Count:000}.sanctum");
        var parent = _links.Count == 0 ? null
            : new ChainHead(_links[^1].Id, _links[^1].File, PassphraseKeys.Of(passphrase), new Dictionary<string, PageHashes> { ["registry.db"] = hashes ?? _links[^1].Hashes });
        using var before = parent is null ? null : ArchiveReader.Open(parent.File, parent.Keys);
        await using var writer = await ArchiveWriter.CreateAsync(file, parent?.Keys ?? PassphraseKeys.Of(passphrase), before, Cancel);
        var packer = new PartPacker(writer, parent, before, 0, (_, _, _) => { });
        await packer.AddAsync(new("registry.db", source, IsDatabase: true), Cancel);
        if (also is not null)
        {
            await packer.AddAsync(new("sanctum/settings.json", also, Modified: File.GetLastWriteTimeUtc(also)), Cancel);
        }

        var written = await writer.FinishAsync(
            parts => new(writer.Id, DateTimeOffset.UnixEpoch, "test", "none", parent is null ? "full" : "incremental", false, parts, parent is null ? null : new(parent.Id, Path.GetFileName(parent.File))),
            Cancel);
        _links.Add(new(file, writer.Id, packer.Hashes["registry.db"], Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(source, Cancel)))));
        return (written.SizeBytes, file);
    }

    private static async Task RestoreAsync(string file, string copy, string? passphrase)
    {
        using var chain = ArchiveChain.Open(file, passphrase);
        await chain.UnpackAsync(chain.Manifest.Parts[0], copy, null, Cancel);
    }

    private void Fill()
    {
        Run("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, at TEXT); CREATE TABLE tags (name TEXT UNIQUE, note INTEGER)");
        Run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) INSERT INTO notes SELECT i, hex(zeroblob(200)) || (i * 7919), 'then' FROM n");
        Run("INSERT INTO tags SELECT 'tag ' || (id * 31), id FROM notes");
    }

    /// <summary>Something else each time, and the same at each run.</summary>
    private void Change(int chain, int number)
    {
        var seed = (chain * 7919) + (number * 104_729);
        Run((seed % 6) switch
        {
            0 => $"DELETE FROM notes WHERE id % {(number % 7) + 3} = 1",
            1 => $"UPDATE notes SET text = text || '{seed}' WHERE id % 11 = {number % 11}",
            2 => $"INSERT INTO notes SELECT max(id) + 1, hex(zeroblob({seed % 5000})), '{seed}' FROM notes; UPDATE tags SET note = {number} WHERE rowid % 50 = 1",
            3 => $"CREATE INDEX IF NOT EXISTS at_{number} ON notes (at, id)",
            4 => $"DELETE FROM tags WHERE note % 5 = {number % 5}; VACUUM",
            _ => $"INSERT INTO notes SELECT id + {seed}, text, 'again' FROM notes WHERE id < 120",
        });
    }

    private void Run(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed record Link(string File, Guid Id, PageHashes Hashes, string Sha256);
}
