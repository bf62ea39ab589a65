using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups.Sources;

public sealed class BackingUpTheInstallationTests : IDisposable
{
    private readonly string _sanctum = Directory.CreateTempSubdirectory("sanctum-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_sanctum, recursive: true);

    [Fact]
    public async Task Files_and_databases_of_the_installation_come_along()
    {
        await using var console = await CreateAsync();
        Write("agents/athena/.env", "AGENT_ID=1");
        Write("agents/athena/node_modules/left/out.js", "x");
        var broca = await BrocaAsync("agents/athena/sanctum.db");

        var backup = await console.BackUpAsync(new() { SanctumFiles = true });

        Assert.True(backup.IsProven, backup.Trouble);
        Assert.Null(backup.Warning);
        using var archive = ArchiveReader.Open(backup.FilePath!, null);
        Assert.Equal(
            ["logs.db", "registry.db", "sanctum/agents/athena/.env", "sanctum/agents/athena/sanctum.db"],
            archive.Manifest.Parts.Select(part => part.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            1,
            archive.Manifest.Parts.Single(part => part.Name.EndsWith("sanctum.db", StringComparison.Ordinal)).Rows!["messages"]
        );
        Assert.True(File.Exists(broca));
    }

    [Fact]
    public async Task Of_Broca_its_databases_alone_come_along_and_what_is_not_yet_written_to_the_file_too()
    {
        await using var console = await CreateAsync();
        Write("agents/athena/.env", "AGENT_ID=1");
        var file = await BrocaAsync("agents/athena/sanctum.db");
        await using var writer = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString
        );
        await writer.OpenAsync(Cancel);
        await using var command = writer.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; INSERT INTO messages VALUES (2, 'only in the log')";
        await command.ExecuteNonQueryAsync(Cancel);

        var backup = await console.BackUpAsync(new() { Broca = true });

        using var archive = ArchiveReader.Open(backup.FilePath!, null);
        var part = Assert.Single(archive.Manifest.Parts, part => part.Name.StartsWith("broca/", StringComparison.Ordinal));
        Assert.Equal(("broca/agents/athena/sanctum.db", PartKind.Sqlite, 2L), (part.Name, part.Kind, part.Rows!["messages"]));
    }

    [Fact]
    public async Task A_link_that_leads_elsewhere_is_not_followed()
    {
        await using var console = await CreateAsync();
        Write("settings.json", "{}");
        var elsewhere = Directory.CreateTempSubdirectory("elsewhere-").FullName;
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "secret.txt"), "not yours", Cancel);
        Directory.CreateSymbolicLink(Path.Combine(_sanctum, "link"), elsewhere);
        File.CreateSymbolicLink(Path.Combine(_sanctum, "secret.txt"), Path.Combine(elsewhere, "secret.txt"));

        var backup = await console.BackUpAsync(new() { SanctumFiles = true });

        using var archive = ArchiveReader.Open(backup.FilePath!, null);
        Assert.Equal(
            ["sanctum/settings.json"],
            archive.Manifest.Parts.Select(part => part.Name).Where(name => name.StartsWith("sanctum/", StringComparison.Ordinal))
        );
        Directory.Delete(elsewhere, recursive: true);
    }

    [Fact]
    public async Task A_second_name_of_a_file_of_the_consoles_own_is_left_out_and_said()
    {
        await using var console = await CreateAsync();
        Write("settings.json", "{}");
        var own = console.Registry.Location.DataDirectory;
        HardLink.Create(Path.Combine(_sanctum, "innocent.sqlite"), Path.Combine(own, "registry.db"));
        await BrocaAsync("agents/athena/sanctum.db");
        HardLink.Create(Path.Combine(_sanctum, "agents/athena/sanctum.db-journal"), Path.Combine(own, "registry.db"));

        var backup = await console.BackUpAsync(new() { SanctumFiles = true });

        Assert.Contains("2 of the files", backup.Warning, StringComparison.Ordinal);
        using var archive = ArchiveReader.Open(backup.FilePath!, null);
        Assert.Equal(
            ["sanctum/settings.json"],
            archive.Manifest.Parts.Select(part => part.Name).Where(name => name.StartsWith("sanctum/", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_pipe_that_nobody_writes_into_is_not_waited_for()
    {
        await using var console = await CreateAsync();
        Write("settings.json", "{}");
        foreach (var name in new[] { "pipe", "pipe.sqlite", "sanctum.db" })
        {
            await MakePipeAsync(Path.Combine(_sanctum, name));
        }

        var all = await console.BackUpAsync(new() { SanctumFiles = true });
        var increment = await console.BackUpAsync(new() { SanctumFiles = true, Type = BackupType.Incremental });
        var broca = await console.BackUpAsync(new() { Broca = true });

        Assert.All([all, increment, broca], backup => Assert.True(backup.IsProven, backup.Trouble));
        using var archive = ArchiveReader.Open(all.FilePath!, null);
        Assert.Contains(archive.Manifest.Parts, part => part.Name == "sanctum/settings.json");
        Assert.Equal(0, archive.Manifest.Parts.Where(part => part.Name.Contains("pipe", StringComparison.Ordinal)).Sum(part => part.Size));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_said_and_the_backup_is_not_all_green()
    {
        await using var console = await CreateAsync();
        await SetAsync(console, "sanctum_base_path", Path.Combine(_sanctum, "gone"));

        var backup = await console.BackUpAsync(new() { SanctumFiles = true });

        Assert.Equal(BackupStatus.Completed, backup.Status);
        Assert.StartsWith($"The folder {Path.Combine(_sanctum, "gone")} was not found", backup.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_agent_of_the_letta_server_comes_along_as_an_agent_file()
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Agents = 3, Token = null });
        await using var console = await CreateAsync();
        await SetLettaAsync(console, letta.Address);

        var backup = await console.BackUpAsync(new() { LettaAgents = true });

        Assert.Null(backup.Warning);
        using var archive = ArchiveReader.Open(backup.FilePath!, null);
        var files = archive.Manifest.Parts.Where(part => part.Name.StartsWith("letta-agents/", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, files.Count);
        using var content = new MemoryStream();
        await archive.CopyAsync(files[0], content, null, Cancel);
        Assert.Contains("\"agents\"", System.Text.Encoding.UTF8.GetString(content.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_come_back_beside_those_that_are_there_and_an_agent_goes_to_letta()
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Agents = 1, Token = null });
        await using var console = await CreateAsync();
        await SetLettaAsync(console, letta.Address);
        Write("start.sh", "echo hello");
        var backup = await console.BackUpAsync(new() { SanctumFiles = true, LettaAgents = true });
        Write("start.sh", "echo broken");
        await console.AddAgentAsync("Athena");
        var plan = Assert.IsType<Outcome<RestorePlan>.Ok>(await console.PreviewAsync(backup)).Value;

        var done = Assert
            .IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(backup, [.. plan.Files.Select(file => file.Part)]))
            .Value;

        Assert.Equal(("sanctum/", 1, false), (plan.Files[0].Part, plan.Files[0].Files, plan.Files[0].IsAgent));
        Assert.Equal("echo hello", await File.ReadAllTextAsync(Path.Combine(done.FilesFolder!, "sanctum", "start.sh"), Cancel));
        Assert.Equal("echo broken", await File.ReadAllTextAsync(Path.Combine(_sanctum, "start.sh"), Cancel));
        Assert.Contains(letta.Requests, request => (request.Method, request.Path) == ("POST", "/v1/agents/import"));
        Assert.Equal(["Athena"], (await console.AgentsAsync()).Values);
    }

    [Fact]
    public async Task A_letta_server_that_does_not_answer_is_said_and_the_rest_is_kept()
    {
        await using var console = await CreateAsync();
        await SetLettaAsync(console, new Uri("http://127.0.0.1:9/"));

        var backup = await console.BackUpAsync(new() { LettaAgents = true });

        Assert.True(backup.IsProven, backup.Trouble);
        Assert.StartsWith(
            "The agents of the Letta server are not in this backup: the server could not be reached",
            backup.Warning,
            StringComparison.Ordinal
        );
    }

    private async Task<BackupRegistry> CreateAsync()
    {
        var console = await BackupRegistry.CreateAsync();
        await SetAsync(console, "sanctum_base_path", _sanctum);
        return console;
    }

    private static async Task SetLettaAsync(BackupRegistry console, Uri address)
    {
        await SetAsync(console, "letta_server_address", $"{address.Scheme}://{address.Host}");
        await SetAsync(console, "letta_server_port", $"{address.Port}");
    }

    private static async Task SetAsync(BackupRegistry console, string column, string value)
    {
        await using var registry = console.Registry.Open();
        var config = await registry.SystemConfig.SingleAsync(Cancel);
        switch (column)
        {
            case "sanctum_base_path":
                config.SanctumBasePath = value;
                break;
            case "letta_server_address":
                config.LettaServerAddress = value;
                break;
            default:
                config.LettaServerPort = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
                break;
        }

        await registry.SaveChangesAsync(Cancel);
    }

    private void Write(string name, string text)
    {
        var file = Path.Combine(_sanctum, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private static async Task MakePipeAsync(string file)
    {
        try
        {
            using var process = System.Diagnostics.Process.Start("mkfifo", [file]);
            await process.WaitForExitAsync(Cancel);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("The mkfifo command is not installed.");
        }
    }

    private async Task<string> BrocaAsync(string name)
    {
        var file = Path.Combine(_sanctum, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await Sqlite3.RunAsync(
            file,
            "CREATE TABLE messages (id INTEGER PRIMARY KEY, message TEXT); INSERT INTO messages VALUES (1, 'hello')"
        );
        return file;
    }
}
