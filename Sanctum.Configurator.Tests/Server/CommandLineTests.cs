using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class CommandLineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "migrate", "up")]
    [InlineData(true, "mistyped")]
    [InlineData(true, "--help")]
    [InlineData(false)]
    [InlineData(false, "--urls", "http://localhost:5080")]
    [InlineData(false, "--urls=http://localhost:5080")]
    [InlineData(false, "urls=http://localhost:5080")]
    [InlineData(false, "/urls", "http://localhost:5080")]
    [InlineData(false, "")]
    public void A_bare_word_is_a_command_and_everything_else_is_the_web_servers(bool isCommand, params string[] args) =>
        Assert.Equal(isCommand, CommandLine.IsCommand(args));

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Migrate_goes_down_and_up_and_tells_the_status(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);

        Assert.Matches(
            @"^(registry  applied  \d+_\w+\n)+(logs      applied  \d+_\w+\n)+$",
            (await RunAsync(registry, "migrate", "status")).Output
        );
        var (exitCode, errors) = Brief(await RunAsync(registry, "migrate", "to", "0"));
        Assert.Equal(1, exitCode);
        Assert.StartsWith("Nothing was changed, because taking all back would delete ", errors, StringComparison.Ordinal);
        Assert.StartsWith(
            "registry  pending",
            (await RunAsync(registry, "migrate", "to", "0", "--lose-data")).Output,
            StringComparison.Ordinal
        );
        Assert.StartsWith("registry  applied", (await RunAsync(registry, "migrate", "to", "Start")).Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), Brief(await RunAsync(registry, "migrate", "up")));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_registry_of_former_migrations_is_pending_until_migrate_up(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await FormerConsole.LeaveAsync(registry);

        Assert.Matches(
            @"^registry  pending  \d+_Start\n(registry  pending  \d+_\w+\n)+logs      pending  \d+_Start\n$",
            (await RunAsync(registry, "migrate", "status")).Output
        );
        Assert.Matches(
            @"^registry  applied  \d+_Start\n(registry  applied  \d+_\w+\n)+logs      applied  \d+_Start\n$",
            (await RunAsync(registry, "migrate", "up")).Output
        );
        await FormerConsole.LeaveAsync(registry, registryLacks: 1);
        var (exitCode, errors) = Brief(await RunAsync(registry, "migrate", "to", "0"));

        Assert.Equal(1, exitCode);
        Assert.StartsWith("The schema of the registry is at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_does_not_exist_is_a_sentence()
    {
        await using var registry = await TestRegistry.CreateAsync();

        Assert.Equal(
            (1, "Unknown migration Nonsense. Run `migrate status` to list all migrations.\n"),
            Brief(await RunAsync(registry, "migrate", "to", "Nonsense"))
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Audit_verify_prints_the_count_and_the_head_and_one_line_a_fault(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using var context = registry.Open();
        (await context.SystemConfig.SingleAsync(Cancel)).SmcpPort = 9100;
        await context.SaveChangesAsync(Cancel);
        await registry.OutsideAsync("UPDATE system_config SET flask_port = 5001");

        var whole = await RunAsync(registry, "audit", "verify");
        await registry.OutsideAsync("UPDATE change_history SET actor = 'nobody' WHERE chain_number = 1");
        var broken = await RunAsync(registry, "audit", "verify");

        Assert.Matches("^records: 2\nwaiting: 1\nhead: [0-9a-f]{64}\n$", whole.Output);
        Assert.Equal((0, ""), Brief(whole));
        Assert.Equal((1, ""), Brief(broken));
        Assert.Equal(whole.Output + "record 1: It was edited after it was written.\n", broken.Output);
    }

    [Fact]
    public async Task Commands_that_read_ask_for_the_schema_first()
    {
        await using var registry = await TestRegistry.CreateAsync();
        await RunAsync(registry, "migrate", "to", "0", "--lose-data");

        Assert.All(
            [await RunAsync(registry, "audit", "verify"), await RunAsync(registry, "config", "get", "flask_port")],
            ran =>
                Assert.Equal(
                    (1, "The registry doesn't have this version's schema yet. Start the console once, or run: migrate up\n"),
                    Brief(ran)
                )
        );
    }

    [Theory]
    [InlineData("flask_port", "5000\n", "source: default\n", 0)]
    [InlineData("SMCP_PORT", "9100\n", "source: database\n", 0)]
    [InlineData("letta_server_port", "8283\n", "source: environment (Sanctum__LettaServerPort)\n", 0)]
    [InlineData("environment", "development\n", "source: database\n", 0)]
    [InlineData("anthropic_api_key", "", "anthropic_api_key is not set.\n", 1)]
    [InlineData("openai_api_key", "", "openai_api_key is set (source: database). Add --reveal to print it.\n", 1)]
    [InlineData("letta_server_prot", "", "letta_server_prot is not a setting. Did you mean letta_server_port?\n", 1)]
    public async Task Config_get_prints_the_value_in_force_and_its_source(string column, string output, string errors, int exitCode)
    {
        await using var registry = await TestRegistry.CreateAsync(settings: [new("Sanctum:LettaServerPort", "8283")]);
        await registry.OutsideAsync("UPDATE system_config SET smcp_port = 9100, openai_api_key = 'sk-canary'");

        Assert.Equal((exitCode, output, errors), await RunAsync(registry, "config", "get", column));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Config_get_reveals_a_secret_and_records_that_it_did(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await registry.OutsideAsync("UPDATE system_config SET openai_api_key = 'sk-canary'");

        Assert.Equal((0, "sk-canary\n", "source: database\n"), await RunAsync(registry, "config", "get", "openai_api_key", "--reveal"));

        await using var context = registry.Open();
        var record = await context.Changes.OrderBy(r => r.Id).LastAsync(Cancel);
        Assert.Equal(
            ("command line", "command line", "reveal", "system_config", "1"),
            (record.Actor, record.Place, record.Act, record.TableName, record.RowId)
        );
        Assert.Equal("""{"openai_api_key":"revealed"}""", record.After);
        Assert.NotNull(record.ChainNumber);
    }

    [Fact]
    public async Task What_cannot_be_recorded_is_not_revealed()
    {
        await using var registry = await TestRegistry.CreateAsync();
        await registry.OutsideAsync("UPDATE system_config SET openai_api_key = 'sk-canary'; ALTER TABLE change_history RENAME TO gone");

        var (exitCode, output, errors) = await RunAsync(registry, "config", "get", "openai_api_key", "--reveal");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.DoesNotContain("canary", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistyped_command_fails_with_help()
    {
        await using var registry = await TestRegistry.CreateAsync();

        var (exitCode, output, errors) = await RunAsync(registry, "migrat");

        Assert.Equal(1, exitCode);
        Assert.Contains("migrate", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_itself_runs_commands_quietly()
    {
        var home = Directory.CreateTempSubdirectory("sanctum-command-").FullName;
        try
        {
            Assert.Equal(0, (await StartAsync(home, "migrate", "up")).ExitCode);
            Assert.Equal((0, "5000\n", "source: default\n"), await StartAsync(home, "config", "get", "flask_port"));
            Assert.Equal((0, ""), Brief(await StartAsync(home, "audit", "verify")));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static (int ExitCode, string Errors) Brief((int ExitCode, string Output, string Errors) ran) => (ran.ExitCode, ran.Errors);

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(TestRegistry registry, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        registry.Clock.Advance(TimeSpan.FromSeconds(1));
        var exitCode = await CommandLine.RunAsync(args, output, errors, () => registry.Services, Cancel);
        return (exitCode, output.ToString(), errors.ToString());
    }

    private static async Task<(int ExitCode, string Output, string Errors)> StartAsync(string home, params string[] args)
    {
        var program = typeof(CommandLine).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [program, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = home,
        };
        foreach (var variable in new[] { "DATABASE_URL", "ConnectionStrings__Registry" })
        {
            start.Environment.Remove(variable);
        }

        start.Environment["Sanctum__DataDirectory"] = home;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output, await errors);
    }
}
