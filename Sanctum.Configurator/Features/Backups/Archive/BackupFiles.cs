using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Archive;

/// <summary>Where backups and the half-made things around them stand. What is half-made is gone after the next start.</summary>
public sealed class BackupFiles(RegistryLocation location, TimeProvider clock)
{
    public const string Extension = ".sanctum";

    private const string Partial = ".partial";
    private const string Workplace = ".work-";
    private const string Lock = ".lock";
    private const string Chain = ".chain";

    public string Folder => location.BackupsFolder;

    /// <summary>A name that sorts by time and that no other backup has.</summary>
    public string NewName(BackupTrigger trigger, BackupType type = BackupType.Full)
    {
        var kind = KindOf(trigger, type);
        var stamp = clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture);
        var name = $"{stamp}-{kind}";
        for (var number = 2; File.Exists(PathOf(name)) || File.Exists(PathOf(name) + Partial); number++)
        {
            name = $"{stamp}-{kind}-{number}";
        }

        return name;
    }

    private static string KindOf(BackupTrigger trigger, BackupType type) =>
        trigger switch
        {
            BackupTrigger.Schedule => "daily",
            BackupTrigger.Increment => "increment",
            BackupTrigger.BeforeRestore => "before-restore",
            BackupTrigger.Upload => "uploaded",
            _ => EnumText<BackupType>.Of(type).Replace('_', '-'),
        };

    public string PathOf(string name) => Path.Combine(Folder, name + Extension);

    /// <summary>Where the hashes stand that tell the next increment what has changed.</summary>
    public string ChainFolder => Path.Combine(Folder, Chain);

    public static string PartialOf(string path) => path + Partial;

    /// <summary>A folder for one act, which nobody else may read. Disposing it deletes it.</summary>
    public WorkFolder NewWorkFolder()
    {
        PrivateFiles.CreateFolder(Folder);
        var path = Path.Combine(Folder, $"{Workplace}{Guid.NewGuid():N}");

        // The lock first: a folder without one was left by a console that was killed.
        var held = TryHold(path + Lock) ?? throw new IOException($"{path} is in use.");
        PrivateFiles.CreateFolder(path);
        return new(path, held);
    }

    /// <summary>
    /// Whether the file stands in the folder of backups. Other programs may write the list too: no path of theirs is read or deleted.
    /// </summary>
    private bool IsOurs(string? path) =>
        path?.EndsWith(Extension, StringComparison.Ordinal) == true
        && !path.Contains('\0', StringComparison.Ordinal)
        && Path.GetDirectoryName(Path.GetFullPath(path)) == Path.GetFullPath(Folder);

    public bool IsThere(string? path) => IsOurs(path) && File.Exists(path);

    /// <summary>Deletes a backup's file, where it is there.</summary>
    public void Delete(string? path)
    {
        if (IsOurs(path))
        {
            File.Delete(path!);
        }
    }

    /// <summary>Deletes what a console that was killed left half-made. What another one has open here now is left to it.</summary>
    /// <param name="beingMade">The names of backups that another console is making.</param>
    public void DeleteHalfMade(IReadOnlyCollection<string> beingMade)
    {
        if (!Directory.Exists(Folder))
        {
            return;
        }

        var kept = beingMade.Select(name => PartialOf(PathOf(name))).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(Folder, $"*{Extension}{Partial}").Where(file => !kept.Contains(file)))
        {
            using var left = TryHold(file);
        }

        var places = Directory
            .EnumerateDirectories(Folder, $"{Workplace}*")
            .Concat(Directory.EnumerateFiles(Folder, $"{Workplace}*{Lock}").Select(held => held[..^Lock.Length]));
        foreach (var place in places.Distinct().ToList())
        {
            using var left = TryHold(place + Lock);
            if (left is not null && Directory.Exists(place))
            {
                Directory.Delete(place, recursive: true);
            }
        }
    }

    /// <summary>Takes a file for this process alone, which disposing it deletes.</summary>
    /// <returns>Null where another one has it open.</returns>
    private static FileStream? TryHold(string file)
    {
        try
        {
            return new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
    }

    /// <summary>Refuses what would fill the disk.</summary>
    /// <param name="needed">Bytes that will be written, at most.</param>
    /// <exception cref="BackupFailedException">There is not as much room.</exception>
    public void RequireSpace(long needed)
    {
        var free = new DriveInfo(Path.GetFullPath(Folder)).AvailableFreeSpace;
        if (free < needed)
        {
            throw new BackupFailedException(
                $"The disk of {Folder} has {Sizes.Of(free)} free; up to {Sizes.Of(needed)} are needed. Free some space or delete old backups."
            );
        }
    }
}

/// <summary>A folder that goes with the act it was made for.</summary>
/// <param name="held">What tells other consoles that it is in use.</param>
public sealed class WorkFolder(string path, IDisposable held) : IDisposable
{
    public string Path => path;

    public string File(string name) => System.IO.Path.Combine(path, name);

    /// <summary>The file of a part, whose folder is made where it is not there.</summary>
    public string FileOf(string part)
    {
        var file = System.IO.Path.Combine([path, .. part.Split('/')]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        return file;
    }

    /// <summary>
    /// A file of a part that is not there yet: on a disk that has one file for two names (README, readme), the later one gets a number.
    /// </summary>
    public string NewFileOf(string part)
    {
        var file = FileOf(part);
        for (var number = 2; System.IO.File.Exists(file); number++)
        {
            file = FileOf(string.Create(CultureInfo.InvariantCulture, $"{part}-{number}"));
        }

        return file;
    }

    public void Dispose()
    {
        using (held)
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
