using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Plugins;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Plugins;

public sealed class KeepingPluginsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_plugin_is_made_read_changed_and_found_by_its_words(TestDatabase database)
    {
        await using var world = await PluginsWorld.CreateAsync(database);
        await world.AddAsync("base");
        var id = await world.AddAsync("Search", "base >=1");

        Assert.IsType<Outcome<PluginRow>.Ok>(
            await world.ChangeAsync(
                id,
                form => (form.Description, form.TypedConfig, form.Type) = (" Finds things. ", """{"depth": 3}""", "extension")
            )
        );
        var view = await world.ReadAsync(id);
        var page = await world.CallAsync(
            (PluginService plugins) => plugins.PageAsync(new(Type: "extension", IsEnabled: true), new(0, 10, Search: "FINDS"), Cancel)
        );

        Assert.Equal(("Search", "Finds things.", 3), (view.Plugin.Name, view.Plugin.Description, (int)view.Config!["depth"]!));
        Assert.Equal(new("base", ">=1"), Assert.Single(view.Dependencies));
        Assert.Equal(id, Assert.Single(page.Items).Id);
        Assert.Equal(1, page.Total);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Needs_that_would_make_a_circle_are_refused_with_the_way(TestDatabase database)
    {
        await using var world = await PluginsWorld.CreateAsync(database);
        var c = await world.AddAsync("c");
        await world.AddAsync("b", "c");
        await world.AddAsync("a", "b");

        var refused = Assert.IsType<Outcome<PluginRow>.Invalid>(await world.ChangeAsync(c, form => form.TypedDependencies = "A"));

        Assert.Equal(
            "These plugins would depend on each other in a circle: c → a → b → c. Remove one of the dependencies.",
            refused.Reasons[nameof(PluginForm.Dependencies)]
        );
        Assert.Empty((await world.ReadAsync(c)).Dependencies);
        Assert.Contains(
            "d → d",
            Assert
                .IsType<Outcome<PluginRow>.Invalid>(await world.SaveAsync(new() { Name = "d", Dependencies = JsonNode.Parse("""["d"]""") }))
                .Reasons.Values.First(),
            StringComparison.Ordinal
        );
        Assert.Equal(3, await world.CountAsync());
    }

    [Theory]
    [InlineData("", "mcp", null, null, "Name")]
    [InlineData("base", "mcp", null, null, "Name")]
    [InlineData("x", "magic", null, null, "Type")]
    [InlineData("x", "mcp", "[1]", null, "Config")]
    [InlineData("x", "mcp", """{"a": 1, "a": 2}""", null, "Config")]
    [InlineData("x", "mcp", null, """["a", 3]""", "Dependencies")]
    [InlineData("x", "mcp", null, """{"a": ">>1"}""", "Dependencies")]
    [InlineData("x", "mcp", null, """{"a": "1", "a": "2"}""", "Dependencies")]
    public async Task A_form_that_breaks_a_rule_is_refused_at_its_field(
        string name,
        string type,
        string? config,
        string? dependencies,
        string field
    )
    {
        await using var world = await PluginsWorld.CreateAsync();
        await world.AddAsync("Base");

        var refused = Assert.IsType<Outcome<PluginRow>.Invalid>(
            await world.SaveAsync(
                new()
                {
                    Name = name,
                    Type = type,
                    Config = config is null ? null : JsonNode.Parse(config),
                    Dependencies = dependencies is null ? null : JsonNode.Parse(dependencies),
                }
            )
        );

        Assert.Equal(field, Assert.Single(refused.Reasons).Key);
        Assert.Equal(1, await world.CountAsync());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_second_of_two_writers_is_told_so_and_users_and_viewers_change_nothing(TestDatabase database)
    {
        await using var world = await PluginsWorld.CreateAsync(database);
        var id = await world.AddAsync("a");
        var form = PluginForm.Of(await world.ReadAsync(id));
        await world.ChangeAsync(id, first => first.Description = "first");
        form.Description = "second";

        Assert.Equal("first", Assert.IsType<Outcome<PluginRow>.Conflict>(await world.SaveAsync(form)).Current.Description);
        var user = await world.Registry.AddUserAsync("ada", UserRole.User);
        var viewer = await world.Registry.AddUserAsync("vera", UserRole.Viewer);
        Assert.IsType<Outcome<PluginRow>.Invalid>(await world.SaveAsync(PluginForm.Of(await world.ReadAsync(id)), user));
        Assert.IsType<Outcome<SwitchPlan>.Invalid>(
            await world.CallAsync((PluginSwitch switches) => switches.DisableAsync(id, false, null, Cancel), viewer)
        );
        Assert.IsType<Outcome<SwitchPlan>.Ok>(
            await world.CallAsync((PluginSwitch switches) => switches.DisableAsync(id, false, null, Cancel), user)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_it_was_is_kept_when_it_has_another_version(TestDatabase database)
    {
        await using var world = await PluginsWorld.CreateAsync(database);
        var id = await world.AddAsync("a");
        await world.ChangeAsync(id, form => (form.Description, form.TypedConfig) = ("old", """{"x": 1}"""));

        await world.ChangeAsync(id, form => (form.PluginVersion, form.Description) = ("2.0.0", "new"));
        await world.ChangeAsync(id, form => form.PluginVersion = "1.0.0");
        var versions = await world.CallAsync((PluginService plugins) => plugins.VersionsAsync(id, Cancel));

        Assert.Equal(
            ["1.0.0 old", "2.0.0 new"],
            versions.Select(version => $"{version.Label} {version.Description}").Order(StringComparer.Ordinal)
        );
        Assert.All(versions, version => Assert.Equal(1, (int)version.Config!["x"]!));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Whatever_is_needed_is_neither_deleted_nor_called_otherwise(TestDatabase database)
    {
        await using var world = await PluginsWorld.CreateAsync(database);
        var b = await world.AddAsync("base");
        var s = await world.AddAsync("search", "base");
        await world.ChangeAsync(b, form => form.PluginVersion = "2");
        await SetAsync(world, b, "depth", "number", "3");

        var renamed = Assert.IsType<Outcome<PluginRow>.Invalid>(await world.ChangeAsync(b, form => form.Name = "ground"));
        var kept = Assert.IsType<Outcome<PluginRow>.Invalid>(await DeleteAsync(world, b));
        Assert.Contains("the plugin search", renamed.Reasons["Name"], StringComparison.Ordinal);
        Assert.Equal("base is required by the plugin search. Remove those dependencies first.", kept.Reasons[""]);
        Assert.IsType<Outcome<PluginRow>.Ok>(await DeleteAsync(world, s));
        Assert.IsType<Outcome<PluginRow>.Ok>(await world.ChangeAsync(b, form => form.Name = "ground"));
        Assert.Equal("3", Assert.Single((await world.CallAsync((PluginKeys keys) => keys.ListAsync(b, Cancel)))!).Value);
        Assert.IsType<Outcome<PluginRow>.Ok>(await DeleteAsync(world, b));

        Assert.Equal(
            ("0", "0"),
            (
                Trim(await world.Registry.OutsideAsync("SELECT COUNT(*) FROM plugin_config")),
                Trim(await world.Registry.OutsideAsync("SELECT COUNT(*) FROM plugin_versions"))
            )
        );
    }

    [Theory]
    [InlineData("number", "12", null)]
    [InlineData("number", "1,5", "Value")]
    [InlineData("number", "NaN", "Value")]
    [InlineData("boolean", "true", null)]
    [InlineData("boolean", "yes", "Value")]
    [InlineData("json", "[1]", null)]
    [InlineData("json", "[1", "Value")]
    [InlineData("string", "", null)]
    [InlineData("date", "today", "Type")]
    public async Task A_key_is_set_where_its_value_is_of_its_type(string type, string value, string? field)
    {
        await using var world = await PluginsWorld.CreateAsync();
        var id = await world.AddAsync("a");

        var outcome = await SetAsync(world, id, "key", type, value);
        var rows = await world.CallAsync((PluginKeys keys) => keys.ListAsync(id, Cancel));

        Assert.Equal(field, (outcome as Outcome<PluginKeyRow>.Invalid)?.Reasons.Keys.Single());
        Assert.Equal(field is null ? [value] : [], rows!.Select(row => row.Value));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Agents_and_tools_are_linked_once_and_taken_away(TestDatabase database)
    {
        await using var world = await PluginsWorld.CreateAsync(database);
        var id = await world.AddAsync("a");
        await world.Registry.OutsideAsync("INSERT INTO agents (name) VALUES ('Athena')");
        await world.Registry.OutsideAsync("INSERT INTO tools (name) VALUES ('Lamp')");

        var link = Assert.IsType<Outcome<PluginLinkRow>.Ok>(await LinkAsync(new() { AgentId = 1 })).Value;
        Assert.IsType<Outcome<PluginLinkRow>.Ok>(await LinkAsync(new() { ToolId = 1 }));
        Assert.IsType<Outcome<PluginLinkRow>.Invalid>(await LinkAsync(new() { AgentId = 1 }));
        Assert.IsType<Outcome<PluginLinkRow>.Invalid>(await LinkAsync(new() { AgentId = 1, ToolId = 1 }));
        Assert.IsType<Outcome<PluginLinkRow>.Invalid>(await LinkAsync(new() { AgentId = 99 }));
        Assert.Equal(
            ["Athena", "Lamp"],
            (await world.CallAsync((PluginLinks links) => links.ListAsync(id, Cancel)))!.Select(row => row.Name)
        );
        Assert.Empty(await world.CallAsync((PluginLinks links) => links.FreeAsync(id, Cancel)));
        Assert.Contains(
            "the agent Athena and the tool Lamp",
            Assert.IsType<Outcome<PluginRow>.Invalid>(await DeleteAsync(world, id)).Reasons[""],
            StringComparison.Ordinal
        );
        Assert.IsType<Outcome<PluginLinkRow>.Ok>(await world.CallAsync((PluginLinks links) => links.DeleteAsync(id, link.Id, Cancel)));
        Assert.Equal(["Lamp"], (await world.CallAsync((PluginLinks links) => links.ListAsync(id, Cancel)))!.Select(row => row.Name));

        Task<Outcome<PluginLinkRow>> LinkAsync(PluginLinkForm form) =>
            world.CallAsync((PluginLinks links) => links.AddAsync(id, form, Cancel));
    }

    private static Task<Outcome<PluginRow>> DeleteAsync(PluginsWorld world, int id) =>
        world.CallAsync((PluginService plugins) => plugins.DeleteAsync(id, null, Cancel));

    private static Task<Outcome<PluginKeyRow>> SetAsync(PluginsWorld world, int id, string key, string type, string value) =>
        world.CallAsync(
            (PluginKeys keys) =>
                keys.SetAsync(
                    id,
                    new()
                    {
                        Key = key,
                        Type = type,
                        Value = value,
                    },
                    null,
                    Cancel
                )
        );

    private static string Trim(string text) => text.Trim();
}
