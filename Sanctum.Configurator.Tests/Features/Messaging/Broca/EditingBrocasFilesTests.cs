using Sanctum.Configurator.Features.Messaging.Broca.Instances;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Features.Messaging.Broca;

/// <summary>settings.json and .env of a Broca: what is wrong in them, and how they are changed.</summary>
public sealed class EditingBrocasFilesTests
{
    private const string Env = """
        # Keys of this agent
        AGENT_ID=agent-1
        export AGENT_ENDPOINT="http://localhost:8284" # Letta
        AGENT_API_KEY='canary-of-the-env'

        TELEGRAM_BOT_TOKEN=canary:token
        MY_OWN=canary-own
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_leaves_comments_unknown_keys_and_rights_as_they_are()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes of files.");
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var world = await BrocaWorld.CreateAsync();
        var folder = Place(
            world,
            """{"message_mode": "live", "mine": {"b": [1, 2.50]}, "plugins": {"telegram_bot": {"enabled": true, "x": 1}}}""",
            Env
        );
        File.SetUnixFileMode(Path.Combine(folder, ".env"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var view = await ReadAsync(world);

        var saved = await SaveAsync(
            world,
            new()
            {
                SettingsHash = view.SettingsHash,
                EnvHash = view.EnvHash,
                MessageMode = "echo",
                QueueRefresh = 7,
                Plugins = { ["telegram_bot"] = false },
                Variables =
                {
                    ["AGENT_ENDPOINT"] = "https://letta.sanctum.net",
                    ["AGENT_API_KEY"] = "a key with 'quotes' # and more",
                    ["LOG_LEVEL"] = "DEBUG",
                },
            }
        );

        Assert.Equal(("echo", 7, false), (saved.MessageMode, saved.QueueRefresh, saved.Plugins["telegram_bot"]));
        var settings = await File.ReadAllTextAsync(Path.Combine(folder, "settings.json"), Cancel);
        Assert.Contains("2.50", settings, StringComparison.Ordinal);
        Assert.Contains("\"x\": 1", settings, StringComparison.Ordinal);
        Assert.Equal(
            Env.Replace("\"http://localhost:8284\"", "https://letta.sanctum.net", StringComparison.Ordinal)
                .Replace("'canary-of-the-env'", @"'a key with \'quotes\' # and more'", StringComparison.Ordinal) + "\nLOG_LEVEL=DEBUG\n",
            await File.ReadAllTextAsync(Path.Combine(folder, ".env"), Cancel)
        );
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
            File.GetUnixFileMode(Path.Combine(folder, ".env"))
        );
        Assert.Equal(
            [".env", "sanctum.db", "settings.json"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Secrets_and_what_could_be_one_are_never_told()
    {
        await using var world = await BrocaWorld.CreateAsync();
        Place(world, "{}", Env.Replace("localhost", "user:canary@localhost", StringComparison.Ordinal));

        var view = await ReadAsync(world);

        Assert.Equal(
            ["AGENT_API_KEY", "AGENT_ENDPOINT", "MY_OWN", "TELEGRAM_BOT_TOKEN"],
            view.Variables.Where(v => v.IsSecret).Select(v => v.Key).Order(StringComparer.Ordinal)
        );
        Assert.DoesNotContain("canary", System.Text.Json.JsonSerializer.Serialize(view), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "canary",
            System.Text.Json.JsonSerializer.Serialize(await LivingBesideBrocaTests.ListAsync(world)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Who_read_older_files_changes_nothing_and_sees_the_new_ones()
    {
        await using var world = await BrocaWorld.CreateAsync();
        var folder = Place(world, """{"message_mode": "live"}""", Env);
        var view = await ReadAsync(world);
        await File.WriteAllTextAsync(Path.Combine(folder, "settings.json"), """{"message_mode": "listen"}""", Cancel);

        var outcome = await TrySaveAsync(world, new() { SettingsHash = view.SettingsHash, MessageMode = "echo" });

        Assert.Equal("listen", Assert.IsType<Outcome<BrocaSettingsView>.Conflict>(outcome).Current.MessageMode);
        Assert.Contains("listen", await File.ReadAllTextAsync(Path.Combine(folder, "settings.json"), Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "AGENT_ID=a", "settings.json", null, "overwrites it with its defaults")]
    [InlineData("""{"queue_refresh": 301}""", "", "settings.json", "queue_refresh", "from 1 to 300")]
    [InlineData("""{"queue_refresh": "5"}""", "", "settings.json", "queue_refresh", "from 1 to 300")]
    [InlineData("""{"max_retries": -1}""", "", "settings.json", "max_retries", "from 0 to 10")]
    [InlineData("""{"debug_mode": "false"}""", "", "settings.json", "debug_mode", "without quotation marks")]
    [InlineData("""{"message_mode": "listen"}""", "", "settings.json", "message_mode", "still sends messages to the agent")]
    [InlineData("""{"message_mode": "off"}""", "", "settings.json", "message_mode", "live, listen, echo")]
    [InlineData("""{"mine": 1}""", "", "settings.json", "mine", "does not know this key")]
    [InlineData("{}", "", ".env", "AGENT_API_KEY", "is missing")]
    [InlineData("{}", "AGENT_API_KEY=your_letta_api_key_here", ".env", "AGENT_API_KEY", "placeholder")]
    [InlineData("{}", "AGENT_ENDPOINT=localhost", ".env", "AGENT_ENDPOINT", "placeholder")]
    [InlineData("{}", "AGENT_ENDPOINT=letta:8283", ".env", "AGENT_ENDPOINT", "http://")]
    [InlineData("{}", "LETTA_API_KEY=k", ".env", "LETTA_API_KEY", "Use AGENT_API_KEY.")]
    [InlineData("{}", "LETTA_API_ENDPOINT=k", ".env", "LETTA_API_ENDPOINT", "Use AGENT_ENDPOINT.")]
    [InlineData("{}", "MAX_RETRIES=11", ".env", "MAX_RETRIES", "from 0 to 10")]
    [InlineData("{}", "LOG_LEVEL=LOUD", ".env", "LOG_LEVEL", "DEBUG")]
    [InlineData("{}", "TELEGRAM_MESSAGE_MODE=listen", ".env", "TELEGRAM_MESSAGE_MODE", "still sends")]
    [InlineData("{}", "ENABLE_IMAGE_HANDLING=maybe", ".env", "ENABLE_IMAGE_HANDLING", "true or false")]
    [InlineData("{}", "A=1\nA=2", ".env", "A", "more than once")]
    [InlineData("{}", "what is this", ".env", null, "Line 1")]
    public async Task What_goes_wrong_in_them_is_said(string settings, string env, string file, string? key, string because)
    {
        await using var world = await BrocaWorld.CreateAsync();
        Place(world, settings, env);

        var view = await ReadAsync(world);

        Assert.Contains(view.Problems, p => p.File == file && p.Key == key && p.Text.Contains(because, StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_debug_mode_a_placeholder_is_none()
    {
        await using var world = await BrocaWorld.CreateAsync();
        Place(world, """{"debug_mode": true}""", "AGENT_API_KEY=test_key\nAGENT_ID=a\nAGENT_ENDPOINT=http://localhost:8283\n");

        Assert.DoesNotContain((await ReadAsync(world)).Problems, p => p.Severity == BrocaSeverity.Error);
    }

    [Theory]
    [InlineData("A B", "x", "name of letters")]
    [InlineData("A", "x\ny", "one line")]
    public async Task A_variable_that_would_break_the_file_is_refused(string key, string value, string because)
    {
        await using var world = await BrocaWorld.CreateAsync();
        Place(world, "{}", Env);

        var outcome = await TrySaveAsync(world, new() { Variables = { [key] = value } });

        Assert.Contains(because, outcome.ProblemWith("it"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_leads_out_of_the_folder_is_shown_and_not_written_through()
    {
        await using var world = await BrocaWorld.CreateAsync();
        var folder = Place(world, "{}", null);
        var shared = Path.Combine(world.Installation.FullName, "shared.env");
        await File.WriteAllTextAsync(shared, Env, Cancel);
        File.CreateSymbolicLink(Path.Combine(folder, ".env"), shared);

        var view = await ReadAsync(world);
        var outcome = await TrySaveAsync(world, new() { Variables = { ["LOG_LEVEL"] = "INFO" } });

        Assert.Contains("is a link to", view.Note, StringComparison.Ordinal);
        Assert.Contains("is a link to", outcome.ProblemWith("it"), StringComparison.Ordinal);
        Assert.Equal(Env, await File.ReadAllTextAsync(shared, Cancel));
    }

    [Theory]
    [InlineData("A=b", "b")]
    [InlineData("A = b # c", "b")]
    [InlineData("A=b#c", "b#c")]
    [InlineData("A='b # c' # d", "b # c")]
    [InlineData("A=\"b \\\"c\\\"\"", "b \"c\"")]
    [InlineData("export A=", "")]
    [InlineData("  A=b c ", "b c")]
    [InlineData("A=1\r\nA=2\r\n", "2")]
    public void Lines_are_read_as_Brocas_library_reads_them(string text, string value)
    {
        Assert.Equal(value, new EnvText(text).Values["A"]);
    }

    private static string Place(BrocaWorld world, string settings, string? env)
    {
        using var file = BrocaDatabaseFile.Odd();
        return world.Place(file, "athena", settings, env);
    }

    private static async Task<BrocaSettingsView> ReadAsync(BrocaWorld world)
    {
        var id = Assert.Single(await LivingBesideBrocaTests.ListAsync(world)).Id;
        return Assert
            .IsType<Outcome<BrocaSettingsView>.Ok>(await world.CallAsync((BrocaInstances brocas) => brocas.FindSettingsAsync(id, Cancel)))
            .Value;
    }

    private static async Task<Outcome<BrocaSettingsView>> TrySaveAsync(BrocaWorld world, BrocaSettingsForm form)
    {
        var id = Assert.Single(await LivingBesideBrocaTests.ListAsync(world)).Id;
        return await world.CallAsync((BrocaInstances brocas) => brocas.SaveSettingsAsync(id, form, Cancel));
    }

    private static async Task<BrocaSettingsView> SaveAsync(BrocaWorld world, BrocaSettingsForm form) =>
        Assert.IsType<Outcome<BrocaSettingsView>.Ok>(await TrySaveAsync(world, form)).Value;
}
