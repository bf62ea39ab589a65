using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.SystemSettings;

public sealed class TypingIntoADraftTests
{
    [Fact]
    public async Task A_typed_value_is_a_change_from_the_value_in_force()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        var draft = new SettingsDraft(await world.ReadAsync());

        draft.Type("smcp_port", "9100");

        Assert.Equal([new Change("SMCP port", "9000", "9100")], draft.Changes);
        Assert.Empty(draft.Errors);
    }

    [Theory]
    [InlineData("9000")]
    [InlineData(" 9000 ")]
    public async Task Typing_the_value_in_force_again_is_no_change(string text)
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        var draft = new SettingsDraft(await world.ReadAsync());
        draft.Type("smcp_port", "9100");

        draft.Type("smcp_port", text);

        Assert.True(draft.IsEmpty);
    }

    [Fact]
    public async Task A_field_that_somebody_else_changed_follows_where_it_was_not_touched()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        var draft = new SettingsDraft(await world.ReadAsync());
        draft.Type("smcp_port", "9100");

        var followed = draft.Receive(await world.SavedAsync("grace", new SettingChange("flask_port", "5100")));

        Assert.Equal(["flask_port"], followed.Select(f => f.Setting.Column));
        Assert.Equal(("9100", "5100"), (draft.TextOf(draft.View["smcp_port"]), draft.TextOf(draft.View["flask_port"])));
        Assert.Empty(draft.Conflicts);
    }

    [Fact]
    public async Task A_field_that_both_changed_is_a_conflict_until_it_is_decided()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        var draft = new SettingsDraft(await world.ReadAsync());
        draft.Type("smcp_port", "9100");
        draft.Receive(await world.SavedAsync("grace", new SettingChange("smcp_port", "9200")));

        var conflict = Assert.Single(draft.Conflicts);
        Assert.Equal(("9200", "9100"), (conflict.Theirs, conflict.Mine));

        draft.KeepMine("smcp_port");

        Assert.Empty(draft.Conflicts);
        Assert.Equal("9100", (await world.SavedAsync("ada", [.. draft.ToEdit().Changes]))["smcp_port"].Effective);
    }

    [Fact]
    public async Task A_conflict_over_the_same_new_value_is_none()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        var draft = new SettingsDraft(await world.ReadAsync());
        draft.Type("smcp_port", "9200");

        draft.Receive(await world.SavedAsync("grace", new SettingChange("smcp_port", "9200")));

        Assert.True(draft.IsEmpty);
        Assert.Empty(draft.Conflicts);
    }

    [Fact]
    public async Task A_secret_changes_when_something_is_typed_and_never_appears_in_the_list_of_changes()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        var draft = new SettingsDraft(await world.SavedAsync("ada", new SettingChange("letta_server_token", "the-first-token")));

        draft.Type("letta_server_token", "");
        Assert.True(draft.IsEmpty);

        draft.Type("letta_server_token", "canary-second-token");
        Assert.Equal([new Change("Token", "••••oken", "a new secret")], draft.Changes);

        draft.ClearSecret("letta_server_token");
        Assert.Equal([new Change("Token", "••••oken", "not set")], draft.Changes);
    }

    [Fact]
    public async Task Two_ports_that_meet_are_blamed_on_the_one_that_was_typed()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        var draft = new SettingsDraft(await world.ReadAsync());

        draft.Type("flask_port", "9000");

        Assert.Equal(["flask_port"], draft.Errors.Keys);
    }

    [Fact]
    public async Task A_recalled_draft_still_knows_what_it_was_based_on()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        var lost = new SettingsDraft(await world.ReadAsync());
        lost.Type("smcp_port", "9100");
        var kept = lost.Typed.ToDictionary();
        await world.SavedAsync("grace", new SettingChange("smcp_port", "9200"));

        var draft = new SettingsDraft(await world.ReadAsync());
        draft.Recall(kept);

        Assert.Single(draft.Conflicts);
    }
}
