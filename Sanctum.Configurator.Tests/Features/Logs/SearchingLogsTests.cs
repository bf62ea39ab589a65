using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

public sealed class SearchingLogsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly LogLine[] Lines =
    [
        LogStore.Line(
            "Connection to letta refused",
            LogLevelWord.Error,
            0,
            "agent",
            1,
            """{"status": 502, "peer": {"name": "letta main"}}"""
        ),
        LogStore.Line("Connection to letta opened", LogLevelWord.Info, 1, "agent", 1, correlation: "4bf92f35"),
        LogStore.Line("Run 12 took 340 ms", LogLevelWord.Debug, 2, "tool", 7, user: 3),
        LogStore.Line("Run 13 took 9 ms", LogLevelWord.Debug, 2, "tool", 8),
        LogStore.Line("Größe der Datei überschritten", LogLevelWord.Warning, 3, "plugin", 2),
        LogStore.Line("The console is started", LogLevelWord.Info, 4),
        LogStore.Line("Out of memory", LogLevelWord.Critical, 5, "agent", 2, correlation: "4bf92f35"),
    ];

    /// <summary>Scripts without blanks between words, and what was written for a terminal.</summary>
    private static readonly LogLine[] Others =
    [
        LogStore.Line("用户登录失败：密码错误"),
        LogStore.Line("データベース接続に失敗しました host=db1"),
        LogStore.Line("저장소시작gen-itgc필 완료"),
        LogStore.Line("การเชื่อมต่อล้มเหลวที่เซิร์ฟเวอร์"),
        LogStore.Line(
            "\u001b[2m10:00\u001b[0m \u001b[31mERROR\u001b[0m quokka lo\u001b[1mst\u001b[0m it",
            details: """{"step": "\u001b[35mvermilion\u001b[0m"}"""
        ),
        LogStore.Line("सर्वर कनेक्शन विफल"),
        LogStore.Line("登録だけ"),
    ];

    private static readonly (string Query, string Expected)[] OtherSearches =
    [
        ("登录失败", "0"),
        ("登录", "0"),
        ("密码错", "0"),
        ("失败登录", ""),
        ("-登录失败 -接続", "65432"),
        ("登录失败 OR 接続", "10"),
        ("接続", "1"),
        ("データ db1", "1"),
        ("タベース接続に", "1"),
        ("db1", "1"),
        ("itgc", "2"),
        ("완료", "2"),
        ("시작", "2"),
        ("เชื่อมต่อ", "3"),
        ("ล้มเหลว", "3"),
        ("เหลวล้ม", ""),
        ("error", "4"),
        ("31mERROR", ""),
        ("lost", "4"),
        ("vermilion", "4"),
        ("details.step:vermilion", "4"),
        ("message~\"ERROR quokka\"", "4"),
        ("विफल", "5"),
        ("कनेक्शन", "5"),
        ("登*", "60"),
        ("\"host db1\"", "1"),
        ("-登*", "54321"),
    ];

    [Theory]
    [InlineData(TestDatabase.Sqlite, true)]
    [InlineData(TestDatabase.Sqlite, false)]
    [InlineData(TestDatabase.Postgres, true)]
    [InlineData(TestDatabase.Postgres, false)]
    public async Task Words_of_any_script_are_found_and_what_is_shown_is_what_is_searched(TestDatabase database, bool isIndexed)
    {
        await using var store = await LogStore.CreateAsync(database);

        // So many that the index of words is asked.
        await store.Writer.WriteAsync(
            [.. Enumerable.Range(0, 6_000).Select(at => LogStore.Line($"filler {at}", minutes: -1))],
            null,
            Cancel
        );
        await store.WriteAsync([.. Others.Select((line, at) => line with { Timestamp = LogStore.Noon.AddMinutes(at) })]);
        if (isIndexed)
        {
            await store.IndexAsync();
        }

        foreach (var (query, expected) in OtherSearches)
        {
            var (found, page) = (new List<LogRow>(), await store.ReadAsync($"{query} -filler", take: 20));
            for (found.AddRange(page.Items); page.HasMore; found.AddRange(page.Items))
            {
                // A search that no index helps goes on after each of its rests.
                page = await store.ReadAsync($"{query} -filler", page.SearchedTo, take: 20);
            }

            Assert.Equal(
                (query, expected),
                (query, string.Concat(found.Select(row => Array.FindIndex(Others, line => line.Message == row.Message))))
            );
        }
    }

    /// <summary>What is typed, and the numbers of the lines that it finds, newest first.</summary>
    private static readonly (string Query, string Expected)[] Searches =
    [
        ("", "6543210"),
        ("connection", "10"),
        ("connection -refused", "1"),
        ("\"connection to letta\" refused", "0"),
        ("\"letta connection\"", ""),
        ("größe OR letta", "410"),
        ("letta größe OR refused", "0"),
        ("nothing OR \"letta main\" OR größe -refused", "4"),
        ("conn*", "10"),
        ("GRÖSSE", ""),
        ("größe", "4"),
        ("letta", "10"),
        ("502", "0"),
        ("level>=warning", "640"),
        ("level:debug,critical", "632"),
        ("-level:info", "64320"),
        ("source:tool", "32"),
        ("-source:tool", "65410"),
        ("tool:7", "2"),
        ("source:agent agent:1", "10"),
        ("source:agent tool:8", "6310"),
        ("user:3", "2"),
        ("correlation:4bf92f35", "61"),
        ("details.status:502", "0"),
        ("details.peer.name:\"letta main\"", "0"),
        ("-details.status:502 source:agent", "61"),
        ("message~\"took \\d{3} ms\"", "2"),
        ("-message~^Run source:tool", ""),
        ("level:error connection", "0"),
        ("nothing of this", ""),
    ];

    [Theory]
    [InlineData(TestDatabase.Sqlite, true)]
    [InlineData(TestDatabase.Sqlite, false)]
    [InlineData(TestDatabase.Postgres, true)]
    [InlineData(TestDatabase.Postgres, false)]
    public async Task A_search_finds_the_same_in_the_index_and_before_it(TestDatabase database, bool isIndexed)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.WriteAsync(Lines);
        if (isIndexed)
        {
            await store.IndexAsync();
        }

        foreach (var (query, expected) in Searches)
        {
            var newest = await store.ReadAsync(query);
            var oldest = await store.ReadAsync(query, isForward: true);

            Assert.Equal((query, expected), (query, Numbers(newest.Items)));
            Assert.Equal((query, expected), (query, Numbers(oldest.Items.Reverse())));
            Assert.False(newest.HasMore || oldest.HasMore);
        }
    }

    /// <summary>
    /// Many lines, so that it goes through the index of words, half of them in one minute, in an order of time that is not that of their
    /// ids.
    /// </summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Pages_in_both_directions_are_what_a_scan_of_all_lines_gives(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        var random = new Xorshift(20261121);
        var words = new[] { "alpha", "beta", "gamma", "delta", "rare" };
        var lines = Enumerable
            .Range(0, 9_000)
            .Select(at =>
                LogStore.Line(
                    $"{words[random.Below(100) == 0 ? 4 : random.Below(4)]} {words[random.Below(4)]} number {at}",
                    (LogLevelWord)(random.Below(200) == 0 ? 4 : random.Below(3)),
                    at % 2 == 0 ? 1500 : random.Below(3000),
                    random.Below(3) == 0 ? "agent" : "tool",
                    random.Below(5)
                )
            )
            .ToArray();
        await store.Writer.WriteAsync(lines[..7_500], null, Cancel);
        await store.IndexAsync();
        await store.Writer.WriteAsync(lines[7_500..], null, Cancel);

        var queries = new[]
        {
            "",
            "rare",
            "rare OR gamma delta",
            "alpha",
            "alpha gamma",
            "alpha -beta",
            "level:critical",
            "level:critical alpha",
            "agent:3",
            "-source:agent rare",
            "\"beta gamma\"",
            "message~\"7{2}$\"",
        };
        foreach (var query in queries.Where((_, at) => at % Thorough.Or(3, 1) == 0))
        {
            var matcher = new LogMatcher(await store.FilterAsync(query));
            var all = lines.Select(
                (line, at) => new LogRow(at + 1, line.Timestamp, line.Level, line.Source, line.SourceId, line.Message, null, null, null)
            );
            var filter = await store.FilterAsync(query);
            var expected = all.Where(row => matcher.Takes(row) && IsOf(filter, row))
                .OrderByDescending(LogPlace.Of)
                .Select(row => row.Id)
                .ToArray();

            Assert.Equal(expected, await WalkAsync(store, query, isForward: false, expected.Length));
            Assert.Equal(expected.Reverse(), await WalkAsync(store, query, isForward: true, expected.Length));
            Assert.Equal(filter.IsOfFacets ? expected.Length : null, await store.Search.CountAsync(filter, Cancel));
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_another_program_inserts_is_found_at_once_and_in_the_index(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.Registry.OutsideAsync("INSERT INTO logs (level, source, message) VALUES ('ERROR', 'plugin', 'from outside')", "logs");

        Assert.Equal(["from outside"], await store.MessagesAsync("outside source:plugin"));
        await store.IndexAsync();
        Assert.Equal(["from outside"], await store.MessagesAsync("outside source:plugin"));
        Assert.Equal(1, await store.Search.CountAsync(LogFilter.Everything, Cancel));
    }

    private static string Numbers(IEnumerable<LogRow> rows) =>
        string.Concat(rows.Select(row => Array.FindIndex(Lines, line => line.Message == row.Message)));

    private static bool IsOf(LogFilter filter, LogRow row) =>
        (filter.Levels is null || filter.Levels.Contains(row.Level))
        && (
            filter.Origins.Count == 0
            || filter.Origins.Any(origin => origin.Source == row.Source && (origin.Id is null || origin.Id == row.SourceId))
        )
        && !filter.ExcludedOrigins.Any(origin => origin.Source == row.Source);

    /// <summary>Page by page, at most a few of them from either end.</summary>
    private static async Task<List<long>> WalkAsync(LogStore store, string query, bool isForward, int most)
    {
        var ids = new List<long>();
        LogPlace? place = null;
        while (true)
        {
            var page = await store.ReadAsync(query, place, isForward, 977);
            ids.AddRange(page.Items.Select(row => row.Id));
            if (!page.HasMore)
            {
                return ids;
            }

            Assert.InRange(ids.Count, 0, most);
            place = page.SearchedTo ?? LogPlace.Of(page.Items[^1]);
        }
    }
}
