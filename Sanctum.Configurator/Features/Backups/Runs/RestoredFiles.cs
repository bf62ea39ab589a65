using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Sources;

namespace Sanctum.Configurator.Features.Backups.Runs;

/// <summary>
/// Brings back files of the installation. They are put into a folder of their own and not over those that are there: Sanctum and Letta
/// may be running on them. So is a dump, for pg_restore. Agent files are handed to the Letta server, which makes new agents of them.
/// </summary>
public sealed class RestoredFiles(RegistryLocation location, BackupFiles files, LettaAgentFiles agents)
{
    private static readonly string[] Folders =
    [
        InstallationFiles.SanctumFolder,
        InstallationFiles.LettaFolder,
        InstallationFiles.BrocaFolder,
    ];

    /// <summary>Whether a part that was named is one of files.</summary>
    public static bool IsOfFiles(string part) =>
        part == PostgresDump.Part
        || Folders.Append(LettaAgentFiles.Folder).Any(folder => part.StartsWith($"{folder}/", StringComparison.Ordinal));

    /// <summary>Whether a part that was named is handed to the Letta server.</summary>
    public static bool IsOfAgents(string part) => part.StartsWith($"{LettaAgentFiles.Folder}/", StringComparison.Ordinal);

    /// <summary>What a backup has of them.</summary>
    public static IReadOnlyList<FilePlan> PlanOf(Manifest manifest) =>
        [
            .. Folders
                .Select(folder =>
                    (
                        Part: $"{folder}/",
                        Parts: manifest.Parts.Where(part => part.Name.StartsWith($"{folder}/", StringComparison.Ordinal)).ToList()
                    )
                )
                .Where(found => found.Parts.Count > 0)
                .Select(found => new FilePlan(found.Part, found.Parts.Count, found.Parts.Sum(part => part.Restored.Size), IsAgent: false)),
            .. manifest
                .Parts.Where(part => part.Name == PostgresDump.Part || IsAgent(part))
                .Select(part => new FilePlan(part.Name, 1, part.Restored.Size, IsAgent(part))),
        ];

    /// <summary>Unpacks what is wanted: whole, into a folder that has its name only then.</summary>
    /// <returns>The folder; null where agents alone were wanted.</returns>
    /// <exception cref="BackupFailedException">There is nothing of that name, no room, or the Letta server refused an agent.</exception>
    /// <exception cref="ArchiveDamagedException">What is wanted is damaged.</exception>
    internal async Task<string?> RunAsync(ArchiveChain archive, string name, IReadOnlyCollection<string> wanted, CancellationToken cancel)
    {
        var parts = archive
            .Manifest.Parts.Where(part =>
                wanted.Any(want => part.Name == want || (want.EndsWith('/') && part.Name.StartsWith(want, StringComparison.Ordinal)))
            )
            .ToList();
        if (
            wanted.FirstOrDefault(want => !parts.Any(part => part.Name == want || part.Name.StartsWith(want, StringComparison.Ordinal))) is
            { } missing
        )
        {
            throw new BackupFailedException($"This backup doesn't contain {missing}.");
        }

        files.RequireSpace(parts.Sum(part => part.Restored.Size));
        using var work = files.NewWorkFolder();
        var unpacked = new List<(Part Part, string File)>();
        foreach (var part in parts)
        {
            var file = work.NewFileOf(part.Name);
            await archive.UnpackAsync(part, file, null, cancel);
            Adorn(part, file);
            unpacked.Add((part, file));
        }

        foreach (var (part, file) in unpacked.Where(found => IsAgent(found.Part)))
        {
            await agents.ImportAsync(file, Path.GetFileName(part.Name), cancel);
        }

        return parts.All(IsAgent) ? null : Keep(location, work, name);
    }

    private static bool IsAgent(Part part) => part.Name.StartsWith($"{LettaAgentFiles.Folder}/", StringComparison.Ordinal);

    /// <summary>The time and the rights that the file had; of the rights only the owner's, as it may hold keys.</summary>
    private static void Adorn(Part part, string file)
    {
        if (part.Modified is { } modified)
        {
            File.SetLastWriteTimeUtc(file, modified.UtcDateTime);
        }

        if (part.Mode is { } mode && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | ((UnixFileMode)mode & UnixFileMode.UserExecute));
        }
    }

    /// <summary>Moves what was unpacked to where it stays.</summary>
    /// <returns>The folder.</returns>
    internal static string Keep(RegistryLocation location, WorkFolder work, string name)
    {
        var restored = Path.Combine(location.DataDirectory, "restored");
        PrivateFiles.CreateFolder(restored);
        var folder = Path.Combine(restored, name);
        for (var number = 2; Directory.Exists(folder); number++)
        {
            folder = Path.Combine(restored, $"{name}-{number}");
        }

        var made = Path.Combine(work.Path, ".restored");
        Directory.CreateDirectory(made);
        foreach (var found in Folders.Where(found => Directory.Exists(work.File(found))))
        {
            Directory.Move(work.File(found), Path.Combine(made, found));
        }

        if (File.Exists(work.File(PostgresDump.Part)))
        {
            PrivateFiles.Restrict(work.File(PostgresDump.Part));
            File.Move(work.File(PostgresDump.Part), Path.Combine(made, PostgresDump.Part));
        }

        Directory.Move(made, folder);
        return folder;
    }
}
