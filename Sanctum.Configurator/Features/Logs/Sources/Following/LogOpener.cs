using System.Collections.Concurrent;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Logs.Sources.Following;

/// <summary>Opens log files: none but those that may be followed, and each for one follower.</summary>
internal sealed class LogOpener(OperatorFiles files)
{
    private readonly ConcurrentDictionary<string, string> _reading = new();

    /// <summary>None, until the settings were read.</summary>
    public AllowedFolders Allowed { get; set; } = new([]);

    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="PathRefusedException">It is not followed.</exception>
    public OpenLog? Open(string path)
    {
        using var found = files.Find(path);
        return found is null ? null
            : Allowed.RefusalOf(found.Place) is { } refusal ? throw new PathRefusedException(refusal)
            : InUtf8(new OpenLog(path, found.Place, found.Open()));
    }

    /// <summary>Of what is in UTF-16, as programs of Windows write it, each line would be stored and no word of it found.</summary>
    private static OpenLog InUtf8(OpenLog log)
    {
        if (log.Read(0, 2) is not ([0xff, 0xfe] or [0xfe, 0xff]))
        {
            return log;
        }

        log.Dispose();
        throw new PathRefusedException("The file is in UTF-16, and only UTF-8 is read. Let its program write UTF-8.");
    }

    /// <summary>Notes the device and number of the file that the follower of a path reads now.</summary>
    public void Reads(string path, string id) => _reading[path] = id;

    /// <summary>The path is followed no longer.</summary>
    public void Ends(string path) => _reading.TryRemove(path, out _);

    /// <summary>Whether the follower of another path reads this file: rotation has given it a name that is followed too.</summary>
    public bool IsReadByAnother(string id, string path) => id.Length > 0 && _reading.Any(pair => pair.Value == id && pair.Key != path);
}
