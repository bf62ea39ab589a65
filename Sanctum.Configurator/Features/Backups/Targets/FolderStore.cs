using System.Security.Cryptography;
using System.Text;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>A folder that keeps backups, such as a share that is mounted.</summary>
/// <param name="localFolder">Where the console writes its backups: no place for a second copy.</param>
/// <param name="freeSpace">Bytes that can still be written to the disk of a folder.</param>
public sealed class FolderStore(string name, string folder, string localFolder, Func<string, long>? freeSpace = null) : IBackupStore
{
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int QuotaExceeded = 122;
    private const int BufferBytes = 1 << 20;
    private const string Probe = ".sanctum-test";

    private readonly Func<string, long> _freeSpace = freeSpace ?? (path => new DriveInfo(path).AvailableFreeSpace);

    public Task StoreAsync(string file, string name, string checksum, Action<long> advance, CancellationToken cancel) => TryAsync(async () =>
    {
        var path = PathOf(name);
        var size = new FileInfo(file).Length;
        if (File.Exists(path) && new FileInfo(path).Length == size && await SumOfAsync(path, advance, cancel) == checksum)
        {
            return;
        }

        RequireRoom(size);
        var partial = BackupFiles.PartialOf(path);
        try
        {
            await CopyAsync(file, partial, FileMode.Create, advance, cancel);
            if (new FileInfo(partial).Length != size || await SumOfAsync(partial, advance, cancel) != checksum)
            {
                throw new BackupFailedException($"What {Place} holds after writing is not what was written. Check the disk and its connection.");
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            TryDelete(partial);
            throw;
        }
    });

    public Task FetchAsync(string name, string file, Action<long> advance, CancellationToken cancel) => TryAsync(async () =>
    {
        if (!File.Exists(PathOf(name)))
        {
            throw new BackupFailedException($"{Place} does not hold {name} any more. Was it moved or deleted?");
        }

        await CopyAsync(PathOf(name), file, FileMode.Create, advance, cancel);
    });

    public Task DeleteAsync(string name, CancellationToken cancel) => TryAsync(() =>
    {
        File.Delete(PathOf(name));
        return Task.CompletedTask;
    });

    public async Task<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancel)
    {
        IReadOnlyList<StoredFile> found = [];
        await TryAsync(() =>
        {
            found = [.. new DirectoryInfo(folder).EnumerateFiles($"*{BackupFiles.Extension}").Select(file => new StoredFile(file.Name, file.Length))];
            return Task.CompletedTask;
        });
        return found;
    }

    public Task TestAsync(CancellationToken cancel) => TryAsync(async () =>
    {
        var probe = Path.Combine(folder, $"{Probe}-{Guid.NewGuid():N}");
        var text = $"Sanctum was here: {probe}";
        try
        {
            await using (var written = PrivateFiles.Create(probe))
            {
                await written.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
                written.Flush(flushToDisk: true);
            }

            if (await File.ReadAllTextAsync(probe, cancel) != text)
            {
                throw new BackupFailedException($"{Place} gave back something else than was written. Check the disk and its connection.");
            }
        }
        finally
        {
            TryDelete(probe);
        }
    });

    public void Dispose()
    {
        // Nothing is held open.
    }

    private string Place => $"The folder {folder} ({name})";

    private string PathOf(string file) => Path.Combine(folder, Path.GetFileName(file));

    private async Task TryAsync(Func<Task> act)
    {
        if (!Directory.Exists(folder))
        {
            throw new BackupFailedException($"{Place} is not there. Mount it, or name another folder.");
        }

        if (IsInside(Real(folder), Real(localFolder)))
        {
            throw new BackupFailedException($"{Place} is where the console keeps its backups already. Name a folder on another disk or machine.");
        }

        try
        {
            await act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && Explain(e) is not null)
        {
            throw new BackupFailedException(Explain(e)!, e);
        }
    }

    private string? Explain(Exception e) => e switch
    {
        IOException { HResult: NoSpace or QuotaExceeded } => $"The disk of {Place.Replace("The", "the", StringComparison.Ordinal)} is full. Free some space there, or let it keep fewer backups.",
        IOException { HResult: ReadOnly } => $"{Place} can't be written to: it is mounted for reading only. Mount it for writing.",
        UnauthorizedAccessException => $"The console may not write in {Place.Replace("The", "the", StringComparison.Ordinal)}. Give the folder to the user it runs as, and see that it is not read-only.",
        DirectoryNotFoundException or FileNotFoundException => $"{Place} went away meanwhile. Mount it again.",
        IOException => $"{Place} failed: {e.Message.TrimEnd('.')}. Check the disk and its connection.",
        _ => null,
    };

    private void RequireRoom(long needed)
    {
        if (_freeSpace(folder) is var free && free < needed)
        {
            throw new BackupFailedException(
                $"The disk of the folder {folder} ({name}) has {Sizes.Of(free)} free, and {Sizes.Of(needed)} are needed. Free some space there, or let it keep fewer backups.");
        }
    }

    private static async Task CopyAsync(string source, string target, FileMode mode, Action<long> advance, CancellationToken cancel)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using var to = new FileStream(target, options);
        var buffer = new byte[BufferBytes];
        for (int read; (read = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
            advance(read);
        }

        to.Flush(flushToDisk: true);
    }

    /// <summary>A file's SHA-256, in hex.</summary>
    internal static async Task<string> SumOfAsync(string file, Action<long> advance, CancellationToken cancel)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var buffer = new byte[BufferBytes];
        for (int read; (read = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            sum.AppendData(buffer, 0, read);
            advance(read);
        }

        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    /// <summary>The folder behind links, so that a link to the console's own folder is seen to be it.</summary>
    private static string Real(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(full);
        return parent is null ? full
            : new DirectoryInfo(full).ResolveLinkTarget(returnFinalTarget: true) is { } target ? Path.TrimEndingDirectorySeparator(target.FullName)
            : Path.Combine(Real(parent), Path.GetFileName(full));
    }

    private static bool IsInside(string path, string folder) =>
        path == folder || path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to tell; the next try writes over it.
        }
    }
}
