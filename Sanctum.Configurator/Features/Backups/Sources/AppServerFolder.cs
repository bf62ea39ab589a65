namespace Sanctum.Configurator.Features.Backups.Sources;

/// <summary>
/// What is special about the data folder of a Letta App Server: it has keys in plain text, memories that are git repositories, and files
/// that the server writes in place.
/// </summary>
internal sealed class AppServerFolder
{
    private const string Backend = "lc-local-backend";

    /// <summary>A file is written in moments: one that is half written is whole when it is read again.</summary>
    private const int MostReadings = 5;

    /// <summary>Larger ones are copied as they are: to look through them would take their size in memory.</summary>
    private const int LargestWritten = 64 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>What can be made again, or serves nobody afterwards.</summary>
    private static readonly string[] LeftOut = ["transcripts", "logs", $"{Backend}/transcripts", $"{Backend}/logs"];

    private static readonly string[] Secrets = [$"{Backend}/providers", $"{Backend}/secrets"];

    private readonly string _root;

    private AppServerFolder(string root) => _root = root;

    /// <summary>Null where the folder is none of an App Server.</summary>
    public static AppServerFolder? Find(string? path)
    {
        var root = string.IsNullOrEmpty(path) ? null : Path.GetFullPath(Folders.Expand(path));
        return root is not null && Directory.Exists(Path.Combine(root, Backend)) ? new(root) : null;
    }

    public bool LeavesOut(string folder) => LeftOut.Contains(NameOf(folder));

    /// <summary>Keys of providers and secrets of agents, in plain text.</summary>
    public bool IsSecret(string file) => Secrets.Any(folder => NameOf(file).StartsWith($"{folder}/", StringComparison.Ordinal));

    /// <summary>The memory of an agent, with its history.</summary>
    public bool IsMemory(string path) => NameOf(path).StartsWith($"{Backend}/memfs/", StringComparison.Ordinal);

    /// <summary>A file that the server writes in place.</summary>
    public bool IsWritten(FileInfo file) =>
        !IsMemory(file.FullName) && file.Extension is ".json" or ".jsonl" && file.Length <= LargestWritten;

    /// <summary>The file as it is between two writes: JSON that can be read, and lines of which the last is whole.</summary>
    public static async Task<(ReadOnlyMemory<byte> Content, bool IsWhole)> ReadAsync(
        FileInfo file,
        Func<Stream> open,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        for (var reading = 1; ; reading++)
        {
            using var held = new MemoryStream();
            await using (var content = file.Length == 0 ? Stream.Null : open())
            {
                await content.CopyToAsync(held, cancel);
            }

            ReadOnlyMemory<byte> bytes = held.ToArray();
            if (file.Extension == ".jsonl")
            {
                return (WholeLines(bytes), true);
            }

            if (bytes.IsEmpty || IsJson(bytes))
            {
                return (bytes, true);
            }

            if (reading == MostReadings)
            {
                return (bytes, false);
            }

            await Task.Delay(Pause, clock, cancel);
        }
    }

    private static ReadOnlyMemory<byte> WholeLines(ReadOnlyMemory<byte> lines)
    {
        var end = lines.Span.LastIndexOf((byte)'\n') + 1;
        return end == lines.Length || IsJson(lines[end..]) ? lines : lines[..end];
    }

    private static bool IsJson(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private string NameOf(string path) => Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/');
}
