using System.Security.Cryptography;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Backups.Targets;

/// <summary>A folder that keeps backups, such as a share that is mounted.</summary>
/// <param name="localFolder">Where the console writes its backups: no place for a second copy.</param>
/// <param name="freeSpace">Bytes that can still be written to the disk of a folder.</param>
internal sealed class FolderStore(string name, string folder, string localFolder, OperatorFiles files, Func<string, long>? freeSpace = null)
    : IBackupStore
{
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int QuotaExceeded = 122;
    private const int BufferBytes = 1 << 20;
    private const string Probe = ".sanctum-test";

    private readonly Func<string, long> _freeSpace = freeSpace ?? (path => new DriveInfo(path).AvailableFreeSpace);

    public Task StoreAsync(string file, string name, string checksum, IProgress<long>? progress, CancellationToken cancel) =>
        TryAsync(async () =>
        {
            var path = PathOf(name);
            var size = new FileInfo(file).Length;
            if (File.Exists(path) && new FileInfo(path).Length == size && await SumAsync(path, progress, cancel) == checksum)
            {
                return;
            }

            RequireSpace(size);
            var partial = BackupFiles.PartialOf(path);
            try
            {
                // Whatever has the name is another's leftover, or a link to somewhere: it is taken away, and never written into.
                File.Delete(partial);
                await using (var from = Open(file))
                {
                    await CopyAsync(from, partial, FileMode.CreateNew, progress, cancel);
                }

                if (new FileInfo(partial).Length != size || await SumAsync(partial, progress, cancel) != checksum)
                {
                    throw new BackupFailedException(
                        $"{Place} returned different content after writing. Check the disk and its connection."
                    );
                }

                File.Move(partial, path, overwrite: true);
            }
            catch
            {
                TryDelete(partial);
                throw;
            }
        });

    public Task FetchAsync(string name, string file, IProgress<long>? progress, CancellationToken cancel) =>
        TryAsync(async () =>
        {
            if (!File.Exists(PathOf(name)))
            {
                throw new BackupFailedException(
                    $"{name} was not found in {Place.Replace("The", "the", StringComparison.Ordinal)}. It may have been moved or deleted."
                );
            }

            await using var from = files.OpenRead(PathOf(name));
            await CopyAsync(from, file, FileMode.Create, progress, cancel);
        });

    public Task DeleteAsync(string name, CancellationToken cancel) =>
        TryAsync(() =>
        {
            File.Delete(PathOf(name));
            return Task.CompletedTask;
        });

    public async Task<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancel)
    {
        IReadOnlyList<StoredFile> found = [];
        await TryAsync(() =>
        {
            found =
            [
                .. new DirectoryInfo(folder)
                    .EnumerateFiles($"*{BackupFiles.Extension}")
                    .Select(file => new StoredFile(file.Name, file.Length)),
            ];
            return Task.CompletedTask;
        });
        return found;
    }

    public Task TestAsync(CancellationToken cancel) =>
        TryAsync(async () =>
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

                using var read = new StreamReader(files.OpenRead(probe));
                if (await read.ReadToEndAsync(cancel) != text)
                {
                    throw new BackupFailedException(
                        $"{Place} returned different content after writing. Check the disk and its connection."
                    );
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
            throw new BackupFailedException($"{Place} was not found. Mount it or choose another folder.");
        }

        try
        {
            if (Folders.IsInside(Folders.Real(folder), Folders.Real(localFolder)))
            {
                throw new BackupFailedException(
                    $"The console already keeps its backups in {Place.Replace("The", "the", StringComparison.Ordinal)}. Choose a folder on another disk or machine."
                );
            }

            if (files.RefusalOf(folder) is { } refusal)
            {
                throw new PathRefusedException(refusal);
            }

            await act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && Explain(e) is not null)
        {
            throw new BackupFailedException(Explain(e)!, e);
        }
    }

    private string? Explain(Exception e) =>
        e switch
        {
            IOException { HResult: NoSpace or QuotaExceeded } =>
                $"The disk of {Place.Replace("The", "the", StringComparison.Ordinal)} is full. Free some space there or keep fewer backups.",
            IOException { HResult: ReadOnly } => $"{Place} is read-only. Mount it for writing.",
            UnauthorizedAccessException =>
                $"The console has no permission to write to {Place.Replace("The", "the", StringComparison.Ordinal)}. Make its user the owner of the folder, and check that it is not read-only.",
            PathRefusedException => $"{Place} can't be used. {e.Message}",
            DirectoryNotFoundException or FileNotFoundException => $"{Place} was unmounted. Mount it again.",
            IOException => $"{Place} failed: {e.Message.TrimEnd('.')}. Check the disk and its connection.",
            _ => null,
        };

    private void RequireSpace(long needed)
    {
        if (_freeSpace(folder) is var free && free < needed)
        {
            throw new BackupFailedException(
                $"The disk of the folder {folder} ({name}) has {Sizes.Of(free)} free; {Sizes.Of(needed)} are needed. Free some space there or keep fewer backups."
            );
        }
    }

    private async Task<string> SumAsync(string file, IProgress<long>? progress, CancellationToken cancel)
    {
        await using var from = files.OpenRead(file);
        return await SumOfAsync(from, progress, cancel);
    }

    private static FileStream Open(string own) =>
        new(own, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);

    private static async Task CopyAsync(FileStream from, string target, FileMode mode, IProgress<long>? progress, CancellationToken cancel)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.Write,
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var to = new FileStream(target, options);
        var buffer = new byte[BufferBytes];
        for (int read; (read = await from.ReadAsync(buffer, cancel)) > 0; )
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
            progress?.Report(read);
        }

        to.Flush(flushToDisk: true);
    }

    /// <summary>The SHA-256 of one of the console's own files, in hex.</summary>
    internal static async Task<string> SumOfAsync(string file, IProgress<long>? progress, CancellationToken cancel)
    {
        await using var from = Open(file);
        return await SumOfAsync(from, progress, cancel);
    }

    private static async Task<string> SumOfAsync(FileStream from, IProgress<long>? progress, CancellationToken cancel)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        for (int read; (read = await from.ReadAsync(buffer, cancel)) > 0; )
        {
            sum.AppendData(buffer, 0, read);
            progress?.Report(read);
        }

        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

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
