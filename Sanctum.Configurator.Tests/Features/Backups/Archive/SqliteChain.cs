using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Features.Backups.Archive;

/// <summary>A database in a folder of its own and the backups of it that continue each other, packed as the product packs them.</summary>
internal sealed class SqliteChain : IDisposable
{
    public const string Part = "registry.db";
    public const string FilePart = "sanctum/settings.json";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Folder { get; } = Directory.CreateTempSubdirectory("chain-").FullName;

    public string Database => PathOf("source.db");

    public List<ChainLink> Links { get; } = [];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Makes the next backup of the chain.</summary>
    /// <returns>Its bytes.</returns>
    public async Task<long> ContinueAsync(string? passphrase = null, string? from = null, PageHashes? hashes = null, string? also = null)
    {
        var source = from ?? Database;
        var file = PathOf($"{Links.Count:000}.sanctum");
        var parent = Links is [.., var last]
            ? new ChainHead(
                last.Id,
                last.File,
                PassphraseKeys.Of(passphrase),
                new Dictionary<string, PageHashes> { [Part] = hashes ?? last.Hashes }
            )
            : null;
        using var before = parent is null ? null : ArchiveReader.Open(parent.File, parent.Keys);
        await using var writer = await ArchiveWriter.CreateAsync(file, parent?.Keys ?? PassphraseKeys.Of(passphrase), before, Cancel);
        var packer = new PartPacker(new("nowhere"), writer, parent, before, 0, new DirectProgress<BackupStep>(_ => { }), []);
        await packer.AddAsync(new(Part, source, IsDatabase: true), Cancel);
        if (also is not null)
        {
            await packer.AddAsync(new(FilePart, also, Modified: File.GetLastWriteTimeUtc(also)), Cancel);
        }

        var written = await writer.FinishAsync(
            parts =>
                new(
                    writer.Id,
                    DateTimeOffset.UnixEpoch,
                    "test",
                    "none",
                    parent is null ? "full" : "incremental",
                    false,
                    parts,
                    parent is null ? null : new(parent.Id, Path.GetFileName(parent.File))
                ),
            Cancel
        );
        Links.Add(new(file, writer.Id, packer.Hashes[Part], await HashAsync(source)));
        return written.SizeBytes;
    }

    /// <summary>Unpacks the database out of a backup and those it continues.</summary>
    public static async Task RestoreAsync(string file, string copy, string? passphrase = null)
    {
        using var chain = ArchiveChain.Open(file, passphrase);
        await chain.UnpackAsync(chain.Manifest.Parts[0], copy, null, Cancel);
    }

    /// <summary>SHA-256 in hex.</summary>
    public static async Task<string> HashAsync(string file)
    {
        await using var content = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, Cancel));
    }

    public void Fill()
    {
        Run("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, at TEXT); CREATE TABLE tags (name TEXT UNIQUE, note INTEGER)");
        Run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) INSERT INTO notes SELECT i, hex(zeroblob(200)) || (i * 7919), 'then' FROM n"
        );
        Run("INSERT INTO tags SELECT 'tag ' || (id * 31), id FROM notes");
    }

    /// <summary>Something else each time, and the same at each run.</summary>
    public void Change(int chain, int number)
    {
        var seed = (chain * 7919) + (number * 104_729);
        Run(
            (seed % 6) switch
            {
                0 => $"DELETE FROM notes WHERE id % {(number % 7) + 3} = 1",
                1 => $"UPDATE notes SET text = text || '{seed}' WHERE id % 11 = {number % 11}",
                2 =>
                    $"INSERT INTO notes SELECT max(id) + 1, hex(zeroblob({seed % 5000})), '{seed}' FROM notes; UPDATE tags SET note = {number} WHERE rowid % 50 = 1",
                3 => $"CREATE INDEX IF NOT EXISTS at_{number} ON notes (at, id)",
                4 => $"DELETE FROM tags WHERE note % 5 = {number % 5}; VACUUM",
                _ => $"INSERT INTO notes SELECT id + {seed}, text, 'again' FROM notes WHERE id < 120",
            }
        );
    }

    public void Run(string sql)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ConnectionString
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 120;
        command.ExecuteNonQuery();
    }
}

/// <summary>A backup of a chain.</summary>
/// <param name="Sha256">Of the database at its moment, in hex.</param>
internal sealed record ChainLink(string File, Guid Id, PageHashes Hashes, string Sha256);
