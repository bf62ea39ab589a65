namespace Sanctum.Configurator.Features.Messaging.Broca.Instances;

/// <summary>Looks for instances of Broca by their files and not by one layout: there are four. It reads nothing and runs nothing.</summary>
internal sealed class BrocaFolderWalk(TimeProvider clock)
{
    public const string Database = "sanctum.db";
    public const string Settings = "settings.json";

    private const int Deepest = 6;
    private const int MostEntries = 50_000;
    private const int MostFound = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What a package manager or an interpreter makes anew, and what is no instance's.</summary>
    private static readonly HashSet<string> LeftOut = ["node_modules", "venv", ".venv", "site-packages", "__pycache__", ".git", ".cache"];

    /// <summary>What was left out, in a sentence.</summary>
    public string? Note { get; private set; }

    public static bool IsInstance(string folder) => File.Exists(Path.Join(folder, Database)) && File.Exists(Path.Join(folder, Settings));

    /// <summary>Folders below this one that hold an instance, as they really are.</summary>
    public IReadOnlyList<string> Run(string root, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        var (found, seen, entries) = (new List<string>(), new HashSet<string>(), 0);
        var open = new Queue<(string Folder, int Depth)>([(root, 0)]);
        while (open.TryDequeue(out var next))
        {
            cancel.ThrowIfCancellationRequested();
            if (entries > MostEntries || found.Count >= MostFound || clock.GetElapsedTime(began) > Patience)
            {
                Note =
                    "The Sanctum folder has too many entries: some of its folders were not looked at. Add the folder of a missing Broca by hand.";
                break;
            }

            if (!seen.Add(next.Folder))
            {
                continue;
            }

            if (IsInstance(next.Folder))
            {
                found.Add(next.Folder);
            }

            foreach (var folder in next.Depth < Deepest ? FoldersIn(next.Folder, root) : [])
            {
                entries++;
                open.Enqueue((folder, next.Depth + 1));
            }
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    /// <summary>Links are followed inside the installation alone.</summary>
    private List<string> FoldersIn(string folder, string root)
    {
        try
        {
            return
            [
                .. new DirectoryInfo(folder)
                    .EnumerateDirectories()
                    .Where(entry => !LeftOut.Contains(entry.Name))
                    .Select(entry => entry.LinkTarget is null ? entry.FullName : Folders.Real(entry.FullName))
                    .Where(real => Folders.IsInside(real, root)),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Note = $"{folder} can't be read by the console's user.";
            return [];
        }
    }
}
