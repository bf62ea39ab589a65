using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Plugins;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Plugins;

public sealed class FindingPluginsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Plugins_of_all_three_kinds_are_found_by_their_files_and_adopted_one_by_one(TestDatabase database)
    {
        await using var world = await PluginsWorld.CreateAsync(database);
        world.Write("smcp/plugins/git/cli.py", "raise SystemExit('this must not be run')");
        world.Write("agents/athena/broca/plugins/telegram/plugin.py", "class Telegram: pass");
        world.Write("agents/hermes/broca/plugins/telegram/plugin.py", "class Telegram: pass");
        world.Write(
            "tools/lamp/manifest.json",
            """{"name": "lamp", "type": "extension", "version": "1.2.0", "description": "Shines.", "dependencies": ["git>=1"]}"""
        );
        world.Write("web/manifest.json", """{"name": "a web page", "icons": []}""");
        world.Write("venv/plugins/pip/cli.py", "left out");
        world.Write("smcp/cli.py", "no plugin: its folder is not in plugins");

        var scanned = await world.ScannedAsync();
        Assert.Equal(
            [
                "agents/athena/broca/plugins/telegram integration broca",
                "agents/hermes/broca/plugins/telegram integration broca",
                "smcp/plugins/git mcp smcp",
                "tools/lamp extension module",
            ],
            scanned.New.Select(plugin => $"{plugin.Folder} {plugin.Type} {plugin.Source}")
        );
        var lamp = await world.AdoptedAsync("tools/lamp");
        await world.AdoptedAsync("agents/athena/broca/plugins/telegram");
        var second = await world.AdoptedAsync("agents/hermes/broca/plugins/telegram");
        var again = await world.ScannedAsync();

        var view = await world.ReadAsync(lamp);
        Assert.Equal(
            ("lamp", "1.2.0", "Shines.", "tools/lamp"),
            (view.Plugin.Name, view.Plugin.PluginVersion, view.Plugin.Description, view.Plugin.Folder)
        );
        Assert.Equal(["lamp needs git >=1, which is not in the registry."], view.Plugin.Problems);
        Assert.Equal("telegram (agents/hermes/broca)", (await world.ReadAsync(second)).Plugin.Name);
        Assert.Equal(("smcp/plugins/git", 3), (Assert.Single(again.New).Folder, again.Same));
    }

    [Fact]
    public async Task A_manifest_that_is_a_file_of_the_consoles_own_is_not_read_and_that_is_said()
    {
        await using var world = await PluginsWorld.CreateAsync();
        world.Write("tools/lamp/other.txt", "");
        HardLink.Create(Path.Combine(world.Installation.FullName, "tools/lamp/manifest.json"), world.Registry.Location.RegistryFile);

        var scanned = await world.ScannedAsync();

        Assert.Empty(scanned.New);
        Assert.Contains(scanned.Notes, note => note.Contains("tools/lamp/manifest.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_changed_is_held_until_it_is_approved_and_what_is_gone_is_told()
    {
        await using var world = await PluginsWorld.CreateAsync();
        var file = world.Write("tools/lamp/manifest.json", """{"name": "lamp", "type": "extension", "version": "1.2.0"}""");
        var id = await world.AdoptedAsync("tools/lamp");
        world.Write(
            "tools/lamp/manifest.json",
            """{"name": "lamp", "type": "extension", "version": "2.0.0", "description": "Shines brighter."}"""
        );

        var changed = Assert.Single((await world.ScannedAsync()).Changed);
        Assert.Equal(
            ["Version 1.2.0 2.0.0", "Description  Shines brighter."],
            changed.Changes.Select(change => $"{change.Name} {change.From} {change.To}")
        );
        await world.AdoptedAsync("tools/lamp");
        var held = await world.ReadAsync(id);
        Assert.Equal((true, "1.2.0"), (held.Plugin.IsHeld, held.Plugin.PluginVersion));
        Assert.True(Assert.Single((await world.ScannedAsync()).Changed).IsHeld);
        var approved = Assert.IsType<Outcome<PluginView>.Ok>(await ApproveAsync(world, id, held.Plugin.Version)).Value;

        Assert.Equal(
            (false, "2.0.0", "Shines brighter."),
            (approved.Plugin.IsHeld, approved.Plugin.PluginVersion, approved.Plugin.Description)
        );
        Assert.Equal("1.2.0", Assert.Single(await world.CallAsync((PluginService plugins) => plugins.VersionsAsync(id, Cancel))).Label);
        Assert.IsType<Outcome<PluginView>.Conflict>(await ApproveAsync(world, id, held.Plugin.Version));
        Assert.IsType<Outcome<PluginView>.Invalid>(await ApproveAsync(world, id, null));
        File.Delete(file);
        Assert.Equal("tools/lamp", Assert.Single((await world.ScannedAsync()).Gone).Folder);
    }

    [Fact]
    public async Task A_held_plugin_is_not_enabled_and_goes_back_when_it_is_rejected()
    {
        await using var world = await PluginsWorld.CreateAsync();
        world.Write("smcp/plugins/git/cli.py", "print(1)");
        var id = await world.AdoptedAsync("smcp/plugins/git");
        await world.ChangeAsync(id, form => form.IsEnabled = false);
        world.Write("smcp/plugins/git/cli.py", "print(2)");
        await world.AdoptedAsync("smcp/plugins/git");

        var refused = Assert.IsType<Outcome<SwitchPlan>.Invalid>(
            await world.CallAsync((PluginSwitch switches) => switches.EnableAsync(id, true, null, Cancel))
        );
        Assert.Contains("Approve or reject the change", refused.Reasons[""], StringComparison.Ordinal);
        var rejected = Assert
            .IsType<Outcome<PluginView>.Ok>(await world.CallAsync((PluginDescriber describer) => describer.RejectAsync(id, null, Cancel)))
            .Value;

        Assert.False(rejected.Plugin.IsHeld);
        Assert.Single((await world.ScannedAsync()).Changed);
    }

    [Fact]
    public async Task A_plugin_that_was_written_by_hand_is_taken_for_the_one_that_lies_there()
    {
        await using var world = await PluginsWorld.CreateAsync();
        var id = await world.AddAsync("Git");
        world.Write("smcp/plugins/git/cli.py", "print(1)");

        Assert.Equal(id, Assert.Single((await world.ScannedAsync()).New).Known);
        Assert.Equal(id, await world.AdoptedAsync("smcp/plugins/git"));
        Assert.Equal(("smcp/plugins/git", 1), ((await world.ReadAsync(id)).Plugin.Folder, await world.CountAsync()));
        Assert.IsType<Outcome<AdoptedPlugins>.Invalid>(await world.AdoptAsync("smcp/plugins/git"));
    }

    [Fact]
    public async Task Links_in_circles_end_and_links_that_lead_out_are_not_followed()
    {
        await using var world = await PluginsWorld.CreateAsync();
        var outside = Directory.CreateTempSubdirectory("sanctum-outside-");
        try
        {
            Directory.CreateDirectory(Path.Join(outside.FullName, "evil"));
            await File.WriteAllTextAsync(Path.Join(outside.FullName, "evil", "cli.py"), "print(1)", Cancel);
            world.Write("repos/git/cli.py", "print(1)");
            Directory.CreateDirectory(Path.Join(world.Installation.FullName, "smcp", "plugins"));
            Link("smcp/plugins/evil", Path.Join(outside.FullName, "evil"));
            Link("smcp/loop", world.Installation.FullName);
            Link("smcp/self", Path.Join(world.Installation.FullName, "smcp", "self"));

            var scanned = await world.ScannedAsync();

            Assert.Empty(scanned.New);
            Assert.Contains("smcp/plugins/evil is a link that points outside the installation and was not followed.", scanned.Notes);
            Assert.IsType<Outcome<AdoptedPlugins>.Invalid>(await world.AdoptAsync("smcp/plugins/evil"));
            Assert.IsType<Outcome<AdoptedPlugins>.Invalid>(await world.AdoptAsync("../" + outside.Name + "/evil"));
        }
        finally
        {
            outside.Delete(recursive: true);
        }

        void Link(string path, string target) => File.CreateSymbolicLink(Path.Join(world.Installation.FullName, path), target);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_said_with_what_to_do()
    {
        await using var world = await PluginsWorld.CreateAsync();
        world.Installation.Delete();
        var refused = Assert.IsType<Outcome<ScanResult>.Invalid>(await world.CallAsync((PluginScan scan) => scan.ScanAsync(Cancel)));
        world.Installation.Create();

        Assert.Equal(
            $"The Sanctum folder {world.Installation.FullName} was not found or can't be read. Set its path in the system settings.",
            refused.Reasons[""]
        );
    }

    [Theory]
    [InlineData("\uFEFF{\"name\":\"lamp\",\"type\":\"mcp\",\"version\":\"1.0.0\"}")]
    public async Task A_manifest_with_a_byte_order_mark_is_read(string manifest)
    {
        await using var world = await PluginsWorld.CreateAsync();
        world.Write("tools/lamp/manifest.json", manifest);
        var utf16 = world.Write("tools/fan/manifest.json", "");
        await File.WriteAllTextAsync(
            utf16,
            manifest.TrimStart('\uFEFF').Replace("lamp", "fan", StringComparison.Ordinal),
            System.Text.Encoding.Unicode,
            Cancel
        );

        var scanned = await world.ScannedAsync();

        Assert.Equal(["fan", "lamp"], scanned.New.Select(plugin => plugin.Name));
        Assert.Empty(scanned.Notes);
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_read_is_named_with_its_place_and_its_plugin_is_not_gone()
    {
        await using var world = await PluginsWorld.CreateAsync();
        world.Write("tools/lamp/manifest.json", """{"name": "lamp", "type": "mcp", "version": "1.0.0"}""");
        await world.AdoptedAsync("tools/lamp");
        world.Write("tools/lamp/manifest.json", "{\"name\": \"lamp\",\n \"type\": \"mcp\", \"version\": \"1.0.0\",}");

        var scanned = await world.ScannedAsync();

        Assert.Contains(
            "tools/lamp/manifest.json can't be read: line 2, character",
            Assert.Single(scanned.Notes),
            StringComparison.Ordinal
        );
        Assert.Empty(scanned.Gone);
        Assert.Empty(scanned.Changed);
    }

    [Fact]
    public async Task Needs_that_cannot_be_read_are_told_and_stay_told()
    {
        await using var world = await PluginsWorld.CreateAsync();
        world.Write(
            "tools/lamp/manifest.json",
            """{"name": "lamp", "type": "extension", "version": "1.0.0", "dependencies": {"base": 1.2, "x": null, "y": {"version": "^1"}}}"""
        );

        var scanned = await world.ScannedAsync();
        var lamp = await world.ReadAsync(await world.AdoptedAsync("tools/lamp"));

        Assert.Contains("base", Assert.Single(scanned.Notes), StringComparison.Ordinal);
        Assert.Contains(
            lamp.Plugin.Problems,
            problem => problem.Contains("The version range of base must be a text", StringComparison.Ordinal)
        );
        Assert.Contains(lamp.Plugin.Problems, problem => problem.Contains("needs y ^1", StringComparison.Ordinal));
    }

    [Fact]
    public void Real_answers_of_plugins_keep_to_the_contract()
    {
        var folder = Shared("smcp");
        Assert.SkipWhen(folder is null, "The answers of real plugins are not there: shared/data/smcp beside the repository.");

        Assert.All(
            Directory.EnumerateFiles(folder, "describe_*.json"),
            file => Assert.Empty(PluginDescription.Faults(JsonNode.Parse(File.ReadAllText(file))))
        );
    }

    [Theory]
    [InlineData("[]", "It is not a JSON object.")]
    [InlineData("{}", "It has no list of commands.")]
    [InlineData("""{"contract_version": "2.0", "commands": []}""", "Its contract_version is \"2.0\", but only version 1 is supported.")]
    [InlineData("""{"commands": [{"name": "a b"}]}""", "The name of commands[0] must consist of letters, digits, _ and -.")]
    [InlineData(
        """{"commands": [{"name": "a", "parameters": [{"name": "x", "type": "date"}]}]}""",
        "The type of a's parameter x is \"date\"; allowed: string, number, integer, boolean, array, object."
    )]
    [InlineData("""{"commands": [{"name": "a", "parameters": [{"type": "string"}]}]}""", "Parameter 1 of a has no name.")]
    [InlineData(
        """{"commands": [{"name": "a", "parameters": [{"name": "x", "required": "yes"}]}]}""",
        "The field required of a's parameter x must be true or false."
    )]
    public void An_answer_that_breaks_the_contract_is_told_why(string answer, string fault) =>
        Assert.Equal(fault, Assert.Single(PluginDescription.Faults(JsonNode.Parse(answer))));

    private static Task<Outcome<PluginView>> ApproveAsync(PluginsWorld world, int id, int? version) =>
        world.CallAsync((PluginDescriber describer) => describer.ApproveAsync(id, version, Cancel));

    private static string? Shared(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Join(folder.FullName, "shared", "data", name)))
            {
                return Path.Join(folder.FullName, "shared", "data", name);
            }
        }

        return null;
    }
}
