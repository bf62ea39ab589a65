using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Features.Backups.Sources;

/// <summary>
/// Gathers the files of the installation beside the console: of Sanctum, of Letta, or of Broca its databases alone. SQLite databases are
/// copied by SQLite, as they are at one moment, and not read while somebody writes them.
/// </summary>
internal sealed class InstallationFiles(EffectiveSettings settings, OperatorFiles files, TimeProvider clock)
{
    public const string SanctumFolder = "sanctum";
    public const string LettaFolder = "letta";
    public const string BrocaFolder = "broca";

    /// <summary>Broca's own name for its database (https://github.com/sanctumos/broca), in each agent's folder.</summary>
    private const string BrocaDatabase = "sanctum.db";

    /// <summary>What a package manager or an interpreter makes anew.</summary>
    private static readonly HashSet<string> LeftOut = ["node_modules", "venv", ".venv", "__pycache__", ".git", ".cache"];

    /// <summary>How the names of the files end that SQLite keeps beside a database.</summary>
    private static readonly string[] Beside = ["-wal", "-shm", "-journal"];

    private static readonly byte[] SqliteMark = "SQLite format 3\0"u8.ToArray();

    /// <param name="work">Where copies of databases are put.</param>
    public async Task GatherAsync(
        BackupForm form,
        WorkFolder work,
        Gathered gathered,
        IProgress<BackupStep> progress,
        CancellationToken cancel
    )
    {
        if (!IsAsked(form))
        {
            return;
        }

        var values = await settings.ReadAsync(cancel);
        if (form.SanctumFiles)
        {
            await TakeAsync(SanctumFolder, values["sanctum_base_path"].Value, _ => true, work, gathered, progress, cancel);
        }
        else if (form.Broca)
        {
            await TakeAsync(BrocaFolder, values["sanctum_base_path"].Value, IsOfBroca, work, gathered, progress, cancel);
        }

        if (form.LettaFiles)
        {
            await TakeLettaAsync(values["letta_data_path"].Value, !string.IsNullOrEmpty(form.Passphrase), work, gathered, progress, cancel);
        }
    }

    /// <summary>Bytes that they have together, at most.</summary>
    public async Task<long> SizeAsync(BackupForm form, CancellationToken cancel)
    {
        if (!IsAsked(form))
        {
            return 0;
        }

        var values = await settings.ReadAsync(cancel);
        var sanctum =
            form.SanctumFiles || form.Broca
                ? FilesIn(values["sanctum_base_path"].Value, []).Where(file => form.SanctumFiles || IsOfBroca(file))
                : [];
        var path = values["letta_data_path"].Value;
        var letta = form.LettaFiles ? FilesIn(path, [], AppServerFolder.Find(path)) : [];

        // Asked whether it exists first, a file that is gone by now is none instead of a failure.
        return sanctum.Concat(letta).Where(file => file.Exists).Sum(file => file.Length);
    }

    private static bool IsAsked(BackupForm form) => form.SanctumFiles || form.Broca || form.LettaFiles;

    private static bool IsOfBroca(FileInfo file) => file.Name == BrocaDatabase || file.Extension is ".sqlite";

    /// <summary>The folder of a V1 server whole; of an App Server what is worth it, and keys only where nobody else can read them.</summary>
    private async Task TakeLettaAsync(
        string? path,
        bool isEncrypted,
        WorkFolder work,
        Gathered gathered,
        IProgress<BackupStep> progress,
        CancellationToken cancel
    )
    {
        var server = AppServerFolder.Find(path);
        var secrets = new List<string>();
        bool IsWanted(FileInfo file)
        {
            if (isEncrypted || server?.IsSecret(file.FullName) != true)
            {
                return true;
            }

            secrets.Add(file.Name);
            return false;
        }

        await TakeAsync(LettaFolder, path, IsWanted, work, gathered, progress, cancel, server);
        if (secrets.Count > 0)
        {
            gathered.Missing.Add(
                $"The keys of providers and the secrets of agents ({string.Join(", ", secrets.Order(StringComparer.Ordinal))}) are not in this backup, because it is not encrypted. Give it a passphrase."
            );
        }
    }

    private async Task TakeAsync(
        string name,
        string? path,
        Func<FileInfo, bool> isWanted,
        WorkFolder work,
        Gathered gathered,
        IProgress<BackupStep> progress,
        CancellationToken cancel,
        AppServerFolder? server = null
    )
    {
        if (string.IsNullOrEmpty(path) || !Directory.Exists(Folders.Expand(path)))
        {
            gathered.Missing.Add(
                $"The folder {path} was not found, so its files are not in this backup. Set its path in the system settings, or leave this part out."
            );
            return;
        }

        var root = Folders.Expand(path);
        if (files.RefusalOf(root) is { } refusal)
        {
            gathered.Missing.Add($"The folder {root} is not in this backup. {refusal}");
            return;
        }

        var unread = new List<string>();
        foreach (var file in FilesIn(path, unread, server).Where(isWanted))
        {
            cancel.ThrowIfCancellationRequested();
            var part = $"{name}/{Path.GetRelativePath(root, file.FullName).Replace(Path.DirectorySeparatorChar, '/')}";
            if (!Archive.PartNames.IsSafe(part))
            {
                unread.Add($"{file.FullName} (its name can't be stored)");
                continue;
            }

            try
            {
                if (server?.IsWritten(file) == true)
                {
                    await TakeWrittenAsync(part, file, Folders.Real(root), work, gathered, cancel);
                }
                else
                {
                    await TakeAsync(part, file, Folders.Real(root), work, gathered, progress, cancel);
                }
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // Deleted since its folder was listed: it is as if that had come first.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
            {
                unread.Add($"{file.FullName} ({e.Message})");
            }
        }

        if (unread.Count > 0)
        {
            gathered.Missing.Add($"{unread.Count} of the files in {root} could not be read, the first of them {unread[0]}.");
        }
    }

    /// <summary>Copies a file that the App Server writes in place, and may be writing now.</summary>
    private async Task TakeWrittenAsync(
        string part,
        FileInfo file,
        string root,
        WorkFolder work,
        Gathered gathered,
        CancellationToken cancel
    )
    {
        var modified = file.LastWriteTimeUtc;
        var (content, isWhole) = await AppServerFolder.ReadAsync(file, () => files.OpenRead(file.FullName, root), clock, cancel);
        var copy = work.FileOf(part);
        await using (var to = PrivateFiles.Create(copy))
        {
            await to.WriteAsync(content, cancel);
        }

        gathered.Parts.Add(new(part, copy, Modified: modified));
        if (!isWhole)
        {
            gathered.Missing.Add(
                $"{file.FullName} was half written each time it was read, and is in this backup as it was. Stop the App Server for a consistent copy."
            );
        }
    }

    private async Task TakeAsync(
        string part,
        FileInfo file,
        string root,
        WorkFolder work,
        Gathered gathered,
        IProgress<BackupStep> progress,
        CancellationToken cancel
    )
    {
        if (!IsDatabase(file, root))
        {
            // Pipes and sockets say that they are empty; opening one would wait for ever.
            gathered.Parts.Add(new(part, file.FullName, Modified: file.LastWriteTimeUtc, Within: file.Length == 0 ? null : root));
            return;
        }

        // SQLite opens and closes what stands beside a database, too.
        if (Beside.Select(end => files.RefusalOf(file.FullName + end)).OfType<string>().FirstOrDefault() is { } refusal)
        {
            throw new PathRefusedException($"A file beside it was skipped. {refusal}");
        }

        var copy = work.FileOf(part);
        await SqliteCopy.RunAsync(
            file.FullName,
            copy,
            new DirectProgress<BytesDone>(bytes => progress.Report(new($"Copying {file.Name}", bytes.Done, bytes.Total))),
            cancel
        );
        gathered.Parts.Add(new(part, copy, IsDatabase: true));
    }

    /// <summary>
    /// The regular files below a folder. Links are not followed: they may lead anywhere. The console's own folder is left out, as the
    /// registry is in the backup anyway and a backup can't hold itself.
    /// </summary>
    private IEnumerable<FileInfo> FilesIn(string? path, List<string> unread, AppServerFolder? server = null)
    {
        var folders = new Stack<string>();
        if (path is { Length: > 0 } && Directory.Exists(Folders.Expand(path)))
        {
            folders.Push(Path.GetFullPath(Folders.Expand(path)));
        }

        while (folders.TryPop(out var folder))
        {
            foreach (var entry in EntriesOf(folder, unread))
            {
                if (IsElsewhere(entry, unread))
                {
                    continue;
                }

                var isLeftOut =
                    server?.LeavesOut(entry.FullName) == true || (LeftOut.Contains(entry.Name) && server?.IsMemory(entry.FullName) != true);
                if (entry is DirectoryInfo && !isLeftOut)
                {
                    folders.Push(entry.FullName);
                }
                else if (entry is FileInfo file && !IsBesideADatabase(file))
                {
                    yield return file;
                }
            }
        }
    }

    /// <summary>A link, or a folder that the console does not open; one of which the system can't say is told.</summary>
    private bool IsElsewhere(FileSystemInfo entry, List<string> unread)
    {
        try
        {
            return entry.LinkTarget is not null || (entry is DirectoryInfo && files.RefusalOf(entry.FullName) is not null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            unread.Add($"{entry.FullName} ({e.Message})");
            return true;
        }
    }

    private static FileSystemInfo[] EntriesOf(string folder, List<string> unread)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            unread.Add($"{folder} ({e.Message})");
            return [];
        }
    }

    private static bool IsBesideADatabase(FileInfo file) => Beside.Any(end => file.Name.EndsWith(end, StringComparison.Ordinal));

    private bool IsDatabase(FileInfo file, string root)
    {
        // Pipes and sockets say that they are empty; opening one would wait for ever.
        if (file.Length == 0)
        {
            return false;
        }

        using var source = files.OpenRead(file.FullName, root);
        var start = new byte[SqliteMark.Length];
        return source.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start.AsSpan().SequenceEqual(SqliteMark);
    }
}
