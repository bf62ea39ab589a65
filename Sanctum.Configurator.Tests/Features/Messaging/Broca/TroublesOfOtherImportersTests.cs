using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Features.Messaging.Broca.Importing;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Broca;

/// <summary>What people reported of importers of other chats, each as an input of ours.</summary>
public sealed class TroublesOfOtherImportersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<TestDatabase> Databases => TestRegistry.Databases;

    /// <summary>mattermost/mattermost#8348: of a large archive, every message came two to nine times. #8359 of Rocket.Chat: it froze.</summary>
    [Theory, MemberData(nameof(Databases))]
    public async Task A_large_file_comes_once_and_tells_how_far_it_is(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile.Large(Thorough.Or(5_000, 100_000));

        var import = await world.ImportAsync(file);

        var count = Thorough.Or(5_000, 100_000);
        Assert.Equal((50, 50, count, count), await world.CountAsync());
        Assert.All(import.Report.Tables, table => Assert.True(table.IsEqual));
        Assert.InRange(import.Report.Seconds, 0, 120);
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} messages in {import.Report.Seconds} s");
    }

    /// <summary>zulip/zulip#24131: a duplicate key ended the import of a real export.</summary>
    [Theory, MemberData(nameof(Databases))]
    public async Task Ids_and_profiles_that_are_there_twice_end_nothing(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = new BrocaDatabaseFile(
            BrocaDatabaseFile
                .V3.Replace("INTEGER PRIMARY KEY AUTOINCREMENT", "INTEGER", StringComparison.Ordinal)
                .Replace(", UNIQUE(platform, platform_user_id)", "", StringComparison.Ordinal)
        ).Run(
            """
            INSERT INTO letta_users (id) VALUES (1), (1), (2), (NULL), ('x');
            INSERT INTO platform_profiles (id, letta_user_id, platform, platform_user_id) VALUES (1, 1, 'telegram', '1'), (1, 1, 'telegram', '2'), (2, 2, 'TELEGRAM', '1');
            INSERT INTO messages (id, letta_user_id, role, message) VALUES (1, 1, 'user', 'a'), (1, 1, 'user', 'b'), (2, 2, 'user', 'c');
            INSERT INTO queue (id, message_id, status) VALUES (1, 1, 'done'), (1, 2, 'done');
            """
        );

        var import = await world.ImportAsync(file);

        Assert.Equal((2, 1, 2, 1), await world.CountAsync());
        Assert.Equal(7, (await world.AsideAsync(import.Id)).Count);
    }

    /// <summary>zulip/zulip#20108 and taylorwilsdon/open-webui-postgres-migration#18: a reference to somebody deleted ended it.</summary>
    [Theory, MemberData(nameof(Databases))]
    public async Task References_into_nothing_are_kept_aside(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = new BrocaDatabaseFile().Run(
            """
            INSERT INTO letta_users (id) VALUES (1);
            INSERT INTO messages (id, letta_user_id, platform_profile_id, role, message) VALUES (1, 1, 77, 'user', 'mine'), (2, 5, NULL, 'user', 'whose'), (3, NULL, NULL, 'user', 'nobody''s');
            INSERT INTO queue (id, letta_user_id, message_id, status) VALUES (1, 9, 1, 'completed'), (2, 1, NULL, 'completed'), (3, 1, 'x', 'completed');
            """
        );

        var import = await world.ImportAsync(file);

        Assert.Equal((1, 0, 1, 1), await world.CountAsync());
        Assert.Null((await world.ReadAsync<Message>()).Single().PlatformProfileId);
        Assert.NotNull((await world.ReadAsync<QueueEntry>()).Single().LettaUserId);
        Assert.Equal(4, (await world.AsideAsync(import.Id)).Count);
    }

    /// <summary>mattermost/mattermost#902: every imported post had the time of the import.</summary>
    [Theory, MemberData(nameof(Databases))]
    public async Task A_message_without_a_time_gets_none_of_ours(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile
            .First()
            .Run("UPDATE messages SET timestamp = CASE id WHEN 1 THEN NULL WHEN 2 THEN '1744354161.25' ELSE '11/04/2025 06:50' END");

        await world.ImportAsync(file);

        var times = (await world.ReadAsync<Message>(m => m.OrderBy(each => each.SourceKey))).Select(m => m.Timestamp);
        Assert.Equal([null, new DateTimeOffset(2025, 4, 11, 6, 49, 21, 250, TimeSpan.Zero), null], times);
        Assert.Equal(
            [null, new DateTimeOffset(2025, 4, 11, 6, 49, 21, 250, TimeSpan.Zero), null],
            (await world.ReadAsync<QueueEntry>(q => q.OrderBy(e => e.SourceKey))).Select(e => e.Timestamp)
        );
    }

    /// <summary>open-webui/open-webui#15616: PostgreSQL takes no NUL, in text or in JSON, and said so only when somebody searched.</summary>
    [Theory, MemberData(nameof(Databases))]
    public async Task Characters_that_no_database_takes_are_replaced_and_named(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile
            .Odd()
            .Run(
                """
                UPDATE messages SET message = 'before' || char(0) || 'after' WHERE id = 1;
                UPDATE messages SET message = CAST(x'ff41' AS TEXT), agent_response = x'80' WHERE id = 2;
                UPDATE platform_profiles SET metadata = '{"a": "\u0000", "b": "\ud800"}', username = char(0) WHERE id = 1;
                UPDATE letta_users SET agent_preferences = '{"n": 1e999}' WHERE id = 1;
                """
            );

        var import = await world.ImportAsync(file);

        var texts = (await world.ReadAsync<Message>(m => m.OrderBy(each => each.SourceKey))).Select(m => m.Text).ToList();
        Assert.Equal(["before\ufffdafter", "\ufffdA"], texts[..2]);
        Assert.Equal(3, import.Report.Findings.Single(f => f.Kind == BrocaOddity.UnreadableJson).Count);
        Assert.All(import.Report.Tables, table => Assert.True(table.IsEqual));
    }

    /// <summary>danny-avila/LibreChat#13630: it said that it had imported, and nothing was there.</summary>
    [Fact]
    public async Task An_import_that_fails_says_so_and_leaves_nothing()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.First();
        await world.Registry.OutsideAsync("CREATE TRIGGER full BEFORE INSERT ON queue BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        var run = await world.RunAsync(file);
        await world.Registry.OutsideAsync("DROP TRIGGER full");

        Assert.Equal((RunOutcome.Failed, null), (run.State, run.ImportId));
        Assert.StartsWith("Nothing was imported.", run.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0, 0), await world.CountAsync());
        Assert.Empty((await world.CallAsync((BrocaImports imports) => imports.ListAsync(new(0, 10), Cancel))).Items);
        await world.ImportAsync(file);
    }

    /// <summary>basicmachines-co/basic-memory#1276, danny-avila/LibreChat#15229: one missing field ended the whole import.</summary>
    [Theory, MemberData(nameof(Databases))]
    public async Task Rows_of_nothing_but_ids_come(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = new BrocaDatabaseFile().Run(
            """
            INSERT INTO letta_users (id, created_at, is_active) VALUES (1, NULL, NULL);
            INSERT INTO platform_profiles (id, letta_user_id, platform, platform_user_id, created_at) VALUES (1, 1, 'telegram', 5, NULL), (2, 1, NULL, NULL, NULL), (3, 1, NULL, NULL, NULL);
            INSERT INTO messages (id, letta_user_id, processed) VALUES (1, 1, NULL);
            INSERT INTO queue (id, message_id, attempts, timestamp) VALUES (1, 1, NULL, NULL);
            """
        );

        var import = await world.ImportAsync(file);

        Assert.Equal((1, 1, 1, 1), await world.CountAsync());
        Assert.True((await world.ReadAsync<LettaUser>()).Single().IsActive);
        Assert.Equal(2, import.Report.Tables[1].KeptAside);
        Assert.All(import.Report.Tables, table => Assert.True(table.IsEqual));
    }

    /// <summary>open-webui/open-webui#6754: "string or blob too big".</summary>
    [Theory, MemberData(nameof(Databases))]
    public async Task Texts_that_are_too_long_are_cut_and_kept_whole_aside(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile
            .First()
            .Run(
                "WITH RECURSIVE n(i, t) AS (SELECT 1, '' UNION ALL SELECT i + 1, t || 'word' || i || ' ' FROM n WHERE i < 30000) UPDATE messages SET message = (SELECT max(t) FROM n WHERE i = 30000) WHERE id = 1; UPDATE users SET username = hex(zeroblob(200)) WHERE username IS NOT NULL"
            );

        var import = await world.ImportAsync(file);

        var message = (await world.ReadAsync<Message>(m => m.Where(each => each.SourceKey == "athena:messages:1"))).Single();
        Assert.Equal(200_000, message.Text!.Length);
        Assert.True((await world.AsideAsync(import.Id)).Single(row => row.Key == "athena:messages:1").Row.Length > 250_000);
        Assert.Equal(2, import.Report.Findings.Single(f => f.Kind == BrocaOddity.TooLong).Count);
    }

    /// <summary>mattt/Madrid#4: "database disk image is malformed", as another program wrote meanwhile.</summary>
    [Fact]
    public async Task A_file_is_read_by_its_path_while_Broca_writes()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.Large(3000).Run("PRAGMA journal_mode = WAL");
        await using var broca = new SqliteConnection($"Data Source={file.FilePath};Pooling=False");
        await broca.OpenAsync(Cancel);
        await using var writing = broca.BeginTransaction();
        await using var insert = broca.CreateCommand();
        insert.CommandText = "INSERT INTO messages (letta_user_id, role, message) VALUES (1, 'user', 'not committed')";
        await insert.ExecuteNonQueryAsync(Cancel);

        var preview = await world.CallAsync(
            (BrocaImports imports) => imports.PreviewAsync(new BrocaPathForm { Path = file.FilePath }, Cancel)
        );

        Assert.Equal(3000, Assert.IsType<Outcome<BrocaPreview>.Ok>(preview).Value.Report.Tables[2].New);
        await writing.CommitAsync(Cancel);
        Assert.Equal("3001", file.Ask("SELECT count(*) FROM messages"));
        var uploaded = await world.PreviewAsync(file);
        Assert.Contains("sanctum.db-wal", Assert.Single(uploaded.Notes), StringComparison.Ordinal);
    }

    /// <summary>zulip/zulip#39650: maps of ids of one import leaked into the next of the same process.</summary>
    [Fact]
    public async Task Imports_of_two_Brocas_with_the_same_ids_do_not_mix()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var one = BrocaDatabaseFile.Odd();
        using var two = BrocaDatabaseFile
            .Odd()
            .Run("UPDATE platform_profiles SET platform_user_id = 'other-' || id; UPDATE messages SET message = 'Other ' || message");

        await world.ImportAsync(one, "one");
        await world.ImportAsync(two, "two");

        Assert.Equal(6, (await world.CountAsync()).Item1);
        foreach (var message in await world.ReadAsync<Message>())
        {
            var person = (await world.ReadAsync<LettaUser>(p => p.Where(each => each.Id == message.LettaUserId))).Single();
            Assert.Equal(message.SourceKey!.Split(':')[0], person.SourceKey!.Split(':')[0]);
        }
    }
}
