using System.Diagnostics;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers.Processes;

/// <summary>Programs as MCP servers: by the operator's list only, without the console's environment, counted, capped, and ended.</summary>
public sealed class RunningProgramsTests
{
    private const string Canary = "SANCTUM_TEST_CANARY";

    [Fact]
    public async Task A_program_sees_nothing_of_the_consoles_environment()
    {
        Environment.SetEnvironmentVariable(Canary, "sings");
        using var server = new StdioServer();
        await using var calls = new McpCalls([server.Program]);
        await using var connection = await calls.ConnectAsync(
            McpCalls.Of(server.Program, new Dictionary<string, string> { ["GIVEN"] = "to-it" })
        );

        var seen = Assert.IsType<TextContentBlock>((await connection.CallAsync("env", [], null, McpCalls.Cancel)).Content[0]).Text;

        Assert.DoesNotContain(Canary, seen, StringComparison.Ordinal);
        Assert.Contains("GIVEN=to-it", seen, StringComparison.Ordinal);
        Assert.Contains("PATH=", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hint_of_a_command_that_is_not_allowed_works_when_it_is_followed()
    {
        using var server = new StdioServer();
        await using var calls = new McpCalls(["npx -y something"]);

        var refused = await calls.TestAsync(McpCalls.Of(server.Program, arguments: ["serve"]));
        var entry = refused.Message[(refused.Message.IndexOf("__1='", StringComparison.Ordinal) + 5)..].TrimEnd('.').TrimEnd('\'');
        await using var after = new McpCalls(["npx -y something", entry]);

        Assert.Equal(McpVerdict.CommandNotAllowed, refused.Verdict);
        Assert.Equal(McpVerdict.Connected, (await after.TestAsync(McpCalls.Of(server.Program, arguments: ["serve"]))).Verdict);
        Assert.Equal(McpVerdict.CommandNotAllowed, (await after.TestAsync(McpCalls.Of(server.Program, arguments: ["other"]))).Verdict);
    }

    [Theory]
    [InlineData("LD_PRELOAD")]
    [InlineData("NODE_OPTIONS")]
    [InlineData("npm_config_registry")]
    [InlineData("Path")]
    [InlineData("HOME")]
    [InlineData("BASH_FUNC_printf%%")]
    [InlineData("PS4")]
    [InlineData("GIT_SSH_COMMAND")]
    [InlineData("GIT_CONFIG_KEY_0")]
    [InlineData("PYTHONWARNINGS")]
    [InlineData("CORECLR_PROFILER_PATH")]
    [InlineData("OPENSSL_CONF")]
    public async Task An_allowed_program_is_not_made_to_run_other_code_by_a_variable(string variable)
    {
        using var server = new StdioServer();
        await using var calls = new McpCalls([server.Program]);

        var refused = await calls.TestAsync(McpCalls.Of(server.Program, new Dictionary<string, string> { [variable] = "mine" }));

        Assert.Equal(McpVerdict.CommandNotAllowed, refused.Verdict);
        Assert.Contains(variable, refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, calls.Get<McpProcesses>().Count);
    }

    [Theory]
    [InlineData("PYTHONUNBUFFERED")]
    [InlineData("NODE_ENV")]
    [InlineData("GIT_AUTHOR_NAME")]
    [InlineData("DOTNET_ENVIRONMENT")]
    [InlineData("HTTPS_PROXY")]
    public async Task Other_variables_are_given(string variable)
    {
        using var server = new StdioServer();
        await using var calls = new McpCalls([server.Program]);

        var report = await calls.TestAsync(McpCalls.Of(server.Program, new Dictionary<string, string> { [variable] = "mine" }));

        Assert.Equal(McpVerdict.Connected, report.Verdict);
    }

    [Fact]
    public async Task A_program_that_crashes_says_why_and_leaves_nothing()
    {
        using var server = new StdioServer("echo 'no database' >&2; exit 3");
        await using var calls = new McpCalls([server.Program]);

        var report = await calls.TestAsync(McpCalls.Of(server.Program));

        Assert.Equal(McpVerdict.Crashed, report.Verdict);
        Assert.Contains("exit code 3", report.Message, StringComparison.Ordinal);
        Assert.Contains("no database", report.Message, StringComparison.Ordinal);
        Assert.Equal(0, calls.Get<McpProcesses>().Count);
    }

    [Fact]
    public async Task One_that_says_nothing_is_ended_with_all_that_it_started()
    {
        using var server = new StdioServer();
        var child = server.FileOf("child");
        using var silent = new StdioServer($"sleep 1000 & echo $! > {child}; exec sleep 1000");
        await using var calls = new McpCalls([silent.Program]);

        var report = await calls.TestAsync(McpCalls.Of(silent.Program), TimeSpan.FromSeconds(2));

        Assert.Equal(McpVerdict.Timeout, report.Verdict);
        await Wait.UntilAsync(() => calls.Get<McpProcesses>().Count == 0);
        var id = int.Parse(await File.ReadAllTextAsync(child, McpCalls.Cancel), System.Globalization.CultureInfo.InvariantCulture);
        await Wait.UntilAsync(() => !IsRunning(id));
    }

    [Fact]
    public async Task A_server_that_logs_to_its_output_works_and_is_told_of_it()
    {
        using var server = new StdioServer("echo 'Server started on stdio'");
        await using var calls = new McpCalls([server.Program]);

        var report = await calls.TestAsync(McpCalls.Of(server.Program));

        Assert.Equal(McpVerdict.Connected, report.Verdict);
        Assert.True(report.HasWarning);
        Assert.Contains("Server started on stdio", report.Steps[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_silent_on_what_it_does_not_know_is_asked_the_older_way()
    {
        using var server = new StdioServer(discover: ":");
        await using var calls = new McpCalls([server.Program]);

        var report = await calls.TestAsync(McpCalls.Of(server.Program));

        Assert.Equal((McpVerdict.Connected, "initialize", "stdio"), (report.Verdict, report.Era, report.Transport));
    }

    [Fact]
    public async Task No_more_run_than_may()
    {
        using var server = new StdioServer();
        await using var calls = new McpCalls([server.Program], mostProcesses: 1);
        await using (await calls.ConnectAsync(McpCalls.Of(server.Program)))
        {
            Assert.Equal(McpVerdict.TooManyProcesses, (await calls.TestAsync(McpCalls.Of(server.Program))).Verdict);
        }

        Assert.Equal(McpVerdict.Connected, (await calls.TestAsync(McpCalls.Of(server.Program))).Verdict);
    }

    [Fact]
    public async Task All_end_with_the_console()
    {
        using var server = new StdioServer();
        var calls = new McpCalls([server.Program]);
        _ = await calls.ConnectAsync(McpCalls.Of(server.Program));
        Assert.Equal(1, calls.Get<McpProcesses>().Count);
        var processes = calls.Get<McpProcesses>();

        await calls.DisposeAsync();

        Assert.Equal(0, processes.Count);
    }

    [LongFact]
    public async Task After_a_thousand_crashes_the_count_is_what_it_was()
    {
        using var server = new StdioServer("exit 1");
        await using var calls = new McpCalls([server.Program]);
        var before = Process.GetProcesses().Length;

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 1000),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = McpCalls.Cancel },
            async (_, _) => Assert.Equal(McpVerdict.Crashed, (await calls.TestAsync(McpCalls.Of(server.Program))).Verdict)
        );

        Assert.Equal(0, calls.Get<McpProcesses>().Count);
        await Wait.UntilAsync(() => Process.GetProcesses().Length <= before + 5);
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
