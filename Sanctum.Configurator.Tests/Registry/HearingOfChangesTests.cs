using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Model;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Registry.Tools;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Registry;

public sealed class HearingOfChangesTests
{
    /// <summary>For one reading, on a machine that has other things to do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_subscriber_hears_of_every_writer_once(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var ear = await Ear.OnAsync(registry.Services);

        await registry.OutsideAsync("UPDATE system_config SET smcp_port = 9100");
        await ear.ReadAsync();
        await using (var context = registry.Open())
        {
            context.Add(new Agent { Name = "Monday" });
            await context.SaveChangesAsync(Cancel);
        }

        await ear.ReadAsync();
        await ear.ReadAsync();

        Assert.Equal(["system_config", "agents"], ear.Heard);
        Assert.Equal("0", await registry.OutsideAsync("SELECT count(*) FROM change_history WHERE chain_number IS NULL"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_committed_here_is_told_at_once_and_what_is_taken_back_is_not(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await using var other = registry.BuildConsole();
        var (mine, theirs) = (await Ear.OnAsync(registry.Services), await Ear.OnAsync(other));
        await using (var context = registry.Open())
        {
            await using var transaction = await context.Database.BeginTransactionAsync(Cancel);
            context.Add(new Agent { Name = "Sunday" });
            await context.SaveChangesAsync(Cancel);
            await transaction.RollbackAsync(Cancel);
        }

        await using (var context = registry.Open())
        {
            context.Add(new Tool { Name = "Hammer" });
            await context.SaveChangesAsync(Cancel);
        }

        await registry.Services.GetRequiredService<Signal<RegistryChange>>().ToldAsync();
        Assert.Equal(["tools"], mine.Heard);
        Assert.Empty(theirs.Heard);
        await mine.ReadAsync();
        await theirs.ReadAsync();
        Assert.Equal(["tools"], mine.Heard);
        Assert.Equal(["tools"], theirs.Heard);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Who_no_longer_listens_hears_nothing(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var ear = await Ear.OnAsync(registry.Services);
        ear.Subscription.Dispose();

        await registry.OutsideAsync("UPDATE system_config SET smcp_port = 9100");
        await ear.ReadAsync();

        Assert.Empty(ear.Heard);
    }

    [Fact]
    public async Task The_worker_reads_by_the_clock()
    {
        await using var registry = await TestRegistry.CreateAsync();
        using var worker = ActivatorUtilities.CreateInstance<OtherWritersWorker>(registry.Services);
        var heard = new TaskCompletionSource<RegistryChange>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = registry
            .Services.GetRequiredService<Signal<RegistryChange>>()
            .Subscribe(change =>
            {
                heard.TrySetResult(change);
                return Task.CompletedTask;
            });
        await worker.StartAsync(Cancel);
        await registry.OutsideAsync("UPDATE system_config SET smcp_port = 9100");

        await Wait.UntilAsync(() =>
        {
            registry.Clock.Advance(TimeSpan.FromMilliseconds(500));
            return heard.Task.IsCompleted;
        });

        Assert.Equal("system_config", Assert.Single((await heard.Task).Tables));
        await worker.StopAsync(Cancel);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_registry_that_does_not_answer_is_known_until_it_does(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        using var worker = ActivatorUtilities.CreateInstance<OtherWritersWorker>(registry.Services);
        var health = registry.Services.GetRequiredService<DatabaseHealth>();
        var told = 0;
        health.Changed += () => Interlocked.Increment(ref told);
        await worker.StartAsync(Cancel);
        await ReadUntilAsync(() => worker.Readings > 0);
        Assert.Null(health.SilentSince);

        await RunAsync("ALTER TABLE change_history RENAME TO elsewhere");
        await ReadUntilAsync(() => health.SilentSince is not null);
        var since = health.SilentSince;
        registry.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(since, health.SilentSince);
        await RunAsync("ALTER TABLE elsewhere RENAME TO change_history");
        await ReadUntilAsync(() => health.SilentSince is null);

        Assert.Equal(2, told);
        await worker.StopAsync(Cancel);

        async Task RunAsync(string sql)
        {
            await using var context = registry.Open();
            await context.Database.ExecuteSqlRawAsync(sql, Cancel);
        }

        Task ReadUntilAsync(Func<bool> condition) =>
            Wait.UntilAsync(() =>
            {
                registry.Clock.Advance(OtherWritersWorker.AtLeast);
                return condition();
            });
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_change_is_heard_of_before_its_time_has_come_by_the_clock(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        using var worker = ActivatorUtilities.CreateInstance<OtherWritersWorker>(registry.Services);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = registry
            .Services.GetRequiredService<Signal<RegistryChange>>()
            .Subscribe(_ =>
            {
                heard.TrySetResult();
                return Task.CompletedTask;
            });
        await worker.StartAsync(Cancel);
        // After a reading by the clock, the next one by it is a whole period away.
        await UntilAsync(1);
        registry.Clock.Advance(OtherWritersWorker.AtLeast);
        await UntilAsync(2);

        await registry.OutsideAsync("INSERT INTO agents (name) VALUES ('Athena')");
        for (var ticks = 1; ticks < OtherWritersWorker.AtLeast / OtherWritersWorker.Often && !heard.Task.IsCompleted; ticks++)
        {
            registry.Clock.Advance(OtherWritersWorker.Often);
            await Task.WhenAny(heard.Task, heard.Task.WaitAsync(Patience, Cancel));
        }

        Assert.True(heard.Task.IsCompleted);
        await worker.StopAsync(Cancel);

        Task UntilAsync(int readings) => Wait.UntilAsync(() => worker.Readings >= readings);
    }

    [Fact, Trait("Needs", "Postgres")]
    public async Task A_change_that_was_committed_late_and_sealed_by_another_console_is_heard_by_both()
    {
        await using var registry = await TestRegistry.CreateAsync(TestDatabase.Postgres);
        await using var other = registry.BuildConsole();
        var (mine, theirs) = (await Ear.OnAsync(registry.Services), await Ear.OnAsync(other));
        await using var connection = new NpgsqlConnection(registry.Location.PostgresConnection);
        await connection.OpenAsync(Cancel);
        await using var late = await connection.BeginTransactionAsync(Cancel);
        await using (var command = new NpgsqlCommand("INSERT INTO agents (name) VALUES ('Late')", connection, late))
        {
            await command.ExecuteNonQueryAsync(Cancel);
        }

        await registry.OutsideAsync("UPDATE system_config SET smcp_port = 9100");
        await mine.ReadAsync();
        await theirs.ReadAsync();
        await late.CommitAsync(Cancel);
        await mine.ReadAsync();
        await theirs.ReadAsync();

        Assert.Equal(["system_config", "agents"], mine.Heard);
        Assert.Equal(["system_config", "agents"], theirs.Heard);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_secret_written_in_the_clear_is_encrypted_and_leaves_no_trace(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        var ear = await Ear.OnAsync(registry.Services);
        if (registry.Location.IsSqlite)
        {
            // As of a SQLite that is not built to overwrite what it deletes; the long text leaves a free page.
            await registry.OutsideAsync(
                $"PRAGMA secure_delete = OFF; UPDATE system_config SET openai_api_key = '{new string('x', 10_000)}sk-canary', anthropic_api_key = 'sk-canary'"
            );
            await registry.OutsideAsync(
                "PRAGMA secure_delete = OFF; UPDATE system_config SET openai_api_key = 'sk-canary-second'; UPDATE system_config SET anthropic_api_key = NULL"
            );
            Assert.Contains("canary", await FilesAsync(registry), StringComparison.Ordinal);
        }
        else
        {
            await registry.OutsideAsync("UPDATE system_config SET openai_api_key = 'sk-canary-second'");
        }

        await ear.ReadAsync();

        Assert.DoesNotContain("canary", await FilesAsync(registry), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "canary",
            await registry.OutsideAsync(
                "SELECT openai_api_key || (SELECT max(before || after) FROM change_history WHERE before LIKE '%openai_api_key%') FROM system_config"
            ),
            StringComparison.Ordinal
        );
        Assert.Equal("sk-canary-second", await RevealAsync(registry));
        await using var scope = registry.Services.CreateAsyncScope();
        Assert.True((await scope.ServiceProvider.GetRequiredService<ChangeAudit>().VerifyAsync(Cancel)).IsWhole);
    }

    [Fact]
    public async Task A_reader_that_is_in_the_way_delays_the_cleaning_to_a_later_reading()
    {
        await using var registry = await TestRegistry.CreateAsync();
        var ear = await Ear.OnAsync(registry.Services);
        await registry.OutsideAsync("UPDATE system_config SET openai_api_key = 'sk-canary'");
        await using (var reader = registry.Open())
        {
            await using var snapshot = await reader.BeginReadingAsync(Cancel);
            Assert.Equal("sk-canary", (await reader.SystemConfig.AsNoTracking().SingleAsync(Cancel)).OpenAiApiKey);
            await ear.ReadAsync();
        }

        await ear.ReadAsync();

        Assert.DoesNotContain("canary", await FilesAsync(registry), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Secrets_kept_as_text_stay_text_and_sealed_ones_are_opened(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await registry.OutsideAsync("UPDATE system_config SET openai_api_key = 'sk-canary'");
        await (await Ear.OnAsync(registry.Services)).ReadAsync();
        Assert.StartsWith(
            SecretBox.Prefix,
            await registry.OutsideAsync("SELECT openai_api_key FROM system_config"),
            StringComparison.Ordinal
        );
        await using var textual = registry.BuildConsole(settings: [new("Registry:SecretsAsText", "true")]);

        await textual.GetRequiredService<SecretAdoption>().SealAsync(Cancel);
        await registry.OutsideAsync("UPDATE system_config SET anthropic_api_key = 'sk-ant'");
        await (await Ear.OnAsync(textual)).ReadAsync();

        Assert.Equal(
            "sk-canary sk-ant",
            await registry.OutsideAsync("SELECT openai_api_key || ' ' || anthropic_api_key FROM system_config")
        );
        await registry.Services.GetRequiredService<SecretAdoption>().SealAsync(Cancel);
        Assert.Equal("sk-canary", await RevealAsync(registry));
        Assert.StartsWith(
            SecretBox.Prefix,
            await registry.OutsideAsync("SELECT anthropic_api_key FROM system_config"),
            StringComparison.Ordinal
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Keys_of_models_and_MCP_servers_are_sealed_and_hashes_of_passwords_stay_what_they_are(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database);
        await registry.OutsideAsync(
            "INSERT INTO users (username, email, role, hashed_password) VALUES ('vera', 'v@example.org', 'viewer', 'a hash')"
        );
        await registry.OutsideAsync("INSERT INTO llm_config (type, model, api_key) VALUES ('openai', 'gpt-4o', 'canary')");
        await registry.OutsideAsync(
            "INSERT INTO mcp_servers (name, url, api_key, headers) VALUES ('smcp', 'http://localhost:8000/sse', 'canary', '{\"X-Key\": \"canary\"}')"
        );

        await registry.Services.GetRequiredService<SecretAdoption>().SealAsync(Cancel);

        Assert.Equal("a hash", await registry.OutsideAsync("SELECT hashed_password FROM users"));
        Assert.Matches(
            "^sealed:v1:[^ ]+ sealed:v1:[^ ]+ sealed:v1:[^ ]+$",
            await registry.OutsideAsync(
                "SELECT (SELECT api_key FROM llm_config) || ' ' || (SELECT api_key FROM mcp_servers) || ' ' || (SELECT headers FROM mcp_servers)"
            )
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Encrypted_configurations_and_the_ways_of_notifications_are_sealed_for_their_row(TestDatabase database)
    {
        const string Stored =
            "SELECT (SELECT value FROM configurations WHERE id = 1) || ' ' || (SELECT value FROM configurations WHERE id = 2) || ' ' || (SELECT config FROM notification_channels)";
        await using var registry = await TestRegistry.CreateAsync(database);
        var ear = await Ear.OnAsync(registry.Services);
        await registry.OutsideAsync(
            "INSERT INTO configurations (key, value, type, is_encrypted) VALUES ('smtp_password', 'canary', 'string', true), ('theme', 'dark', 'string', false), ('none', NULL, 'string', true)"
        );
        await registry.OutsideAsync(
            "INSERT INTO notification_channels (name, kind, config) VALUES ('phone', 'ntfy', '{\"token\": \"canary\"}')"
        );

        await ear.ReadAsync();

        Assert.Matches("^sealed:v1:[^ ]+ dark sealed:v1:[^ ]+$", await registry.OutsideAsync(Stored));
        Assert.DoesNotContain("canary", await FilesAsync(registry), StringComparison.Ordinal);
        await using (var context = registry.Open())
        {
            var secrets = registry.Services.GetRequiredService<SecretBox>();
            var configuration = await context.Configurations.SingleAsync(c => c.Key == "smtp_password", Cancel);
            Assert.Equal("canary", secrets.Open(configuration.Value, SecretAdoption.PlaceOf(configuration)));
            Assert.Throws<SecretUnreadableException>(() => secrets.Open(configuration.Value, new("configurations", "value", "2")));
        }

        await using var textual = registry.BuildConsole(settings: [new("Registry:SecretsAsText", "true")]);
        await textual.GetRequiredService<SecretAdoption>().SealAsync(Cancel);
        Assert.Equal("canary dark {\"token\": \"canary\"}", await registry.OutsideAsync(Stored));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Keys_of_buckets_and_the_passphrase_of_backups_are_sealed_for_their_row(TestDatabase database)
    {
        const string Stored =
            "SELECT (SELECT secret_key FROM backup_targets WHERE name = 'bucket') || ' ' || (SELECT passphrase FROM backup_settings)";
        await using var registry = await TestRegistry.CreateAsync(database);
        var ear = await Ear.OnAsync(registry.Services);
        await registry.OutsideAsync(
            "INSERT INTO backup_targets (name, kind, is_on, secret_key) VALUES ('bucket', 's3', false, 'canary-key')"
        );
        await registry.OutsideAsync("DELETE FROM backup_settings");
        await registry.OutsideAsync(
            "INSERT INTO backup_settings (id, full_every_days, drill, with_letta_agents, with_sanctum_files, with_letta_files, with_broca, passphrase) VALUES (1, 1, 'every', false, false, false, false, 'canary-passphrase')"
        );

        await ear.ReadAsync();

        Assert.Matches("^sealed:v1:[^ ]+ sealed:v1:[^ ]+$", await registry.OutsideAsync(Stored));
        Assert.DoesNotContain("canary", await FilesAsync(registry), StringComparison.Ordinal);
        await using (var context = registry.Open())
        {
            var secrets = registry.Services.GetRequiredService<SecretBox>();
            var target = await context.BackupTargets.SingleAsync(t => t.Name == "bucket", Cancel);
            Assert.Equal("canary-key", secrets.Open(target.SecretKey, SecretAdoption.PlaceOf(target)));
            var settings = await context.BackupSettings.SingleAsync(Cancel);
            Assert.Equal("canary-passphrase", secrets.Open(settings.Passphrase, SecretAdoption.PlaceOf(settings)));
        }

        await using var textual = registry.BuildConsole(settings: [new("Registry:SecretsAsText", "true")]);
        await textual.GetRequiredService<SecretAdoption>().SealAsync(Cancel);
        Assert.Equal("canary-key canary-passphrase", await registry.OutsideAsync(Stored));
    }

    [Fact]
    public async Task A_secret_that_cannot_be_opened_stops_neither_the_others_nor_the_news()
    {
        await using var registry = await TestRegistry.CreateAsync(settings: [new("Registry:SecretsAsText", "true")]);
        await using var sealing = registry.BuildConsole();
        await registry.OutsideAsync("UPDATE system_config SET openai_api_key = 'sealed:v1:damaged', letta_server_token = 'tok'");
        await sealing.GetRequiredService<SecretAdoption>().SealAsync(Cancel);
        Assert.StartsWith(
            SecretBox.Prefix,
            await registry.OutsideAsync("SELECT letta_server_token FROM system_config"),
            StringComparison.Ordinal
        );
        var ear = await Ear.OnAsync(registry.Services);

        await registry.OutsideAsync("UPDATE system_config SET smcp_port = 9100");
        await ear.ReadAsync();

        Assert.Contains("system_config", ear.Heard);
        Assert.Equal(
            "sealed:v1:damaged tok",
            await registry.OutsideAsync("SELECT openai_api_key || ' ' || letta_server_token FROM system_config")
        );
    }

    private static async Task<string?> RevealAsync(TestRegistry registry)
    {
        await using var scope = registry.Services.CreateAsyncScope();
        var settings = scope.ServiceProvider.GetRequiredService<EffectiveSettings>();
        return settings.Open((await settings.ReadAsync(Cancel))["openai_api_key"]);
    }

    /// <summary>Everything that stands in the registry's files, each byte a character.</summary>
    private static async Task<string> FilesAsync(TestRegistry registry)
    {
        var text = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(registry.Location.DataDirectory, "registry.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, Cancel);
            text.Append(Encoding.Latin1.GetString(copy.ToArray()));
        }

        return text.ToString();
    }

    /// <summary>A subscriber, and the worker that reads for it when the test says so.</summary>
    private sealed class Ear
    {
        private readonly OtherWritersWorker _worker;

        private Ear(IServiceProvider console)
        {
            _worker = ActivatorUtilities.CreateInstance<OtherWritersWorker>(console);
            Subscription = console.GetRequiredService<Signal<RegistryChange>>().Subscribe(change => Heard.AddRange(change.Tables));
        }

        public List<string> Heard { get; } = [];

        public IDisposable Subscription { get; }

        public static async Task<Ear> OnAsync(IServiceProvider console)
        {
            var ear = new Ear(console);
            await ear.ReadAsync();
            ear.Heard.Clear();
            return ear;
        }

        public Task ReadAsync() => _worker.ReadAsync(Cancel);
    }
}
