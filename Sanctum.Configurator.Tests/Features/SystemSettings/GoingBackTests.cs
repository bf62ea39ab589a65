using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.SystemSettings;

public sealed class GoingBackTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_history_of_a_field_says_who_changed_it_from_what_to_what(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        await world.SavedAsync("ada", new("smcp_port", "9100"), new("flask_port", "5100"));
        await world.SavedAsync("grace", new SettingChange("flask_port", "5200"));
        await world.Registry.OutsideAsync("UPDATE system_config SET smcp_port = 9200 WHERE id = 1");

        var page = await world.HistoryAsync(h => h.ListAsync(null, "smcp_port", new(0, 10), Cancel));

        Assert.Equal(["outside", "ada"], page.Items.Where(r => r.Act == "update").Select(r => r.Actor));
        Assert.Equal(new ColumnChange("smcp_port", "9100", "9200"), Assert.Single(page.Items[0].Changes));
        Assert.Equal(new ColumnChange("smcp_port", "9000", "9100"), Assert.Single(page.Items[1].Changes));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Any_two_points_can_be_compared(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        var first = await ChangeAsync(world, "smcp_port", "9100");
        var second = await ChangeAsync(world, "flask_port", "5100");
        await ChangeAsync(world, "smcp_port", "9200");

        Assert.Equal([new("flask_port", "5000", "5100")], await world.HistoryAsync(h => h.CompareAsync(null, first, second, Cancel)));
        Assert.Equal(
            [new("flask_port", "5000", "5100"), new("smcp_port", "9100", "9200")],
            await world.HistoryAsync(h => h.CompareAsync(null, first, null, Cancel))
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_field_or_the_whole_is_restored_as_a_new_change(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        var point = await ChangeAsync(world, "smcp_port", "9100");
        await world.SavedAsync("ada", new("smcp_port", "9200"), new("flask_port", "5200"));

        var one = Assert
            .IsType<Outcome<SettingsView>.Ok>(await world.HistoryAsync(h => h.RestoreAsync(null, point, ["smcp_port"], Cancel)))
            .Value;
        Assert.Equal(("9100", "5200"), (one["smcp_port"].Effective, one["flask_port"].Effective));

        var whole = Assert.IsType<Outcome<SettingsView>.Ok>(await world.HistoryAsync(h => h.RestoreAsync(null, point, null, Cancel))).Value;
        Assert.Equal(("9100", "5000"), (whole["smcp_port"].Effective, whole["flask_port"].Effective));
        Assert.Equal(
            $"restored from change {point}",
            (await world.HistoryAsync(h => h.ListAsync(null, null, new(0, 1), Cancel))).Items[0].Reason
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_save_can_be_undone_right_after(TestDatabase database)
    {
        await using var world = await SettingsWorld.CreateAsync(database);
        await world.SavedAsync("ada", new SettingChange("smcp_port", "9100"));
        var saved = await ChangeAsync(world, "smcp_port", "9200");

        var undone = Assert.IsType<Outcome<SettingsView>.Ok>(await world.HistoryAsync(h => h.UndoAsync(null, saved, Cancel))).Value;

        Assert.Equal("9100", undone["smcp_port"].Effective);
    }

    [Fact]
    public async Task A_secret_is_not_restored_and_the_answer_says_so()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SavedAsync("ada", new SettingChange("openai_api_key", "first-key-of-all"));
        var replaced = await ChangeAsync(world, "openai_api_key", "second-key-of-all");

        var refused = Assert.IsType<Outcome<SettingsView>.Invalid>(await world.HistoryAsync(h => h.UndoAsync(null, replaced, Cancel)));

        Assert.Contains("secrets", refused.Reasons[""], StringComparison.Ordinal);
    }

    private static async Task<long> ChangeAsync(SettingsWorld world, string column, string value)
    {
        await world.SavedAsync("ada", new SettingChange(column, value));
        return (await world.HistoryAsync(h => h.LastAsync(null, Cancel)))!.Value;
    }
}
