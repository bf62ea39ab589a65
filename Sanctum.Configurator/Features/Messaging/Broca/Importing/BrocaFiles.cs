using System.Security.Cryptography;
using Sanctum.Configurator.Features.Messaging.Broca.Reading;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>A private copy of a database, until it is imported or its time is over.</summary>
internal sealed record BrocaFile(
    string Id,
    string Copy,
    string Name,
    string DefaultSource,
    long Size,
    string Hash,
    bool IsCut,
    DateTimeOffset TakenAt
)
{
    /// <summary>An import reads it.</summary>
    public bool IsInUse { get; set; }
}

/// <summary>
/// Keeps private copies of databases that are to be imported: uploads, and files of the console's machine, which are copied as they are at one
/// moment. A few at a time, for an hour; what a console that was killed left behind goes with the next one.
/// </summary>
internal sealed class BrocaFiles(RegistryLocation location, OperatorFiles files, TimeProvider clock)
{
    public const long MostBytes = 1L << 30;
    public const string TooLarge =
        "The file is larger than 1 GB. Import it by its path on the console's machine, or make it smaller with VACUUM.";

    private const int Most = 4;
    private const int LongestSource = 100;
    private const int Patience = 5_000;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongAgo = TimeSpan.FromHours(12);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, BrocaFile> _files = [];

    /// <summary>Null where it is not here, or not any more.</summary>
    public BrocaFile? Find(string? id)
    {
        lock (_lock)
        {
            return id is not null && _files.TryGetValue(id, out var file) && clock.GetUtcNow() - file.TakenAt < Kept ? file : null;
        }
    }

    public void Forget(BrocaFile file)
    {
        lock (_lock)
        {
            _files.Remove(file.Id);
            File.Delete(file.Copy);
        }
    }

    /// <exception cref="BrocaFileException">It is refused.</exception>
    public async Task<BrocaFile> TakeAsync(Stream upload, string name, CancellationToken cancel)
    {
        var copy = NewCopy();
        try
        {
            await ReceiveAsync(upload, copy, cancel);
            return await KeepAsync(copy, NameOf(name), NameOf(name), isWhole: false, cancel);
        }
        catch (IOException) when (!cancel.IsCancellationRequested)
        {
            Discard(copy);
            throw new BrocaFileException("The file did not arrive whole, or there is no room left on the disk of the console. Try again.");
        }
        catch
        {
            Discard(copy);
            throw;
        }
    }

    /// <summary>Copies the database behind a path; whoever writes into it is not stopped.</summary>
    /// <exception cref="BrocaFileException">It is refused.</exception>
    public async Task<BrocaFile> TakePathAsync(string path, CancellationToken cancel)
    {
        var copy = NewCopy();
        try
        {
            using var found = FindFile(path);
            await Task.Run(() => CopyLive(found.Place, copy), cancel);
            var folder = Path.GetFileName(Path.GetDirectoryName(found.Place)) is { Length: > 0 } parent ? $"{parent}/" : "";
            return await KeepAsync(
                copy,
                NameOf(found.Place),
                NameOf(folder + Path.GetFileName(found.Place), keepsFolder: true),
                isWhole: true,
                cancel
            );
        }
        catch
        {
            Discard(copy);
            throw;
        }
    }

    private FoundFile FindFile(string path)
    {
        try
        {
            return files.Find(Folders.Expand(path)) is { Facts.IsRegular: true } found
                ? found
                : throw new BrocaFileException("There is no such file on the console's machine.");
        }
        catch (Exception e) when (e is PathRefusedException or IOException or UnauthorizedAccessException)
        {
            throw new BrocaFileException(e is IOException and not PathRefusedException ? "The file can't be found." : e.Message);
        }
    }

    private static void CopyLive(string place, string copy)
    {
        using var database = BrocaDatabase.OpenLive(place, Patience);
        if (database.Size > MostBytes)
        {
            throw new BrocaFileException("The database is larger than 1 GB. Make it smaller with VACUUM while Broca is stopped.");
        }

        PrivateFiles.Keep(copy);
        database.CopyTo(copy);
    }

    private static async Task ReceiveAsync(Stream upload, string copy, CancellationToken cancel)
    {
        await using var file = PrivateFiles.Create(copy);
        var buffer = new byte[81_920];
        for (int read; (read = await upload.ReadAtLeastAsync(buffer, 20, throwOnEndOfStream: false, cancel)) > 0; )
        {
            if (file.Position == 0 && !buffer.AsSpan(0, read).StartsWith("SQLite format 3\0"u8))
            {
                throw new BrocaFileException(BrocaDatabase.NotSqlite);
            }

            if (file.Position + read > MostBytes)
            {
                throw new BrocaFileException(TooLarge);
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        if (file.Position == 0)
        {
            throw new BrocaFileException("The file is empty.");
        }
    }

    /// <param name="isWhole">What a second file beside it holds is in it.</param>
    private async Task<BrocaFile> KeepAsync(string copy, string name, string source, bool isWhole, CancellationToken cancel)
    {
        string hash;
        var head = new byte[20];
        long size;
        await using (var file = File.OpenRead(copy))
        {
            size = file.Length;
            await file.ReadExactlyAsync(head, cancel);
            file.Position = 0;
            hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
        }

        var kept = new BrocaFile(
            Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture),
            copy,
            name,
            source,
            size,
            hash,
            !isWhole && BrocaDatabase.IsWal(head),
            clock.GetUtcNow()
        );
        lock (_lock)
        {
            foreach (
                var old in _files
                    .Values.Where(f => !f.IsInUse)
                    .OrderByDescending(f => f.TakenAt)
                    .Where((f, at) => at >= Most - 1 || clock.GetUtcNow() - f.TakenAt >= Kept)
                    .ToList()
            )
            {
                _files.Remove(old.Id);
                File.Delete(old.Copy);
            }

            _files.Add(kept.Id, kept);
        }

        return kept;
    }

    private string NewCopy()
    {
        foreach (var left in Directory.EnumerateFiles(location.DataDirectory, "broca-*.tmp"))
        {
            if (File.GetLastWriteTimeUtc(left) < clock.GetUtcNow().UtcDateTime - LongAgo)
            {
                File.Delete(left);
            }
        }

        return Path.Combine(location.DataDirectory, $"broca-{Guid.NewGuid():N}.tmp");
    }

    private static void Discard(string copy)
    {
        File.Delete(copy);
        File.Delete($"{copy}-journal");
    }

    private static string NameOf(string path, bool keepsFolder = false)
    {
        var name = StorableText.Of(keepsFolder ? path : path.Split('/', '\\')[^1]).Trim();
        return name.Length == 0 ? "sanctum.db" : name[^Math.Min(name.Length, LongestSource)..];
    }
}
