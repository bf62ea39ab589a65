using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Tools.Running;

/// <summary>Every kind of tool runs, says how it ended, and does no more than it may.</summary>
public sealed class RunningToolsTests : IDisposable
{
    private const string Token = "canary-0c5d92e81fb34a67";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly string _sanctum = Directory.CreateTempSubdirectory("sanctum-installation-").FullName;

    public void Dispose() => Directory.Delete(_sanctum, recursive: true);

    [Fact]
    public async Task A_program_of_an_allowed_folder_runs_without_a_shell_and_without_the_consoles_environment()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The program of this test is a shell script.");
        await using var world = await CreateAsync();
        WriteProgram("bin/report", "printf 'first\\n'; printf '[%s]' \"$@\"; env | sort; exit 3");
        Environment.SetEnvironmentVariable("SANCTUM_CANARY_OF_RUNNING", Token);
        var instance = await world.AddInstanceAsync(
            """{"kind": "command", "program": "bin/report", "arguments": ["a b", "$(id)", "; rm -rf x", "*"]}"""
        );
        var said = new StringBuilder();

        var run = ToolsWorld.Done(await world.RunAsync(instance.Id, say: piece => said.Append(piece)));

        Assert.Equal((false, 3, "The program exited with code 3."), (run.IsOk, run.Status, run.Message));
        Assert.StartsWith("first\n[a b][$(id)][; rm -rf x][*]", run.Output, StringComparison.Ordinal);
        Assert.Equal(run.Output, said.ToString());
        Assert.DoesNotContain(Token, run.Output, StringComparison.Ordinal);
        Assert.Contains($"SANCTUM_PATH={_sanctum}", run.Output, StringComparison.Ordinal);
        var row = (await world.CallAsync((ToolReader reader) => reader.FindInstanceAsync(instance.Id, Cancel)))!;
        Assert.Equal((RunState.Degraded, 3), (row.Status, row.LastResult!.Status));
    }

    [Theory]
    [InlineData("/bin/sh")]
    [InlineData("../outside")]
    [InlineData("bin/../elsewhere/program")]
    [InlineData("bin/link")]
    [InlineData("bin/none")]
    [InlineData("")]
    public async Task A_program_anywhere_else_does_not_run(string program)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The program of this test is a shell script.");
        await using var world = await CreateAsync();
        WriteProgram("elsewhere/program", $"touch {_sanctum}/ran");
        Directory.CreateDirectory(Path.Combine(_sanctum, "bin"));
        File.CreateSymbolicLink(Path.Combine(_sanctum, "bin/link"), Path.Combine(_sanctum, "elsewhere/program"));
        var instance = await world.AddInstanceAsync(
            new JsonObject { ["kind"] = "command", ["program"] = program.Length == 0 ? " " : program }.ToJsonString()
        );

        var outcome = await world.RunAsync(instance.Id);

        Assert.False(outcome is Outcome<RunResult>.Ok { Value.IsOk: true });
        Assert.False(File.Exists(Path.Combine(_sanctum, "ran")));
    }

    [Fact]
    public async Task A_program_that_takes_too_long_is_ended_with_what_it_started()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The program of this test is a shell script.");
        await using var world = await CreateAsync();
        WriteProgram("bin/slow", $"(sleep 600; touch {_sanctum}/ran) & echo $! > {_sanctum}/child; sleep 600");
        var instance = await world.AddInstanceAsync("""{"kind": "command", "program": "bin/slow", "timeout_seconds": 1}""");

        var run = ToolsWorld.Done(await world.RunAsync(instance.Id));

        Assert.Contains("Timed out after 1 seconds", run.Message, StringComparison.Ordinal);
        var child = int.Parse(
            await File.ReadAllTextAsync(Path.Combine(_sanctum, "child"), Cancel),
            System.Globalization.CultureInfo.InvariantCulture
        );

        // The signal was sent; the system takes a moment to end it.
        await Wait.UntilAsync(() => !IsRunning(child), "the child is ended");
    }

    private static bool IsRunning(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // It has gone, perhaps while it was read.
        }
    }

    [Fact]
    public async Task An_act_of_the_console_runs_for_whom_it_may()
    {
        var act = new Act();
        await using var world = await CreateAsync(services => services.AddSingleton<IBuiltInTask>(act));
        var uma = await world.Registry.AddUserAsync("uma");
        var instance = await world.AddInstanceAsync("""{"kind": "console", "action": "do_it"}""");

        Assert.Equal("Did it.", ToolsWorld.Done(await world.RunAsync(instance.Id)).Message);
        var refused = ToolsWorld.Done(await world.RunAsync(instance.Id, who: uma));

        Assert.Equal((false, "You don't have permission to run this task: Does it.", 1), (refused.IsOk, refused.Message, act.Times));
    }

    [Fact]
    public async Task A_message_reaches_the_agent_whose_instance_it_is_and_may_be_said_anew()
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = new FakeLettaAgents(1) });
        await using var world = await CreateAsync(
            settings: new()
            {
                ["Sanctum:letta_server_address"] = "http://localhost",
                ["Sanctum:letta_server_port"] = $"{letta.Port}",
                ["Sanctum:letta_server_token"] = FakeLetta.Password,
            }
        );
        var agent = new Agent { Name = "Athena", LettaUid = FakeLettaAgents.IdOf(1) };
        await using (var context = world.Registry.Open())
        {
            context.Add(agent);
            await context.SaveChangesAsync(Cancel);
        }

        var tool = await world.AddToolAsync("Ask");
        var instance = ToolsWorld.Done(
            await world.SaveInstanceAsync(
                new()
                {
                    ToolId = tool.Id,
                    AgentId = agent.Id,
                    Name = "Ask",
                    Config = new() { ["kind"] = "letta_message", ["message"] = "Are you there?" },
                }
            )
        );

        var run = ToolsWorld.Done(await world.RunAsync(instance.Id));
        var again = ToolsWorld.Done(await world.RunAsync(instance.Id, new() { ["message"] = "And now?" }));

        Assert.True(run.IsOk && again.IsOk, $"{run.Message} {again.Message}");
        Assert.Equal("Athena answered.", run.Message);
        Assert.False(string.IsNullOrEmpty(run.Output));
        Assert.Contains(
            "can't be overridden",
            (await world.RunAsync(instance.Id, new() { ["agent_id"] = 2 })).ProblemWith("it"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Who_runs_a_tool_can_not_take_its_secret_out_by_what_he_says_anew()
    {
        await using var server = new Curl.EchoServer();
        await using var world = await CreateAsync();
        var made = ToolsWorld.Done(
            await world.CallAsync(
                (CurlTools curl) =>
                    curl.CreateAsync(new() { Command = $"curl http://{server.Host}/ -H 'Authorization: Bearer {Token}' -d 'x=1'" }, Cancel)
            )
        );

        ToolsWorld.Done(await world.RunAsync(made.InstanceId!.Value, new() { ["body"] = "{{secret:authorization}}" }));

        var sent = server.Take()!;
        Assert.Equal("{{secret:authorization}}", sent.Body);
        Assert.Contains(("Authorization", $"Bearer {Token}"), sent.Headers);
        Assert.Contains(
            "can't be overridden",
            (await world.RunAsync(made.InstanceId!.Value, new() { ["url"] = "http://elsewhere/" })).ProblemWith("it"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_folder_that_is_only_a_setting_is_none_that_programs_run_from()
    {
        WriteProgram("bin/report", "echo ran");
        await using var world = await ToolsWorld.CreateAsync(settings: new() { ["Tools:CommandFolders:0"] = "bin" });
        await world.Registry.OutsideAsync($"UPDATE system_config SET sanctum_base_path = '{_sanctum}'");
        var instance = await world.AddInstanceAsync("""{"kind": "command", "program": "bin/report"}""");

        var refused = ToolsWorld.Done(await world.RunAsync(instance.Id));

        Assert.False(refused.IsOk);
        Assert.Contains($"Tools__CommandFolders__1={Path.Combine(_sanctum, "bin")}", refused.Message, StringComparison.Ordinal);
        await using var advised = await ToolsWorld.CreateAsync(
            settings: new() { ["Tools:CommandFolders:0"] = "bin", ["Tools:CommandFolders:1"] = Path.Combine(_sanctum, "bin") }
        );
        await advised.Registry.OutsideAsync($"UPDATE system_config SET sanctum_base_path = '{_sanctum}'");
        var followed = await advised.AddInstanceAsync("""{"kind": "command", "program": "bin/report"}""");
        Assert.True(ToolsWorld.Done(await advised.RunAsync(followed.Id)).IsOk);
    }

    private Task<ToolsWorld> CreateAsync(Action<IServiceCollection>? add = null, Dictionary<string, string?>? settings = null)
    {
        settings ??= [];
        settings["Sanctum:sanctum_base_path"] = _sanctum;
        settings["Tools:CommandFolders:0"] = "bin";
        return ToolsWorld.CreateAsync(settings: settings, add: add);
    }

    private void WriteProgram(string path, string script)
    {
        var file = Path.Combine(_sanctum, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        }
    }

    private sealed class Act : IBuiltInTask
    {
        public int Times { get; private set; }

        public string Name => "do_it";

        public string Description => "Does it.";

        public string Policy => Policies.ManageUsers;

        public Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
        {
            Times++;
            return Task.FromResult<Outcome<string>>(new Outcome<string>.Ok("Did it."));
        }
    }
}
