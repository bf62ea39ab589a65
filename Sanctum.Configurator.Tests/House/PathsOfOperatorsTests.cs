using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Tests.House;

/// <summary>Files are opened by <c>OperatorFiles</c>, or by those that open the console's own files alone.</summary>
public sealed partial class PathsOfOperatorsTests
{
    /// <summary>Who else opens files, and whose.</summary>
    private static readonly Dictionary<string, string> Others = new()
    {
        ["Platform/Files/OperatorFiles.cs"] = "it is the way itself",
        ["Platform/PrivateFiles.cs"] = "files of the console's own",
        ["Platform/Processes/OrphanProcesses.cs"] = "what the system says of processes",
        ["Platform/Processes/SecretVariables.cs"] = "what the system says of this process",
        ["Registry/Data/MigrationBackups.cs"] = "copies of the registry in the backups folder",
        ["Registry/Data/RegistryMigrator.cs"] = "the lock in the data folder",
        ["Registry/Data/Sqlite/SqlitePages.cs"] = "copies in the console's work folder",
        ["Features/Backups/Archive/BackupFiles.cs"] = "backups in the data folder",
        ["Features/Backups/Runs/BackupUploads.cs"] = "backups in the data folder",
        ["Features/Backups/Runs/FileRestore.cs"] = "files of the data folder",
        ["Features/Backups/Runs/PartPacker.cs"] = "copies in the console's work folder; others by the one way",
        ["Features/Backups/Archive/ArchiveReader.cs"] = "backups in the data folder, and those of the command line",
        ["Features/Backups/Archive/ArchiveHeader.cs"] = "backups in the data folder",
        ["Features/Backups/Archive/PageHashes.cs"] = "files of the data folder",
        ["Features/Backups/Sources/LettaAgentFiles.cs"] = "parts of a backup in the console's work folder",
        ["Features/Backups/Targets/FolderStore.cs"] = "backups in the data folder, and new files; others by the one way",
        ["Features/Backups/Targets/S3Store.cs"] = "backups in the data folder",
        ["Features/Messaging/Broca/Importing/BrocaFiles.cs"] = "copies in the console's work folder",
        ["Features/Messaging/Broca/Instances/BrocaFolders.cs"] = "a list in the data folder",
        ["Features/Messaging/Broca/Instances/BrocaProcess.cs"] = "what the system says of processes",
    };

    [Fact]
    public void Nobody_else_opens_a_file_by_its_path()
    {
        var found = Repository
            .Sources(Repository.Product)
            .Where(file => Opens().IsMatch(WithoutComments(File.ReadAllText(file))))
            .Select(file => string.Join('/', Repository.Parts(file)[1..]))
            .Order(StringComparer.Ordinal)
            .ToList();

        Assert.Equal(found.Where(Others.ContainsKey), found);
        Assert.Equal(Others.Keys.Order(StringComparer.Ordinal), found);
    }

    private static string WithoutComments(string source) => Regex.Replace(source, @"^\s*//.*$", "", RegexOptions.Multiline);

    [GeneratedRegex(
        @"(?<!\.)\bFile\.(Open\w*|Read\w+|Write\w+|Append\w+|Create|CreateText|Copy)\(|\bFileMode\.|\.(CopyTo|OpenText|AppendText)\(""|new Stream(Reader|Writer)\("""
    )]
    private static partial Regex Opens();
}
