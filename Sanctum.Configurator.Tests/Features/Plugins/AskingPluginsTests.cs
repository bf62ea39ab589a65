using Sanctum.Configurator.Features.Plugins;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Plugins;

/// <summary>
/// Plugins that are run to say what they are. They are shell scripts under the name of Python's, where <c>/bin/sh</c> is the interpreter.
/// </summary>
public sealed class AskingPluginsTests
{
    private const string Answer =
        """{"contract_version": "1.0", "plugin": {"name": "git", "version": "1.0.0", "description": "Runs git."}, "commands": [{"name": "run", "parameters": [{"name": "args", "type": "string", "required": true}]}]}""";

    [Fact]
    public async Task The_first_answer_is_held_and_approved_and_the_same_answer_later_is_nothing_new()
    {
        await using var world = await WorldAsync();
        var id = await PluginAsync(world, $"echo '{Answer}'");

        var tried = Assert.IsType<Outcome<PluginView>.Ok>(await world.DescribeAsync(id, isDryRun: true)).Value;
        Assert.Equal((null, false), ((await world.ReadAsync(id)).Found, (await world.ReadAsync(id)).Plugin.IsHeld));
        var held = Assert.IsType<Outcome<PluginView>.Ok>(await world.DescribeAsync(id)).Value;
        Assert.True(held.Plugin.IsHeld);
        Assert.Equal(
            ["Version: 1.0.0", "Description: Runs git.", "Command run: (args: string)", "Name: git"],
            held.Changes.Select(change => $"{change.Name}: {change.To}")
        );
        Assert.Equal(tried.Changes, held.Changes);
        var approved = Assert
            .IsType<Outcome<PluginView>.Ok>(
                await world.CallAsync(
                    (PluginDescriber describer) => describer.ApproveAsync(id, held.Plugin.Version, TestContext.Current.CancellationToken)
                )
            )
            .Value;
        Assert.Equal(("1.0.0", "Runs git."), (approved.Plugin.PluginVersion, approved.Plugin.Description));

        Assert.False(Assert.IsType<Outcome<PluginView>.Ok>(await world.DescribeAsync(id)).Value.Plugin.IsHeld);
        Assert.Equal(1, (await world.ScannedAsync()).Same);
    }

    [Fact]
    public async Task It_is_told_nothing_but_the_path_an_empty_home_the_language_and_the_mark_of_its_run()
    {
        Environment.SetEnvironmentVariable("SANCTUM_TEST_SECRET", "canary-51c0f2");
        await using var world = await WorldAsync();
        var id = await PluginAsync(
            world,
            $$"""
            env | cut -d= -f1 | grep -v -e '^_$' -e '^PWD$' -e '^SHLVL$' -e '^OLDPWD$' | sort | tr '\n' ' ' > told
            ls -A "$HOME" >> told
            echo "$1 $#" >> told
            pwd >> told
            echo '{{Answer}}'
            """
        );

        Assert.IsType<Outcome<PluginView>.Ok>(await world.DescribeAsync(id));

        var told = await File.ReadAllLinesAsync(InPlugin(world, "told"), TestContext.Current.CancellationToken);
        Assert.Equal(
            ["HOME LANG PATH SANCTUM_RUN --describe 1", Folders.Real(Path.Join(world.Installation.FullName, "smcp", "plugins", "git"))],
            told
        );
    }

    [Theory]
    [InlineData("exit 3", "git exited with code 3. It may not support --describe.")]
    [InlineData("echo 'no such option' >&2; exit 2", "git exited with code 2: no such option. It may not support --describe.")]
    [InlineData("echo '{\"commands\": 1}'", "The answer of git doesn't follow version 1 of the SMCP contract. It has no list of commands.")]
    [InlineData("echo usage", "The answer of git doesn't follow version 1 of the SMCP contract. It is not a JSON object.")]
    [InlineData("cat /dev/zero", "git wrote more than 1 MB and was stopped.")]
    public async Task A_plugin_that_does_not_answer_well_changes_nothing(string script, string reason)
    {
        await using var world = await WorldAsync();
        var id = await PluginAsync(world, script);

        var refused = Assert.IsType<Outcome<PluginView>.Invalid>(await world.DescribeAsync(id));

        Assert.Equal(reason, refused.Reasons[""]);
        Assert.False((await world.ReadAsync(id)).Plugin.IsHeld);
    }

    [Fact]
    public async Task What_it_leaves_running_is_ended_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the environment of other processes.");
        await using var world = await WorldAsync();
        var id = await PluginAsync(world, $"(sleep 600 & echo $! > left) > /dev/null 2>&1; echo '{Answer}'");

        Assert.IsType<Outcome<PluginView>.Ok>(await world.DescribeAsync(id));

        await AssertEndedAsync(world, "left");
    }

    [Fact]
    public async Task One_that_takes_too_long_is_ended_with_its_children()
    {
        await using var world = await WorldAsync();
        var id = await PluginAsync(world, "sleep 600 & echo $! > child; wait");

        var asking = world.DescribeAsync(id);
        await Wait.UntilAsync(() =>
        {
            // Once the child is there, the time of the plugin is over.
            world.Registry.Clock.Advance(File.Exists(InPlugin(world, "child")) ? TimeSpan.FromSeconds(2) : TimeSpan.Zero);
            return asking.IsCompleted;
        });

        Assert.Equal(
            "git did not answer within 1 s and was stopped.",
            Assert.IsType<Outcome<PluginView>.Invalid>(await asking).Reasons[""]
        );
        await AssertEndedAsync(world, "child");
    }

    [Fact]
    public async Task A_folder_that_became_a_link_out_of_the_installation_is_not_run()
    {
        await using var world = await WorldAsync();
        var id = await PluginAsync(world, "exit 0");
        var folder = Path.Join(world.Installation.FullName, "smcp", "plugins", "git");
        Directory.Delete(folder, recursive: true);
        var outside = Directory.CreateTempSubdirectory("sanctum-outside-");
        await File.WriteAllTextAsync(Path.Join(outside.FullName, "cli.py"), "touch ran", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(folder, outside.FullName);

        var refused = Assert.IsType<Outcome<PluginView>.Invalid>(await world.DescribeAsync(id));

        Assert.Contains("is outside the Sanctum folder", refused.Reasons[""], StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Join(outside.FullName, "ran")));
        outside.Delete(recursive: true);
    }

    [Fact]
    public async Task Without_an_interpreter_it_is_said_what_to_install()
    {
        await using var world = await PluginsWorld.CreateAsync(
            settings: new Dictionary<string, string?> { ["Plugins:Python"] = "/nowhere/python" }
        );
        var id = await PluginAsync(world, "exit 0");

        Assert.StartsWith(
            "/nowhere/python can't be started.",
            Assert.IsType<Outcome<PluginView>.Invalid>(await world.DescribeAsync(id)).Reasons[""],
            StringComparison.Ordinal
        );
    }

    private static string InPlugin(PluginsWorld world, string file) =>
        Path.Join(world.Installation.FullName, "smcp", "plugins", "git", file);

    /// <summary>The process whose number stands in the file is gone, or only waits for its parent to take note.</summary>
    private static async Task AssertEndedAsync(PluginsWorld world, string file)
    {
        var state = $"/proc/{(await File.ReadAllTextAsync(InPlugin(world, file), TestContext.Current.CancellationToken)).Trim()}/status";
        await Wait.UntilAsync(async () => !File.Exists(state) || (await ReadAsync(state)).Contains("State:\tZ", StringComparison.Ordinal));
    }

    private static async Task<string> ReadAsync(string file)
    {
        try
        {
            return await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return "State:\tZ, and gone by now";
        }
    }

    private static Task<PluginsWorld> WorldAsync() =>
        PluginsWorld.CreateAsync(
            settings: new Dictionary<string, string?> { ["Plugins:Python"] = "/bin/sh", ["Plugins:DescribePatience"] = "00:00:01" }
        );

    private static async Task<int> PluginAsync(PluginsWorld world, string script)
    {
        world.Write("smcp/plugins/git/cli.py", script);
        return await world.AdoptedAsync("smcp/plugins/git");
    }
}
