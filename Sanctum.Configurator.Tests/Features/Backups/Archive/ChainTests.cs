using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Registry.Data.Sqlite;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Archive;

/// <summary>Backups that continue each other, of a database that grows, shrinks and is packed anew.</summary>
public sealed class ChainTests : IDisposable
{
    private const string Passphrase = "the lamp is lit at nine";
    private const string Everything = "SELECT * FROM notes ORDER BY id; SELECT * FROM tags ORDER BY rowid; SELECT * FROM sqlite_master;";

    private readonly SqliteChain _chain = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Database => _chain.Database;

    private List<ChainLink> Links => _chain.Links;

    public void Dispose() => _chain.Dispose();

    [
        Theory,
        InlineData(1),
        InlineData(2),
        InlineData(3),
        InlineData(4),
        InlineData(5),
        InlineData(6),
        InlineData(7),
        InlineData(8),
        InlineData(9),
        InlineData(10)
    ]
    public async Task Each_of_thirty_increments_brings_its_moment_back(int chain)
    {
        _chain.Fill();
        await _chain.ContinueAsync();
        var dumps = new List<string> { await Sqlite3.RunAsync(Database, Everything) };
        for (var number = 1; number <= 30; number++)
        {
            _chain.Change(chain, number);
            await _chain.ContinueAsync();
            dumps.Add(await Sqlite3.RunAsync(Database, Everything));
        }

        foreach (var number in new[] { 0, 1, 2, 15, 29, 30 })
        {
            var copy = _chain.PathOf($"copy-{number}.db");
            await SqliteChain.RestoreAsync(Links[number].File, copy);
            Assert.Equal(Links[number].Sha256, await SqliteChain.HashAsync(copy));
            Assert.Equal(dumps[number], await Sqlite3.RunAsync(copy, Everything));
        }

        Assert.NotEqual(dumps[0], dumps[30]);
    }

    [Fact]
    public async Task Nothing_changed_is_next_to_nothing()
    {
        _chain.Fill();
        var full = await _chain.ContinueAsync();
        var increment = await _chain.ContinueAsync();

        Assert.InRange(increment, 1, 4096);
        Assert.True(full > increment);
    }

    [Fact]
    public async Task Pages_that_only_moved_are_not_stored_again()
    {
        _chain.Run("CREATE TABLE first (text TEXT); INSERT INTO first VALUES (hex(zeroblob(20000)))");
        _chain.Fill();
        _chain.Run("VACUUM");
        await _chain.ContinueAsync();
        _chain.Run("DROP TABLE first; VACUUM");
        using var pages = SqlitePages.OfFile(Database);
        var (before, now) = (Links[0].Hashes, PageHashes.Of(pages, Links[0].Hashes, Cancel));

        var map = PageMap.Between(before, now);

        Assert.InRange(map.NewPages, 1, now.Count / 2);
        await _chain.ContinueAsync();
        await SqliteChain.RestoreAsync(Links[1].File, _chain.PathOf("copy.db"));
    }

    [Fact]
    public async Task A_chain_under_a_passphrase_opens_with_it_alone()
    {
        _chain.Fill();
        await _chain.ContinueAsync(Passphrase);
        _chain.Change(1, 1);
        await _chain.ContinueAsync(Passphrase);

        await SqliteChain.RestoreAsync(Links[1].File, _chain.PathOf("copy.db"), Passphrase);
        Assert.Throws<ArchiveDamagedException>(() => ArchiveChain.Open(Links[1].File, "another passphrase"));
        Assert.Throws<ArchiveDamagedException>(() => ArchiveChain.Open(Links[1].File, null));
    }

    [Fact]
    public async Task A_missing_increment_is_named()
    {
        _chain.Fill();
        for (var number = 0; number < 3; number++)
        {
            _chain.Change(1, number);
            await _chain.ContinueAsync();
        }

        File.Delete(Links[1].File);

        var refusal = Assert.Throws<ArchiveDamagedException>(() => ArchiveChain.Open(Links[2].File, null));
        Assert.Equal(
            $"This backup depends on {Path.GetFileName(Links[1].File)}, which is missing. Copy that file into the same folder.",
            refusal.Message
        );
    }

    [Fact]
    public async Task Files_are_found_by_what_they_are_and_not_by_their_names()
    {
        _chain.Fill();
        await _chain.ContinueAsync();
        _chain.Change(1, 1);
        await _chain.ContinueAsync();
        File.Move(Links[0].File, _chain.PathOf("renamed.sanctum"));

        await SqliteChain.RestoreAsync(Links[1].File, _chain.PathOf("copy.db"));
    }

    [Fact]
    public async Task A_flipped_bit_in_what_is_continued_is_found_and_named()
    {
        _chain.Fill();
        await _chain.ContinueAsync();
        _chain.Change(1, 1);
        await _chain.ContinueAsync();
        var bytes = await File.ReadAllBytesAsync(Links[0].File, Cancel);
        bytes[bytes.Length / 2] ^= 4;
        await File.WriteAllBytesAsync(Links[0].File, bytes, Cancel);

        using var chain = ArchiveChain.Open(Links[1].File, null);
        var verdict = Assert.Single(await chain.VerifyAsync(Cancel), verdict => !verdict.Ok);
        Assert.Equal(Path.GetFileName(Links[0].File), verdict.Name);
        await Assert.ThrowsAsync<ArchiveDamagedException>(() =>
            chain.UnpackAsync(chain.Manifest.Parts[0], _chain.PathOf("copy.db"), null, Cancel)
        );
    }

    [Fact]
    public async Task Two_chains_do_not_mix()
    {
        _chain.Fill();
        var other = _chain.PathOf("other.db");
        File.Copy(Database, other);
        await _chain.ContinueAsync();
        _chain.Change(1, 1);
        await _chain.ContinueAsync();

        // An increment that takes its pages from the first one, but continues the second: what is put together is not what the manifest
        // says.
        await _chain.ContinueAsync(from: other, hashes: Links[0].Hashes);

        using var chain = ArchiveChain.Open(Links[2].File, null);
        await Assert.ThrowsAsync<ArchiveDamagedException>(() =>
            chain.UnpackAsync(chain.Manifest.Parts[0], _chain.PathOf("copy.db"), null, Cancel)
        );
    }

    [Fact]
    public async Task A_file_that_was_not_written_again_is_not_stored_again()
    {
        var file = _chain.PathOf("settings.json");
        await File.WriteAllTextAsync(file, new string('x', 50_000), Cancel);
        _chain.Fill();
        await _chain.ContinueAsync(also: file);
        await _chain.ContinueAsync(also: file);

        using var chain = ArchiveChain.Open(Links[1].File, null);
        var part = Assert.Single(chain.Manifest.Parts, part => part.Name == SqliteChain.FilePart);
        Assert.Equal(PartKind.Same, part.Kind);
        var copy = _chain.PathOf("copy.json");
        await chain.UnpackAsync(part, copy, null, Cancel);
        Assert.Equal(await File.ReadAllTextAsync(file, Cancel), await File.ReadAllTextAsync(copy, Cancel));
    }
}
