using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.OldConfigurator;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.OldConfigurator;

public sealed class ImportingOldSettingsTests
{
    private const string Secret = "sk-canary-of-the-old-file-4711";

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_was_set_there_is_set_here_and_secrets_are_sealed(TestDatabase database)
    {
        await using var world = await OldWorld.CreateAsync(database);
        using var file = new OldDatabaseFile()
            .Set("letta_server_address", "https://letta.example.org")
            .Set("smcp_port", "9100")
            .Set("openai_api_key", Secret)
            .Set("letta_server_active", "false");

        var result = await world.AppliedAsync(file);

        Assert.True(result.IsApplied);
        var now = await world.SettingsAsync();
        Assert.Equal(("https://letta.example.org", 9100, false), (now.LettaServerAddress, now.SmcpPort, now.LettaServerActive));
        Assert.True(SecretBox.IsSealed(now.OpenAiApiKey));
        Assert.Equal(
            Secret,
            world
                .Registry.Services.GetRequiredService<SecretBox>()
                .Open(now.OpenAiApiKey, EffectiveSettings.PlaceOf(Setting.Find("openai_api_key")!))
        );
        var history = await world.HistoryAsync();
        Assert.Contains("root update system_config import from the old configurator", history, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", history, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_preview_tells_every_key_and_writes_nothing()
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile()
            .Set("smcp_port", "9100")
            .Set("openai_api_key", Secret)
            .Set("colour", "blue")
            .Set("letta_server_port", "99999");
        var before = await world.HistoryAsync();

        var preview = await world.PreviewAsync(file);

        Assert.Equal(OldVerdict.Compromised, Row(preview, "api_key").Verdict);
        Assert.Equal(OldVerdict.Compromised, Row(preview, "admin_key").Verdict);
        Assert.Equal(
            (OldVerdict.Take, "9000", "9100"),
            (Row(preview, "smcp_port").Verdict, Row(preview, "smcp_port").Now, Row(preview, "smcp_port").Then)
        );
        Assert.Equal(
            (OldVerdict.Take, null, "••••4711"),
            (Row(preview, "openai_api_key").Verdict, Row(preview, "openai_api_key").Now, Row(preview, "openai_api_key").Then)
        );
        Assert.Contains("plain text", Row(preview, "openai_api_key").Note, StringComparison.Ordinal);
        Assert.Equal(OldVerdict.Same, Row(preview, "flask_port").Verdict);
        Assert.Equal((OldVerdict.Refused, null), (Row(preview, "letta_server_port").Verdict, Row(preview, "letta_server_port").Then));
        Assert.Equal((OldVerdict.Left, "Unknown setting."), (Row(preview, "colour").Verdict, Row(preview, "colour").Note));
        Assert.Contains("Sessions:Idle", Row(preview, "session_timeout").Note, StringComparison.Ordinal);
        Assert.Contains("chat page", Row(preview, "max_message_length").Note, StringComparison.Ordinal);
        Assert.Equal(
            (OldVerdict.Left, "Empty in the old file; the current value is kept."),
            (Row(preview, "anthropic_api_key").Verdict, Row(preview, "anthropic_api_key").Note)
        );
        Assert.Equal(before, await world.HistoryAsync());
        Assert.DoesNotContain(
            "canary",
            JsonSerializer.Serialize(preview, ApiJson.Options) + preview.Settings.Aggregate("", (all, row) => all + row),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Keys_of_ones_own_have_no_place_and_are_not_shown()
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile().Set("api_key", "canary-of-mine-0123").Set("admin_key", "canary-of-mine-4567");

        var preview = await world.PreviewAsync(file);

        Assert.Equal((OldVerdict.Left, null), (Row(preview, "api_key").Verdict, Row(preview, "api_key").Then));
        Assert.Contains("API keys", Row(preview, "api_key").Note, StringComparison.Ordinal);
        Assert.Equal((OldVerdict.Left, null), (Row(preview, "admin_key").Verdict, Row(preview, "admin_key").Then));
    }

    [Theory]
    [InlineData("openai_api_key", "ObeyG1ant")]
    [InlineData("letta_server_token", "FreeUkra1ne")]
    [InlineData("anthropic_api_key", " your-secret-key-here ")]
    public async Task A_published_default_key_is_never_taken(string column, string value)
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile().Set(column, value);

        Assert.Equal(OldVerdict.Compromised, Row(await world.PreviewAsync(file), column).Verdict);
        Assert.IsType<Outcome<OldPreview>.Invalid>(await world.ApplyAsync(file, new([column], [])));
        Assert.Null(Setting.Find(column)!.Read(await world.SettingsAsync()));
    }

    [Fact]
    public async Task A_pinned_setting_is_locked_and_stays()
    {
        await using var world = await OldWorld.CreateAsync(TestDatabase.Sqlite, ("Sanctum:smcp_port", "9999"));
        using var file = new OldDatabaseFile().Set("smcp_port", "9100");

        var row = Row(await world.PreviewAsync(file), "smcp_port");

        Assert.Equal((OldVerdict.Locked, "9999"), (row.Verdict, row.Now));
        await world.AppliedAsync(file);
        Assert.NotEqual(9100, (await world.SettingsAsync()).SmcpPort);
    }

    [Fact]
    public async Task Two_ports_that_would_be_one_are_refused_together()
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile().Set("flask_port", "7000").Set("smcp_port", "7000");

        var preview = await world.PreviewAsync(file);

        Assert.Equal((OldVerdict.Take, OldVerdict.Refused), (Row(preview, "flask_port").Verdict, Row(preview, "smcp_port").Verdict));
    }

    [Fact]
    public async Task Only_what_was_chosen_is_taken()
    {
        await using var world = await OldWorld.CreateAsync();
        using var file = new OldDatabaseFile().Set("smcp_port", "9100").Set("flask_port", "5001").AddUser("ada").AddUser("eve");

        var result = await world.AppliedAsync(file, new(["flask_port"], ["eve"]));

        Assert.Equal(("flask_port", "eve"), (Assert.Single(result.Settings).Key, Assert.Single(result.Users).UserName));
        var now = await world.SettingsAsync();
        Assert.Equal((5001, 9000), (now.FlaskPort, now.SmcpPort ?? 9000));
        Assert.Null(await world.FindAsync("ada"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_somebody_changed_after_the_preview_is_not_overwritten(TestDatabase database)
    {
        await using var world = await OldWorld.CreateAsync(database);
        using var file = new OldDatabaseFile().Set("smcp_port", "9100").AddUser("ada");
        var seen = await world.PreviewAsync(file);
        await world.Registry.OutsideAsync("UPDATE system_config SET smcp_port = 9200");

        var stale = Assert.IsType<Outcome<OldPreview>.Conflict>(await world.ApplyAsync(file, new(["smcp_port"], ["ada"]), seen));

        Assert.Equal("9200", Row(stale.Current, "smcp_port").Now);
        Assert.Equal(9200, (await world.SettingsAsync()).SmcpPort);
        Assert.Null(await world.FindAsync("ada"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_choice_that_can_not_be_taken_takes_nothing(TestDatabase database)
    {
        await using var world = await OldWorld.CreateAsync(database);
        using var file = new OldDatabaseFile().Set("smcp_port", "9100").AddUser("ada");

        var refused = Assert.IsType<Outcome<OldPreview>.Invalid>(
            await world.ApplyAsync(file, new(["smcp_port", "session_timeout"], ["ada"]))
        );

        Assert.Contains("session_timeout", refused.Reasons["selection"], StringComparison.Ordinal);
        Assert.NotEqual(9100, (await world.SettingsAsync()).SmcpPort);
        Assert.Null(await world.FindAsync("ada"));
    }

    [Theory]
    [InlineData("""["users:manage"]""")]
    [InlineData("""["settings:write"]""")]
    public async Task It_takes_both_permissions(string permissions)
    {
        await using var world = await OldWorld.CreateAsync();
        var half = await world.Registry.AddUserAsync("half", UserRole.User, permissions: permissions);
        using var file = new OldDatabaseFile().Set("smcp_port", "9100").AddUser("ada");

        var refused = Assert.IsType<Outcome<OldPreview>.Invalid>(await world.ApplyAsync(file, who: half));

        Assert.StartsWith("You don't have permission to import", refused.Reasons[""], StringComparison.Ordinal);
        Assert.Null(await world.FindAsync("ada"));
    }

    private static OldSettingRow Row(OldPreview preview, string key) => Assert.Single(preview.Settings, row => row.Key == key);
}
