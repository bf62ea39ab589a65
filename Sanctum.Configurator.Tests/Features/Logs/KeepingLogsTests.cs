using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Logs;
using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Retention;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

public sealed class KeepingLogsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly LogRetentionRow Rules = new(
        new Dictionary<string, int>
        {
            ["DEBUG"] = 3,
            ["INFO"] = 10,
            ["INFO agent"] = 20,
        },
        OtherDays: 30,
        Megabytes: 8192,
        Version: 1,
        UpdatedAt: null
    );

    private static readonly int[] Ages = [2, 5, 15, 25, 35];

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Each_level_and_source_is_kept_for_its_days(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        var now = store.Registry.Clock.GetUtcNow();
        foreach (
            var (level, source) in new[]
            {
                (LogLevelWord.Debug, "system"),
                (LogLevelWord.Info, "system"),
                (LogLevelWord.Info, "agent"),
                (LogLevelWord.Error, "agent"),
            }
        )
        {
            await store.WriteAsync([
                .. Ages.Select(days =>
                    LogStore.Line($"{level} {source} {days}", level, source: source) with
                    {
                        Timestamp = now.AddDays(-days),
                    }
                ),
            ]);
        }

        await store.IndexAsync();
        var stock = await store.Registry.Services.GetRequiredService<LogRetention>().StockAsync(Rules, Cancel);
        var removed = await store.Registry.Services.GetRequiredService<LogRetention>().RemoveAsync(Rules, null, Cancel);

        Assert.Equal(
            [
                "Debug system 2",
                "Error agent 15",
                "Error agent 2",
                "Error agent 25",
                "Error agent 5",
                "Info agent 15",
                "Info agent 2",
                "Info agent 5",
                "Info system 2",
                "Info system 5",
            ],
            (await store.MessagesAsync("")).Order(StringComparer.Ordinal)
        );
        Assert.Equal(10, removed);
        Assert.Equal((20, 10), (stock.Items.Sum(row => row.Lines), stock.Items.Sum(row => row.Due)));
        Assert.Equal(10, await store.Search.CountAsync(LogFilter.Everything, Cancel));
        Assert.Equal(["Info agent 15"], await store.MessagesAsync("\"info agent 15\""));
        Assert.Empty(await store.MessagesAsync("\"debug system 5\""));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Days_are_counted_to_the_hour(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        var end = store.Registry.Clock.GetUtcNow().AddDays(-30);
        foreach (var minutes in new[] { -61, -1, 0, 59 })
        {
            await store.WriteAsync(LogStore.Line($"{minutes}", LogLevelWord.Error) with { Timestamp = end.AddMinutes(minutes) });
        }

        await store.IndexAsync();
        store.Registry.Clock.Advance(TimeSpan.FromMinutes(59));
        var retention = store.Registry.Services.GetRequiredService<LogRetention>();
        Assert.Equal(2, Assert.Single((await retention.StockAsync(Rules, Cancel)).Items).Due);
        await retention.RemoveAsync(Rules, null, Cancel);

        Assert.Equal(["59", "0"], await store.MessagesAsync(""));
        Assert.Equal(
            (2, 0),
            Assert.Single((await retention.StockAsync(Rules, Cancel)).Items) is var left ? (left.Lines, left.Due) : default
        );
    }

    [Fact]
    public async Task The_oldest_go_where_there_is_too_much()
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);
        var text = new string('x', 1_000);
        for (var hour = 0; hour < 10; hour++)
        {
            await store.WriteAsync([.. Enumerable.Range(0, 400).Select(at => LogStore.Line($"{hour} {text}", minutes: hour * 60))]);
        }

        await store.IndexAsync();
        await store
            .Registry.Services.GetRequiredService<LogRetention>()
            .RemoveAsync(Rules with { OtherDays = 36_500, Days = new Dictionary<string, int>(), Megabytes = 2 }, null, Cancel);

        var left = await store.Search.CountAsync(LogFilter.Everything, Cancel);
        Assert.InRange(left!.Value, 400, 2400);

        // No more than must go: one hour's lines take less than a third of the room.
        var bytes = (await store.Registry.Services.GetRequiredService<LogRetention>().StockAsync(Rules, Cancel)).Bytes;
        Assert.InRange(bytes!.Value, 2 * 1_048_576 * 2 / 3, 2 * 1_048_576);
        Assert.Empty(await store.MessagesAsync("0"));
        Assert.NotEmpty(await store.MessagesAsync("9"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Lines_that_came_between_those_that_go_stay(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.WriteAsync(
            LogStore.Line("goes", LogLevelWord.Error, source: "agent"),
            LogStore.Line("of another source", LogLevelWord.Error),
            LogStore.Line("of another level", source: "agent"),
            LogStore.Line("of a later hour", LogLevelWord.Error, 60, "agent"),
            LogStore.Line("goes too", LogLevelWord.Error, source: "agent")
        );
        await store.IndexAsync();

        var removed = await store
            .Registry.Services.GetRequiredService<LogRetention>()
            .RemoveAsync(LogLevelWord.Error, "agent", LogStore.Noon.AddHours(1), null, Cancel);

        Assert.Equal(2, removed);
        Assert.Equal(
            ["of a later hour", "of another level", "of another source"],
            (await store.MessagesAsync("")).Order(StringComparer.Ordinal)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task With_the_lines_go_their_patterns_and_after_a_day_their_receipts(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        var retention = store.Registry.Services.GetRequiredService<LogRetention>();
        var line = LogStore.Line("sent") with { Timestamp = store.Registry.Clock.GetUtcNow().AddDays(-60) };
        await store.Writer.WriteAsync([line], "key", Cancel);
        await store.IndexAsync();
        Assert.Equal((1, 1, 1), await LeftAsync(store));
        Assert.Equal(1, await retention.RemoveAsync(Rules, null, Cancel));
        Assert.True((await store.Writer.WriteAsync([line], "key", Cancel)).IsRepeat);
        Assert.Equal((0, 0, 1), await LeftAsync(store));

        store.Registry.Clock.Advance(TimeSpan.FromHours(25));
        await retention.RemoveAsync(Rules, null, Cancel);

        Assert.Equal((0, 0, 0), await LeftAsync(store));
    }

    [Fact]
    public async Task Words_go_with_the_last_of_their_lines_and_not_before()
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);
        var now = store.Registry.Clock.GetUtcNow();
        await store.WriteAsync(LogStore.Line("old") with { Timestamp = now.AddDays(-60) });
        await store.Registry.OutsideAsync($"UPDATE sqlite_sequence SET seq = {LogIndexTables.LinesPerPart} WHERE name = 'logs'", "logs");
        await store.WriteAsync(LogStore.Line("new") with { Timestamp = now });
        await store.IndexAsync();
        Assert.Equal([0, 1], (await PartsAsync(store)).Order());

        await store.Registry.Services.GetRequiredService<LogRetention>().RemoveAsync(Rules, null, Cancel);

        Assert.Equal([1], await PartsAsync(store));
        Assert.Equal(["new"], await store.MessagesAsync("new"));
    }

    [Fact]
    public async Task Lines_are_stored_while_somebody_writes_to_the_index()
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);
        await store.WriteAsync(LogStore.Line("before"));
        await store.IndexAsync();

        await using var index = new SqliteConnection(
            $"Data Source={store.Registry.Services.GetRequiredService<LogDatabase>().IndexFile};Pooling=False"
        );
        await index.OpenAsync(Cancel);
        await using (index.BeginTransaction(deferred: false))
        {
            Assert.Equal(1, (await store.WriteAsync(LogStore.Line("meanwhile"))).Lines);
        }

        await store.IndexAsync();
        Assert.Equal(["meanwhile"], await store.MessagesAsync("meanwhile"));
    }

    [Fact]
    public async Task Broken_logs_are_set_aside_and_new_ones_begun()
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);
        await store.WriteAsync(LogStore.Line("before"));
        await store.IndexAsync();
        await store.Registry.Services.DisposeAsync();
        LogStore.Break(store.Registry.Location.LogsFile);
        await using var console = store.Registry.BuildConsole(services => services.AddLogs());
        var search = console.GetRequiredService<LogSearch>();

        Assert.Empty((await search.ReadAsync(LogFilter.Everything, null, isForward: false, 9, Cancel)).Items);
        await console.GetRequiredService<LogWriter>().WriteAsync([LogStore.Line("after")], null, Cancel);
        Assert.Equal(
            ["after"],
            (await search.ReadAsync(LogFilter.Everything, null, isForward: false, 9, Cancel)).Items.Select(row => row.Message)
        );
        Assert.Single(Directory.GetFiles(store.Registry.Location.DataDirectory, "logs-broken-*.db"));
    }

    [Fact]
    public async Task Lines_that_were_restored_get_an_index_of_their_own()
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);
        var file = store.Registry.Location.LogsFile;
        await store.WriteAsync(LogStore.Line("old"));
        SqliteConnection.ClearAllPools();
        await store.Registry.OutsideAsync($"VACUUM INTO '{file}.copy'", "logs");
        await store.WriteAsync(LogStore.Line("new"), LogStore.Line("newer"));
        await store.IndexAsync();
        await store.Registry.Services.DisposeAsync();
        File.Delete($"{file}-wal");
        File.Delete($"{file}-shm");
        File.Move($"{file}.copy", file, overwrite: true);

        await using var console = store.Registry.BuildConsole(services => services.AddLogs());
        var search = console.GetRequiredService<LogSearch>();

        Assert.Equal(1, await search.CountAsync(LogFilter.Everything, Cancel));
        Assert.Equal(
            ["old"],
            (await search.ReadAsync(LogFilter.Everything, null, isForward: false, 9, Cancel)).Items.Select(row => row.Message)
        );
    }

    [Fact]
    public async Task An_index_that_breaks_takes_no_line_with_it()
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);
        await store.WriteAsync(LogStore.Line("before"));
        await store.IndexAsync();
        LogStore.Break(Path.Combine(store.Registry.Location.DataDirectory, "logs.index.db"));

        Assert.Equal(["before"], await store.MessagesAsync("before"));
        await store.IndexAsync();
        Assert.Equal(["before"], await store.MessagesAsync("before"));
        Assert.Empty(Directory.GetFiles(store.Registry.Location.DataDirectory, "logs-broken-*.db"));
    }

    [Fact]
    public async Task Broken_logs_keep_no_console_from_starting()
    {
        await using var registry = await TestRegistry.CreateAsync();
        SqliteConnection.ClearAllPools();
        await File.WriteAllTextAsync(registry.Location.LogsFile, new string('z', 10_000), Cancel);

        await registry.Services.GetRequiredService<RegistryMigrator>().MigrateAsync(Cancel);

        Assert.Single(Directory.GetFiles(registry.Location.DataDirectory, "logs-broken-*.db"));
        Assert.Equal("0", await registry.OutsideAsync("SELECT count(*) FROM logs", "logs"));
    }

    [Fact]
    public async Task A_broken_index_is_made_again()
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);
        await File.WriteAllTextAsync(Path.Combine(store.Registry.Location.DataDirectory, "logs.index.db"), new string('z', 10_000), Cancel);

        await store.WriteAsync(LogStore.Line("here"));
        await store.IndexAsync();

        Assert.Equal(["here"], await store.MessagesAsync("here"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_index_of_an_earlier_version_is_made_again(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.WriteAsync(LogStore.Line("before", LogLevelWord.Error), LogStore.Line("and"));
        await store.IndexAsync();
        await using (var connection = await store.Registry.Services.GetRequiredService<LogDatabase>().WriteAsync(Cancel))
        {
            await connection.RunAsync("DROP TABLE log_source_hours", Cancel);
            await connection.RunAsync("UPDATE log_index SET version = 1", Cancel);
        }

        await using var console = store.Registry.BuildConsole(services => services.AddLogs());
        while (await console.GetRequiredService<LogIndexer>().TakeAsync(Cancel) > 0) { }

        Assert.Equal(1, await console.GetRequiredService<LogSearch>().CountAsync(new() { Levels = [LogLevelWord.Error] }, Cancel));
    }

    [Fact]
    public async Task What_is_deleted_by_hand_is_the_whole_hours_of_the_chosen()
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);
        foreach (
            var (level, source) in new[] { (LogLevelWord.Info, "system"), (LogLevelWord.Error, "system"), (LogLevelWord.Error, "agent") }
        )
        {
            await store.WriteAsync([
                .. Enumerable
                    .Range(0, 3)
                    .Select(hour => LogStore.Line($"{level} {source} {hour}", level, source: source, minutes: hour * 60)),
            ]);
        }

        await store.IndexAsync();
        var told = new List<long>();
        var removed = await store
            .Registry.Services.GetRequiredService<LogRetention>()
            .RemoveAsync(LogLevelWord.Error, "agent", LogStore.Noon.AddMinutes(110), new DirectProgress<long>(told.Add), Cancel);

        Assert.Equal(1, removed);
        Assert.Equal(1, told[^1]);
        Assert.DoesNotContain("Error agent 0", await store.MessagesAsync(""));
        Assert.Equal(8, await store.Search.CountAsync(LogFilter.Everything, Cancel));
    }

    private static async Task<HashSet<long>> PartsAsync(LogStore store)
    {
        await using var connection = await store.Registry.Services.GetRequiredService<LogDatabase>().ReadAsync(Cancel);
        return await LogIndexTables.PartsAsync(connection, Cancel);
    }

    private static async Task<(long Patterns, long PatternHours, long Receipts)> LeftAsync(LogStore store)
    {
        await using var connection = await store.Registry.Services.GetRequiredService<LogDatabase>().ReadAsync(Cancel);
        return (
            await connection.ScalarAsync<long>("SELECT count(*) FROM log_patterns", Cancel),
            await connection.ScalarAsync<long>("SELECT count(*) FROM log_pattern_hours", Cancel),
            await connection.ScalarAsync<long>("SELECT count(*) FROM log_receipts", Cancel)
        );
    }
}
