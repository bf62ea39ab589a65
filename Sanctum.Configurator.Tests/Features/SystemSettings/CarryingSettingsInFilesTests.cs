using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.SystemSettings;

public sealed class CarryingSettingsInFilesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SettingsFormat.Env)]
    [InlineData(SettingsFormat.Json)]
    [InlineData(SettingsFormat.Yaml)]
    public async Task What_one_console_exports_another_one_imports(SettingsFormat format)
    {
        await using var source = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        await source.SavedAsync(
            "ada",
            new("smcp_port", "9100"),
            new("sanctum_base_path", "/srv/my sanctum #1"),
            new("letta_server_token", "canary-token-1234")
        );
        var file = await TransferAsync(source, t => t.ExportAsync(null, format, "a long passphrase", Cancel));
        Assert.DoesNotContain("canary", file.Text, StringComparison.Ordinal);

        await using var target = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        var review = await TransferAsync(
            target,
            t => t.ImportAsync(new(file.Text, Passphrase: "a long passphrase"), isDryRun: false, Cancel)
        );

        Assert.True(review.IsApplied);
        var view = await target.ReadAsync();
        Assert.Equal(
            ("9100", "/srv/my sanctum #1", "1234"),
            (view["smcp_port"].Effective, view["sanctum_base_path"].Effective, view["letta_server_token"].Secret!.LastFour)
        );
    }

    [Fact]
    public async Task Without_a_passphrase_no_secret_leaves()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SavedAsync("ada", new SettingChange("letta_server_token", "canary-token-1234"));

        var file = await TransferAsync(world, t => t.ExportAsync(null, SettingsFormat.Env, null, Cancel));

        Assert.DoesNotContain("TOKEN", file.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_with_secrets_leaves_a_record()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SavedAsync("ada", new SettingChange("letta_server_token", "canary-token-1234"));

        await TransferAsync(world, t => t.ExportAsync(null, SettingsFormat.Env, "a long passphrase", Cancel));

        Assert.Equal("export", (await world.HistoryAsync(h => h.ListAsync(null, null, new(0, 1), Cancel))).Items[0].Act);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_names_unknown_keys()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);

        var review = await TransferAsync(world, t => t.ImportAsync(new("SMCP_PORT=9100\nLETTA_SERVR_PORT=1"), isDryRun: true, Cancel));

        Assert.True(review.CanApply);
        Assert.Contains(
            review.Problems,
            p => p.Kind == SettingsProblemKind.Unknown && p.What.Contains("LETTA_SERVER_PORT", StringComparison.OrdinalIgnoreCase)
        );
        Assert.Equal("9000", (await world.ReadAsync())["smcp_port"].Effective);
    }

    [Fact]
    public async Task A_key_with_an_unseen_letter_is_cut_at_its_end_and_refused_inside()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);

        var inside = await TransferAsync(
            world,
            t => t.ImportAsync(new("OPENAI_API_KEY=sk-abc\u200Bdefghijklmnop\n"), isDryRun: true, Cancel)
        );
        var atItsEnd = await TransferAsync(
            world,
            t => t.ImportAsync(new("OPENAI_API_KEY=sk-abcdefghijklmnop\u200B\n"), isDryRun: false, Cancel)
        );

        Assert.Contains("openai_api_key", inside.Refusals.Keys);
        Assert.True(atItsEnd.IsApplied);
        Assert.Equal("mnop", (await world.ReadAsync())["openai_api_key"].Secret!.LastFour);
    }

    [Fact]
    public async Task A_private_key_over_several_lines_sets_nothing_else()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);

        var review = await TransferAsync(
            world,
            t => t.ImportAsync(new("LETTA_SERVER_TOKEN=\"-----BEGIN\nFLASK_PORT=1\n-----END\"\nSMCP_PORT=9001\n"), isDryRun: true, Cancel)
        );

        Assert.DoesNotContain(review.Plan.Lines, line => line.Column == "flask_port");
        Assert.Contains("letta_server_token", review.Refusals.Keys);
    }

    [Fact]
    public async Task A_file_with_encrypted_values_waits_for_its_passphrase_whole_and_says_so()
    {
        await using var source = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        await source.SavedAsync("ada", new("smcp_port", "9100"), new("letta_server_token", "canary-token-1234"));
        var file = await TransferAsync(source, t => t.ExportAsync(null, SettingsFormat.Env, "a long passphrase", Cancel));
        await using var target = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);

        var review = await TransferAsync(target, t => t.ImportAsync(new(file.Text), isDryRun: false, Cancel));

        Assert.Equal((true, false, false), (review.NeedsPassphrase, review.CanApply, review.IsApplied));
        Assert.EndsWith(
            "Enter the passphrase of the export or remove the line. Nothing is imported until then.",
            Assert.Single(review.Problems).What,
            StringComparison.Ordinal
        );
        Assert.Equal(1, (await target.ReadAsync()).Version);

        var without = string.Join(
            '\n',
            file.Text.Split('\n').Where(line => !line.Contains("LETTA_SERVER_TOKEN", StringComparison.Ordinal))
        );
        Assert.True((await TransferAsync(target, t => t.ImportAsync(new(without), isDryRun: false, Cancel))).IsApplied);
        Assert.Equal("9100", (await target.ReadAsync())["smcp_port"].Effective);
    }

    [Theory]
    [InlineData(ConflictMode.Skip, "9100", "5100")]
    [InlineData(ConflictMode.Overwrite, "9999", "5100")]
    [InlineData(ConflictMode.OnlyNew, "9100", "5000")]
    [InlineData(ConflictMode.Fail, "9100", "5000")]
    public async Task Each_mode_treats_a_setting_that_was_changed_here_as_it_says(ConflictMode mode, string changedHere, string leftAlone)
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SavedAsync("ada", new SettingChange("smcp_port", "9100"));

        await TransferAsync(world, t => t.ImportAsync(new("SMCP_PORT=9999\nFLASK_PORT=5100", Mode: mode), isDryRun: false, Cancel));

        var view = await world.ReadAsync();
        Assert.Equal((changedHere, leftAlone), (view["smcp_port"].Effective, view["flask_port"].Effective));
    }

    [Fact]
    public async Task A_file_that_breaks_a_rule_is_refused_whole()
    {
        await using var world = await SettingsWorld.CreateAsync(TestDatabase.Sqlite);

        var review = await TransferAsync(world, t => t.ImportAsync(new("SMCP_PORT=5000\nLETTA_SERVER_PORT=8283"), isDryRun: false, Cancel));

        Assert.Contains("smcp_port", review.Refusals.Keys);
        Assert.Equal(1, (await world.ReadAsync()).Version);
    }

    private static async Task<T> TransferAsync<T>(SettingsWorld world, Func<SettingsTransfer, Task<T>> act)
    {
        await using var scope = world.Registry.ActAs("ada");
        return await act(scope.ServiceProvider.GetRequiredService<SettingsTransfer>());
    }
}
