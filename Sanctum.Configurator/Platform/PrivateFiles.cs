namespace Sanctum.Configurator.Platform;

/// <summary>Files and folders that only the console's own user may read. On Windows the folder's inherited rights decide.</summary>
public static class PrivateFiles
{
    /// <summary>Few calls of the system for many small writes.</summary>
    private const int BufferBytes = 1 << 17;

    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Takes everybody else's rights to a folder that exists (mode 700).</summary>
    public static void Close(string folder)
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(folder) != Own)
        {
            File.SetUnixFileMode(folder, Own);
        }
    }

    /// <summary>
    /// Makes an empty file that nobody else can read, before a library fills it that would let them; takes their rights to one that is
    /// there.
    /// </summary>
    public static void Keep(string file)
    {
        if (File.Exists(file))
        {
            Restrict(file);
            return;
        }

        using var made = Create(file);
    }

    /// <summary>Fails as any later write in this folder would.</summary>
    public static void TryWriting(string folder)
    {
        using var probe = new FileStream(
            Path.Combine(folder, $".write-{Guid.NewGuid():N}"),
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            bufferSize: 1,
            FileOptions.DeleteOnClose
        );
    }

    /// <summary>Takes everybody else's rights to a file that exists (mode 600).</summary>
    public static void Restrict(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>Begins a file, in another's place where there is one, that nobody else can read at any moment.</summary>
    public static FileStream Create(string file) => Create(file, FileOptions.Asynchronous);

    /// <summary>A file in the system's own folder for such, which is gone as soon as it is closed.</summary>
    public static FileStream CreateTemporary() =>
        Create(Path.Combine(Path.GetTempPath(), $"sanctum-{Guid.NewGuid():N}"), FileOptions.Asynchronous | FileOptions.DeleteOnClose);

    private static FileStream Create(string file, FileOptions how)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Options = how,
            BufferSize = BufferBytes,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new(file, options);
    }

    /// <summary>Writes a new file that nobody else can read at any moment.</summary>
    public static async Task WriteAsync(string file, string text, CancellationToken cancel)
    {
        await using var writer = new StreamWriter(Create(file));
        await writer.WriteAsync(text.AsMemory(), cancel);
    }
}
