using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Sources;
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
            "The agents of the Letta server are not in this backup: nothing listens on the server's port",
            backup.Warning,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Agents_of_an_App_Server_come_along_as_files_of_the_consoles_own_and_go_back_there()
    {
        await using var server = await FakeAppServer.StartAsync(2);
        server.Token = null;
        await using var console = await CreateAsync();
        await SetLettaAsync(console, server.Address);

        var backup = await console.BackUpAsync(new() { LettaAgents = true });
        var plan = Assert.IsType<Outcome<RestorePlan>.Ok>(await console.PreviewAsync(backup)).Value;
        Assert.IsType<Outcome<RestorePlan>.Ok>(await console.RestoreAsync(backup, [.. plan.Files.Select(file => file.Part)]));

        Assert.Null(backup.Warning);
        Assert.Equal([true, true], plan.Files.Select(file => file.Part.EndsWith(".agent.json", StringComparison.Ordinal)));
        Assert.Equal(
            ["Agent 1", "Agent 1_copy", "Agent 2", "Agent 2_copy"],
            server.Agents.Values.Select(agent => agent.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(0, server.CountOf("secret_list"));
    }

    [Fact]
    public async Task The_folder_of_an_App_Server_comes_along_with_its_memories_and_with_keys_only_where_it_is_encrypted()
    {
        await using var console = await CreateAsync();
        await SetAsync(console, "letta_data_path", _sanctum);
        const string Talk = "lc-local-backend/conversations/ZGVmYXVsdA/messages.jsonl";
        Write("lc-local-backend/agents/YQ.json", """{"id": "agent-local-1"}""");
        Write(Talk, "{\"type\": \"session\"}\n{\"type\": \"mess");
        Write("lc-local-backend/memfs/agent-local-1/memory/system/human.md", "A person.");
        Write("lc-local-backend/memfs/agent-local-1/memory/.git/HEAD", "ref: refs/heads/main");
        Write("lc-local-backend/providers/auth.json", """{"key": "canary"}""");
        Write("lc-local-backend/secrets/local-agent-secrets.json", "{}");
        Write("transcripts/a/state.json", "{}");
        Write("logs/server.log", "x");
        File.CreateSymbolicLink(Path.Combine(_sanctum, "lc-local-backend/link.json"), Path.Combine(_sanctum, "logs/server.log"));

        var open = await console.BackUpAsync(new() { LettaFiles = true });
        var closed = await console.BackUpAsync(new() { LettaFiles = true, Passphrase = "a long passphrase" });

        string[] plain =
        [
            "letta/lc-local-backend/agents/YQ.json",
            $"letta/{Talk}",
            "letta/lc-local-backend/memfs/agent-local-1/memory/.git/HEAD",
            "letta/lc-local-backend/memfs/agent-local-1/memory/system/human.md",
        ];
        string[] keys = ["letta/lc-local-backend/providers/auth.json", "letta/lc-local-backend/secrets/local-agent-secrets.json"];
        Assert.Contains("auth.json, local-agent-secrets.json) are not in this backup", open.Warning, StringComparison.Ordinal);
        Assert.Null(closed.Warning);
        using var archive = ArchiveReader.Open(open.FilePath!, null);
        using var sealedArchive = ArchiveReader.Open(closed.FilePath!, PassphraseKeys.Of("a long passphrase"));
        Assert.Equal(plain.Order(StringComparer.Ordinal), LettaParts(archive));
        Assert.Equal(plain.Concat(keys).Order(StringComparer.Ordinal), LettaParts(sealedArchive));
        using var content = new MemoryStream();
        await archive.CopyAsync(archive.Manifest.Parts.Single(part => part.Name == $"letta/{Talk}"), content, null, Cancel);
        Assert.Equal("{\"type\": \"session\"}\n", System.Text.Encoding.UTF8.GetString(content.ToArray()));
    }

    [Fact]
    public async Task JSON_that_is_half_written_is_read_again()
    {
        Write("half.json", "{\"name\": ");
        var file = new FileInfo(Path.Combine(_sanctum, "half.json"));
        var readings = new Queue<string>(["{\"name\": ", "{\"name\": \"whole\"}"]);
        Stream Next() => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(readings.Dequeue()));

        var (content, isWhole) = await AppServerFolder.ReadAsync(file, Next, TimeProvider.System, Cancel);

        Assert.True(isWhole);
        Assert.Equal("{\"name\": \"whole\"}", System.Text.Encoding.UTF8.GetString(content.Span));
    }

    private static IEnumerable<string> LettaParts(ArchiveReader archive) =>
        archive
            .Manifest.Parts.Select(part => part.Name)
            .Where(name => name.StartsWith("letta/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

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
            case "letta_data_path":
                config.LettaDataPath = value;
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
