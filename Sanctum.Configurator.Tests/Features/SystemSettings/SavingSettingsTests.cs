using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.SystemSettings;

public sealed class SavingSettingsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_fresh_registry_shows_the_seeds_defaults(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);

        var view = await world.ReadAsync();

        Assert.Equal(DeploymentEnvironment.Development, view.Environment);
        Assert.All(view.Fields, field => Assert.Equal(SettingSource.Default, field.Source));
        Assert.Equal(
            ("https://localhost", "443", "30"),
            (view["letta_server_address"].Effective, view["letta_server_port"].Effective, view["letta_connection_timeout"].Effective)
        );
        Assert.False(view["letta_server_token"].Secret!.IsSet);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_saved_value_is_in_the_row_that_other_programs_read(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);

        var view = await world.SavedAsync("ada", new("letta_server_address", " 192.168.1.100 "), new("letta_server_port", "8283"));

        Assert.Equal(SettingSource.Database, view["letta_server_port"].Source);
        Assert.Equal("192.168.1.100", await world.Registry.OutsideAsync("SELECT letta_server_address FROM system_config WHERE id = 1"));
        Assert.Equal("8283", await world.Registry.OutsideAsync("SELECT letta_server_port FROM system_config WHERE id = 1"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_emptied_field_goes_back_to_its_default(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        await world.SavedAsync("ada", new SettingChange("smcp_port", "9100"));

        var view = await world.SavedAsync("ada", new SettingChange("smcp_port", ""));

        Assert.Equal(("9000", SettingSource.Default), (view["smcp_port"].Effective, view["smcp_port"].Source));
        Assert.Equal("9000", await world.Registry.OutsideAsync("SELECT smcp_port FROM system_config WHERE id = 1"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_secret_is_encrypted_and_shows_its_last_four_characters(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);

        var view = await world.SavedAsync("ada", new SettingChange("letta_server_token", "canary-token-1234"));

        Assert.Equal(new SecretState(true, "1234"), view["letta_server_token"].Secret);
        Assert.StartsWith(
            "sealed:v1:",
            await world.Registry.OutsideAsync("SELECT letta_server_token FROM system_config WHERE id = 1"),
            StringComparison.Ordinal
        );
        Assert.Equal("canary-token-1234", await world.AsAsync("ada", s => s.RevealAsync("letta_server_token", null, "reveal", Cancel)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Revealing_leaves_a_record_with_the_actor_and_without_the_secret(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        await world.SavedAsync("ada", new SettingChange("openai_api_key", "canary-openai-key"));

        await world.AsAsync("grace", s => s.RevealAsync("openai_api_key", null, "reveal", Cancel));

        var newest = (await world.HistoryAsync(h => h.ListAsync(null, null, new(0, 1), Cancel))).Items[0];
        Assert.Equal(("grace", "reveal"), (newest.Actor, newest.Act));
        Assert.Equal(
            """{"openai_api_key":"revealed"}""",
            await world.Registry.OutsideAsync("SELECT after FROM change_history ORDER BY id DESC LIMIT 1")
        );
        Assert.Equal(
            "0",
            await world.Registry.OutsideAsync("SELECT count(*) FROM change_history WHERE before LIKE '%canary%' OR after LIKE '%canary%'")
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Ciphertext_moved_to_another_column_does_not_open(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        await world.SavedAsync("ada", new SettingChange("openai_api_key", "canary-openai-key"));

        await world.Registry.OutsideAsync("UPDATE system_config SET anthropic_api_key = openai_api_key WHERE id = 1");

        Assert.Equal(new SecretState(true, IsUnreadable: true), (await world.ReadAsync())["anthropic_api_key"].Secret);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Two_people_who_change_different_fields_both_keep_theirs(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        var read = await world.ReadAsync();
        await world.SavedAsync("ada", new SettingChange("smcp_port", "9100", read["smcp_port"].Mark));

        var second = await world.SavedAsync("grace", new SettingChange("flask_port", "5100", read["flask_port"].Mark));

        Assert.Equal(("9100", "5100"), (second["smcp_port"].Effective, second["flask_port"].Effective));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_second_of_two_who_change_one_field_gets_the_first_ones_value_and_nothing_is_saved(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        var read = await world.ReadAsync();
        await world.SavedAsync("ada", new SettingChange("smcp_port", "9100", read["smcp_port"].Mark));

        var second = await world.SaveAsync(
            "grace",
            new("smcp_port", "9200", read["smcp_port"].Mark),
            new("flask_port", "5100", read["flask_port"].Mark)
        );

        var stale = Assert.IsType<Outcome<SettingsView>.Conflict>(second);
        Assert.Equal(("9100", "5000"), (stale.Current["smcp_port"].Effective, stale.Current["flask_port"].Effective));
        Assert.Equal("5000", (await world.ReadAsync())["flask_port"].Effective);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_another_program_changed_under_an_open_form_is_not_overwritten(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        var read = await world.ReadAsync();
        await world.Registry.OutsideAsync(
            "UPDATE system_config SET letta_server_address = '192.168.1.100', updated_at = CURRENT_TIMESTAMP WHERE id = 1"
        );

        var outcome = await world.SaveAsync(
            "ada",
            new SettingChange("letta_server_address", "10.0.0.1", read["letta_server_address"].Mark)
        );

        Assert.Equal("192.168.1.100", Assert.IsType<Outcome<SettingsView>.Conflict>(outcome).Current["letta_server_address"].Effective);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_version_that_is_not_the_current_one_is_stale_whatever_the_fields(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        var read = await world.ReadAsync();
        await world.SavedAsync("ada", new SettingChange("smcp_port", "9100"));

        var outcome = await world.AsAsync("grace", s => s.SaveAsync(new([new("flask_port", "5100")], Version: read.Version), Cancel));

        Assert.IsType<Outcome<SettingsView>.Conflict>(outcome);
    }

    [Fact]
    public async Task A_pinned_field_shows_its_variable_and_refuses_to_change()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite, ("Sanctum:letta_server_port", "8283"));

        var field = (await world.ReadAsync())["letta_server_port"];
        var outcome = await world.SaveAsync("ada", new SettingChange("letta_server_port", "9999"));

        Assert.Equal(
            ("8283", SettingSource.Environment, true, "Sanctum__letta_server_port"),
            (field.Effective, field.Source, field.IsPinned, field.Variable)
        );
        Assert.Contains(
            "Sanctum__letta_server_port",
            Assert.IsType<Outcome<SettingsView>.Invalid>(outcome).Reasons["letta_server_port"],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_key_in_the_database_beats_the_providers_variable_which_beats_nothing()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite, ("OPENAI_API_KEY", "from-the-environment"));

        var fallback = (await world.ReadAsync())["openai_api_key"];
        var own = (await world.SavedAsync("ada", new SettingChange("openai_api_key", "from-the-database")))["openai_api_key"];

        Assert.Equal(
            (SettingSource.Environment, "OPENAI_API_KEY", false, "ment"),
            (fallback.Source, fallback.Variable, fallback.IsPinned, fallback.Secret!.LastFour)
        );
        Assert.Equal((SettingSource.Database, "base"), (own.Source, own.Secret!.LastFour));
    }

    [Theory]
    [InlineData("letta_server_port", "0")]
    [InlineData("letta_server_port", "65536")]
    [InlineData("letta_server_port", "eight")]
    [InlineData("smcp_port", "5000")]
    [InlineData("letta_connection_timeout", "0")]
    [InlineData("letta_check_interval", "1")]
    [InlineData("debug_mode", "perhaps")]
    [InlineData("sanctum_base_path", "relative/path")]
    [InlineData("letta_server_address", "ftp://host")]
    [InlineData("letta_server_token", "two words")]
    [InlineData("no_such_setting", "1")]
    public async Task A_bad_value_is_refused_with_a_sentence_and_changes_nothing(string column, string value)
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);

        var outcome = await world.SaveAsync("ada", new SettingChange(column, value));

        Assert.EndsWith(".", Assert.IsType<Outcome<SettingsView>.Invalid>(outcome).Reasons[column], StringComparison.Ordinal);
        Assert.Equal(1, (await world.ReadAsync()).Version);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Switching_environments_keeps_each_ones_values_and_secrets(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        await world.SavedAsync("ada", new("smcp_port", "9100"), new("letta_server_token", "development-token"));

        await world.AsAsync("ada", s => s.SwitchAsync(DeploymentEnvironment.Production, Cancel));
        var production = await world.SavedAsync("ada", new("smcp_port", "9300"), new("letta_server_token", "production-token"));
        await world.AsAsync("ada", s => s.SwitchAsync(DeploymentEnvironment.Development, Cancel));

        var development = await world.ReadAsync();
        Assert.Equal(("9100", "oken"), (development["smcp_port"].Effective, development["letta_server_token"].Secret!.LastFour));
        Assert.Equal("development-token", await world.AsAsync("ada", s => s.RevealAsync("letta_server_token", null, "reveal", Cancel)));
        Assert.Equal(
            "production-token",
            await world.AsAsync("ada", s => s.RevealAsync("letta_server_token", DeploymentEnvironment.Production, "reveal", Cancel))
        );
        Assert.Equal(DeploymentEnvironment.Production, production.Environment);
        Assert.Equal("development", await world.Registry.OutsideAsync("SELECT environment FROM system_config WHERE id = 1"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Editing_an_environment_that_is_not_active_leaves_the_live_row_alone(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);

        await world.AsAsync("ada", s => s.SaveAsync(new([new("smcp_port", "9300")], DeploymentEnvironment.Staging), Cancel));

        Assert.Equal("9000", (await world.ReadAsync())["smcp_port"].Effective);
        Assert.Equal("9300", (await world.AsAsync("ada", s => s.ReadAsync(DeploymentEnvironment.Staging, Cancel)))["smcp_port"].Effective);
    }
}
