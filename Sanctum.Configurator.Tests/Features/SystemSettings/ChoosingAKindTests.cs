using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.SystemSettings;

/// <summary>A setting with a few allowed values: every way in asks the same rule.</summary>
public sealed class ChoosingAKindTests
{
    private const string Column = "letta_server_kind";
    private const string Refusal = "Choose one of automatic, v1, app_server.";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_choices_are_automatic_and_every_kind_that_the_console_speaks_to() =>
        Assert.Equal(
            [("automatic", "Automatic"), .. Enum.GetValues<LettaKind>().Select(kind => (kind.Text(), kind.Title()))],
            Setting.Find(Column)!.Choices.Select(choice => (choice.Value, choice.Title))
        );

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task It_is_automatic_until_one_is_chosen_and_again_when_it_is_emptied(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        Assert.Equal(
            ("automatic", SettingSource.Default),
            ((await world.ReadAsync())[Column].Effective, (await world.ReadAsync())[Column].Source)
        );

        var chosen = await world.SavedAsync("ada", new SettingChange(Column, " App_Server "));
        Assert.Equal(("app_server", SettingSource.Database), (chosen[Column].Effective, chosen[Column].Source));
        Assert.Equal("app_server", await world.Registry.OutsideAsync($"SELECT {Column} FROM system_config WHERE id = 1"));

        Assert.Equal("automatic", (await world.SavedAsync("ada", new SettingChange(Column, "")))[Column].Effective);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Another_value_is_refused_with_the_allowed_ones(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);

        var refused = Assert.IsType<Outcome<SettingsView>.Invalid>(await world.SaveAsync("ada", new SettingChange(Column, "v2")));

        Assert.Equal((Column, Refusal), (Assert.Single(refused.Reasons).Key, refused.Reasons[Column]));
        Assert.Equal("automatic", (await world.ReadAsync())[Column].Effective);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_profile_has_a_kind_of_its_own_that_comes_with_the_switch(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        await world.AsAsync("ada", s => s.SaveAsync(new([new SettingChange(Column, "app_server")], DeploymentEnvironment.Staging), Cancel));
        Assert.Equal("automatic", (await world.ReadAsync())[Column].Effective);

        await world.AsAsync("ada", s => s.SwitchAsync(DeploymentEnvironment.Staging, Cancel));

        Assert.Equal("app_server", (await world.ReadAsync())[Column].Effective);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Undoing_a_choice_brings_the_one_before_back(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        await world.SavedAsync("ada", new SettingChange(Column, "v1"));
        await world.SavedAsync("ada", new SettingChange(Column, "app_server"));

        var last = await world.HistoryAsync(h => h.LastAsync(null, Cancel));
        var undone = await world.HistoryAsync(h => h.UndoAsync(null, last!.Value, Cancel));

        Assert.Equal("v1", Assert.IsType<Outcome<SettingsView>.Ok>(undone).Value[Column].Effective);
    }

    [Theory]
    [InlineData("letta_server_kind=app_server\n")]
    [InlineData("""{"letta_server_kind": "app_server"}""")]
    [InlineData("letta_server_kind: app_server\n")]
    public void A_file_of_any_format_carries_it(string file) =>
        Assert.Equal("app_server", SettingsFile.Read(file).Entries.Single(entry => entry.Column == Column).Value);
}
