using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Configurations;

/// <summary>A value is set where the operator says, and he is told first how far that reaches.</summary>
public sealed class SettingConfigurationsTests
{
    private const string Secret = "canary-2f9d41c07ab35e68";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_nearest_value_wins_until_it_is_reset(TestDatabase database)
    {
        await using var world = await ConfigurationsWorld.CreateAsync(database);
        await world.SetAsync("language", "en");
        await world.SetAsync("language", "de", world.Athena);
        await world.SetAsync("language", "fr", world.AthenasMailer);

        Assert.Equal("en by System", (await world.InForceAsync(world.Monday))["language"]);
        Assert.Equal("de by agent Athena", (await world.InForceAsync(world.Athena))["language"]);
        Assert.Equal("fr by instance Athena's mailer", (await world.InForceAsync(world.AthenasMailer))["language"]);
        Assert.Equal("en by System", (await world.InForceAsync(world.MondaysMailer))["language"]);

        Done(await world.ResetAsync("language", world.AthenasMailer));

        Assert.Equal("de by agent Athena", (await world.InForceAsync(world.AthenasMailer))["language"]);
        await world.SetAsync("language", "es", world.Mailer);
        Assert.Equal("es by tool Mailer", (await world.InForceAsync(world.AthenasMailer))["language"]);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_anybody_wrote_is_in_the_very_next_list(TestDatabase database)
    {
        await using var world = await ConfigurationsWorld.CreateAsync(database);
        await world.SetAsync("language", "en");
        Assert.Equal(["en"], await ValuesAsync());
        Assert.Equal(["en"], await ValuesAsync());

        await world.Registry.OutsideAsync("UPDATE configurations SET value = 'de'");
        Assert.Equal(["de"], await ValuesAsync());
        await world.SetAsync("language", "fr");
        Assert.Equal(["fr"], await ValuesAsync());

        async Task<IEnumerable<string?>> ValuesAsync()
        {
            var list = await world.CallAsync((ConfigurationReader reader) => reader.RowsAsync(new(), new(0, 50), Cancel));
            var one = await world.CallAsync((ConfigurationReader reader) => reader.FindAsync(list.Items[0].Id, Cancel));
            Assert.Equal(list.Items[0], one);
            return list.Items.Select(row => row.Value);
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_reach_leaves_out_whom_a_nearer_value_shields(TestDatabase database)
    {
        await using var world = await ConfigurationsWorld.CreateAsync(database);

        Assert.Equal("Changes 2 agents, 1 tool, 3 instances.", $"{(await world.SetAsync("language", "en")).Reach}");
        Assert.Equal("Changes 1 agent, 1 instance.", $"{(await world.SetAsync("language", "de", world.Athena)).Reach}");
        Assert.Equal("Changes 1 agent, 1 tool, 2 instances.", $"{(await world.SetAsync("language", "fr")).Reach}");
        Assert.Equal("Doesn't affect any agents, tools or instances.", $"{(await world.SetAsync("language", "fr")).Reach}");
        Assert.Equal("Changes 1 tool, 3 instances.", $"{(await world.SetAsync("language", "es", world.Mailer)).Reach}");
        Assert.Equal("Changes 1 agent.", $"{Done(await world.SaveAsync(Form("language", "it", world.Athena), isDryRun: true)).Reach}");
        Assert.Equal("de by agent Athena", (await world.InForceAsync(world.Athena))["language"]);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_secret_is_sealed_shown_nowhere_and_kept_where_none_is_typed(TestDatabase database)
    {
        await using var world = await ConfigurationsWorld.CreateAsync(database);
        await world.SetAsync("smtp_password", Secret, isSecret: true);
        await world.SetAsync("smtp_password", null, isSecret: true);

        Assert.Equal("secret by System", (await world.InForceAsync(world.Athena))["smtp_password"]);
        foreach (var table in new[] { "configurations", "change_history" })
        {
            var rows = await world.Registry.OutsideAsync(
                database == TestDatabase.Sqlite ? $"SELECT * FROM {table}" : $"SELECT string_agg(t::text, '|') FROM {table} t"
            );
            Assert.Contains("smtp_password", rows, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, rows, StringComparison.Ordinal);
        }

        var row = (await world.CallAsync((ConfigurationReader reader) => reader.RowsAsync(new(), new(0, 10), Cancel))).Items.Single();
        Assert.Equal((null, true), (row.Value, row.IsSet));
        Assert.Equal(
            Secret,
            Assert
                .IsType<Outcome<string>.Ok>(await world.CallAsync((ConfigurationService service) => service.RevealAsync(row.Id, Cancel)))
                .Value
        );
        Assert.Contains(
            "reveal",
            await world.Registry.OutsideAsync(
                $"SELECT act FROM change_history WHERE table_name = 'configurations' ORDER BY id DESC LIMIT 1"
            ),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            Secret,
            await world.CallAsync((ConfigurationTransfer transfer) => transfer.ExportAsync(null, Cancel)),
            StringComparison.Ordinal
        );
        Assert.Contains("Enter the value again", Refused(await world.SaveAsync(Form("smtp_password", null))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConfigurationType.Number, "30", null)]
    [InlineData(ConfigurationType.Number, "-2.5e3", null)]
    [InlineData(ConfigurationType.Number, "1,5", "Enter a number, such as 30 or 0.25.")]
    [InlineData(ConfigurationType.Number, "NaN", "Enter a number, such as 30 or 0.25.")]
    [InlineData(ConfigurationType.Boolean, "true", null)]
    [InlineData(ConfigurationType.Boolean, "yes", "Enter true or false.")]
    [InlineData(ConfigurationType.Json, "{\"a\": [1]}", null)]
    [InlineData(ConfigurationType.Json, "{\n \"a\": ]}", "This is not valid JSON: error in line 2, at character 7.")]
    [InlineData(ConfigurationType.String, "anything, \"really\"", null)]
    public async Task A_value_must_be_of_its_type(ConfigurationType type, string value, string? refusal)
    {
        await using var world = await ConfigurationsWorld.CreateAsync();
        var form = Form("key", value);
        form.Type = type;

        var outcome = await world.SaveAsync(form);

        Assert.Equal(refusal, outcome.ProblemWith("key"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_second_of_two_writers_is_told_and_nothing_is_lost(TestDatabase database)
    {
        await using var world = await ConfigurationsWorld.CreateAsync(database);
        await world.SetAsync("language", "en");
        await world.Registry.OutsideAsync("UPDATE configurations SET value = 'fi' WHERE key = 'language'");
        var form = Form("language", "de");
        form.Version = 1;

        Assert.IsType<Outcome<ConfigurationPlan>.Conflict>(await world.SaveAsync(form));
        form.Version = 0;
        Assert.Contains("is already set there", Refused(await world.SaveAsync(form)), StringComparison.Ordinal);
        Assert.Equal("fi", await world.Registry.OutsideAsync("SELECT value FROM configurations"));
    }

    [Fact]
    public async Task What_can_not_be_is_refused()
    {
        await using var world = await ConfigurationsWorld.CreateAsync();
        var viewer = await world.Registry.AddUserAsync("vera", UserRole.Viewer);
        var user = await world.Registry.AddUserAsync("uma", UserRole.User);

        Assert.Equal("Unknown agent 999.", Refused(await world.SaveAsync(Form("key", "1", new(ConfigurationScope.Agent, 999)))));
        Assert.Equal("Choose the agent.", Refused(await world.SaveAsync(Form("key", "1", new(ConfigurationScope.Agent, null)))));
        Assert.Equal("A key can't contain spaces or control characters.", Refused(await world.SaveAsync(Form("two words", "1"))));
        Assert.Equal("Enter a key.", Refused(await world.SaveAsync(Form("", "1"))));
        Assert.Equal("You don't have permission to change configurations.", Refused(await world.SaveAsync(Form("key", "1"), who: viewer)));
        Assert.Equal(
            "You don't have permission to change configurations.",
            Refused(await world.SaveAsync(Form("key", "1"), isDryRun: true, who: user))
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_rows_that_another_program_wrote_twice_the_last_counts_and_reset_takes_both(TestDatabase database)
    {
        await using var world = await ConfigurationsWorld.CreateAsync(database);
        await world.Registry.OutsideAsync(
            "INSERT INTO configurations (key, value, type, scope) VALUES ('twice', 'first', 'string', 'system')"
        );
        await world.Registry.OutsideAsync(
            "INSERT INTO configurations (key, value, type, scope) VALUES ('twice', 'second', 'string', 'system')"
        );
        await world.Registry.OutsideAsync("INSERT INTO configurations (key, value, type, scope) VALUES ('lost', 'x', 'string', 'galaxy')");

        Assert.Equal("second by System", (await world.InForceAsync(world.Athena))["twice"]);
        Done(await world.ResetAsync("twice", ScopeHolder.System));

        Assert.Equal("1", await world.Registry.OutsideAsync("SELECT count(*) FROM configurations"));
    }

    private static ConfigurationForm Form(string key, string? value, ScopeHolder? holder = null) =>
        new()
        {
            Key = key,
            Value = value,
            Scope = holder?.Scope ?? ConfigurationScope.System,
            ScopeId = holder?.Id,
        };

    private static ConfigurationPlan Done(Outcome<ConfigurationPlan> outcome) =>
        Assert.IsType<Outcome<ConfigurationPlan>.Ok>(outcome).Value;

    private static string Refused(Outcome<ConfigurationPlan> outcome) =>
        Assert.IsType<Outcome<ConfigurationPlan>.Invalid>(outcome).Reasons.Values.First();
}
