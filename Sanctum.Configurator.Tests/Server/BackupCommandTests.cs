using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Tests.Features.Backups;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Backups at the command line, for the day on which the console does not start.</summary>
public sealed class BackupCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_data_folder_that_was_lost_comes_back_with_its_keys()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var location = console.Registry.Location;
        await console.AddAgentAsync("Athena");
        var box = console.Registry.Services.GetRequiredService<Sanctum.Configurator.Platform.Secrets.SecretBox>();
        var place = new Sanctum.Configurator.Platform.Secrets.SecretPlace("system_config", "openai_api_key", "1");
        var secret = box.Seal("sk-canary", place);
        var passphrase = await PassphraseAsync(location.DataDirectory);
        var (made, file, _) = await RunAsync(console, "backup", "create", "--passphrase-file", passphrase);
        var kept = Path.Combine(location.DataDirectory, "kept.sanctum");
        File.Move(file.Trim(), kept);
        CloseAll();
        File.Delete(location.RegistryFile);
        Directory.Delete(location.KeysFolder, recursive: true);

        var (restored, output, errors) = await RunAsync(console, "backup", "restore", kept, "--passphrase-file", passphrase);

        Assert.Equal((0, 0, ""), (made, restored, errors));
        Assert.Contains($"{location.RegistryFile} was restored.", output, StringComparison.Ordinal);
        Assert.Equal("Athena", Assert.Single(await console.AgentsAsync()).Value);
        await using var again = console.Registry.BuildConsole();
        Assert.Equal("sk-canary", again.GetRequiredService<Sanctum.Configurator.Platform.Secrets.SecretBox>().Open(secret, place));
    }

    [Fact]
    public async Task What_was_there_is_kept_and_sessions_do_not_come_back()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await console.Registry.OutsideAsync(
            "INSERT INTO user_sessions (user_id, session_token, expires_at) VALUES (1, 'abc', '2099-01-01')"
        );
        var (_, file, _) = await RunAsync(console, "backup", "create");
        await console.AddAgentAsync("A newcomer");
        CloseAll();

        var (exit, output, errors) = await RunAsync(console, "backup", "restore", file.Trim());

        Assert.Equal((0, ""), (exit, errors));
        Assert.Empty(await console.AgentsAsync());
        Assert.Equal("0", await console.Registry.OutsideAsync("SELECT count(*) FROM user_sessions"));
        var kept = Assert.Single(Directory.EnumerateFiles(console.Registry.Location.BackupsFolder, "*before-restore-registry.db"));
        Assert.Contains(kept, output, StringComparison.Ordinal);
        Assert.Equal("A newcomer", await Sqlite3.RunAsync(kept, "SELECT name FROM agents"));
    }

    [Fact]
    public async Task While_a_program_has_the_registry_open_nothing_is_touched()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var (_, file, _) = await RunAsync(console, "backup", "create");
        await console.AddAgentAsync("A newcomer");
        await using var open = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={console.Registry.Location.RegistryFile};Pooling=False"
        );
        await open.OpenAsync(Cancel);
        await using var reading = open.CreateCommand();
        reading.CommandText = "SELECT count(*) FROM agents";
        await reading.ExecuteScalarAsync(Cancel);
        CloseAll();

        var (exit, _, errors) = await RunAsync(console, "backup", "restore", file.Trim());

        Assert.Equal(1, exit);
        Assert.Contains("Stop the console", errors, StringComparison.Ordinal);
        Assert.Single(await console.AgentsAsync());
    }

    [Fact]
    public async Task A_registry_that_no_longer_opens_is_replaced()
    {
        await using var console = await BackupRegistry.CreateAsync();
        await console.AddAgentAsync("Athena");
        var (_, file, _) = await RunAsync(console, "backup", "create");
        CloseAll();
        await File.WriteAllTextAsync(console.Registry.Location.RegistryFile, new string('x', 5000), Cancel);

        var (exit, _, errors) = await RunAsync(console, "backup", "restore", file.Trim());

        Assert.Equal((0, ""), (exit, errors));
        Assert.Equal("Athena", Assert.Single(await console.AgentsAsync()).Value);
    }

    [Fact]
    public async Task Of_a_registry_in_PostgreSQL_the_dump_is_laid_out_for_pg_restore()
    {
        await using var console = await BackupRegistry.CreateAsync(TestDatabase.Postgres);
        var (_, full, failure) = await RunAsync(console, "backup", "create");
        Assert.Equal("", failure);
        var (_, settings, _) = await RunAsync(console, "backup", "create", "--type", "config_only");

        var (exit, output, errors) = await RunAsync(console, "backup", "restore", full.Trim());
        var (refused, _, reason) = await RunAsync(console, "backup", "restore", settings.Trim());

        var dump = Path.Combine(
            console.Registry.Location.DataDirectory,
            "restored",
            Path.GetFileNameWithoutExtension(full.Trim()),
            "registry.dump"
        );
        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains($"pg_restore --no-owner --dbname=NAME \"{dump}\"", output, StringComparison.Ordinal);
        Assert.StartsWith("PGDMP", await File.ReadAllTextAsync(dump, Cancel), StringComparison.Ordinal);
        Assert.Equal(1, refused);
        Assert.Contains("this backup contains no dump", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_and_list_say_how_it_stands()
    {
        await using var console = await BackupRegistry.CreateAsync();
        var (_, file, _) = await RunAsync(console, "backup", "create", "--type", "config_only");
        var path = file.Trim();

        Assert.Equal((0, "whole  registry.db\n", ""), await RunAsync(console, "backup", "verify", path));
        Assert.Matches(
            $@"^ +1  \d{{4}}-\d\d-\d\d \d\d:\d\d  config_only  +[\d.]+ kB  restore tested .*  {path}\n$",
            (await RunAsync(console, "backup", "list")).Output
        );
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        var (exit, output, _) = await RunAsync(console, "backup", "verify", path);
        Assert.Equal(1, exit);
        Assert.StartsWith("BAD    registry.db: The part registry.db is damaged", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" battery staple horse ", "battery staple horse\r\n")]
    [InlineData("battery staple horse", "  battery staple horse\n")]
    [InlineData("battery staple horse\u00a0", "battery staple horse")]
    public async Task A_passphrase_that_was_typed_on_a_page_opens_from_a_file_whatever_blanks_are_around_it(string typed, string inFile)
    {
        await using var console = await BackupRegistry.CreateAsync();
        var backup = await console.BackUpAsync(new() { Passphrase = typed });
        var file = Path.Combine(console.Registry.Location.DataDirectory, "passphrase.txt");
        await File.WriteAllTextAsync(file, inFile, Cancel);

        var (exit, _, errors) = await RunAsync(console, "backup", "verify", backup.FilePath!, "--passphrase-file", file);

        Assert.True(backup.IsProven, backup.Trouble);
        Assert.Equal((0, ""), (exit, errors));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \t\nthe lamp is lit at nine")]
    public async Task A_file_without_a_passphrase_in_its_first_line_makes_no_backup_that_anybody_can_read(string content)
    {
        await using var console = await BackupRegistry.CreateAsync();
        var file = Path.Combine(console.Registry.Location.DataDirectory, "passphrase.txt");
        await File.WriteAllTextAsync(file, content, Cancel);

        var (exit, _, errors) = await RunAsync(console, "backup", "create", "--passphrase-file", file);

        Assert.Equal((1, $"The first line of {file} is empty. Write the passphrase into it.\n"), (exit, errors));
        Assert.Empty(Directory.EnumerateFiles(console.Registry.Location.BackupsFolder, "*.sanctum"));
    }

    private static void CloseAll() => Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();

    private static async Task<string> PassphraseAsync(string folder)
    {
        var file = Path.Combine(folder, "passphrase.txt");
        await File.WriteAllTextAsync(file, "the lamp is lit at nine\n", Cancel);
        return file;
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(BackupRegistry console, params string[] args)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var exit = await CommandLine.RunAsync(args, output, errors, () => console.Registry.Services, Cancel);
        var said = args is ["backup", "create", ..] && exit == 0 ? "" : errors.ToString();
        return (exit, output.ToString(), said);
    }
}
