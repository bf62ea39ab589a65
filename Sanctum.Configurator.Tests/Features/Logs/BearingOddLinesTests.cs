using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Logs;
using Sanctum.Configurator.Features.Logs.Retention;
using Sanctum.Configurator.Features.Logs.Searching;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>One odd line, which another program stored, stops nobody who reads.</summary>
public sealed class BearingOddLinesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly LogRetentionRow Rules = new(
        new Dictionary<string, int>(),
        OtherDays: 36_500,
        Megabytes: 8192,
        Version: 1,
        UpdatedAt: null
    );

    /// <summary>
    /// Times that SQLite's column takes, and what is to be seen of them; null for the time at which the line came, with a mark.
    /// </summary>
    private static readonly (string Sql, string? Seen)[] Times =
    [
        ("'2026-11-22 08:05:00'", "2026-11-22T08:05:00.000"),
        ("'2026-11-22T08:05:01'", "2026-11-22T08:05:01.000"),
        ("'2026-11-22T08:05:02.5Z'", "2026-11-22T08:05:02.500"),
        ("'2026-11-22T10:05:03+02:00'", "2026-11-22T08:05:03.000"),
        ("'2026-11-22 10:05:04+0200'", "2026-11-22T08:05:04.000"),
        ("'2026-11-22 08:05:05+00'", "2026-11-22T08:05:05.000"),
        ("'2026-11-22 08:05:06,25'", "2026-11-22T08:05:06.250"),
        ("1764376440", null),
        ("'yesterday'", null),
        ("''", null),
        ("'10:30'", null),
        ("'now'", null),
        ("2461009.5", null),
        ("x'00ff'", null),
        ("'2026-13-45 99:99:99.999'", null),
        ("'2026-02-30 10:00:00.000'", null),
        ("'0001-01-01 00:00:00.000'", null),
        ("'9999-12-31 23:59:59'", null),
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_time_in_any_shape_is_read_and_one_that_is_none_is_that_of_the_arrival(bool isIndexed)
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);
        var before = DateTimeOffset.UtcNow.AddMinutes(-1);
        await store.ReadAsync("");
        await store.Registry.OutsideAsync(
            string.Concat(
                Times.Select((time, at) => $"INSERT INTO logs (level, message, timestamp) VALUES ('ERROR', 'odd {at}', {time.Sql});")
            ),
            "logs"
        );
        if (isIndexed)
        {
            await store.IndexAsync();
        }

        var rows = (await store.ReadAsync("odd")).Items;

        foreach (var ((sql, seen), row) in Times.Zip(rows.OrderBy(row => row.Id)))
        {
            Assert.Equal((sql, seen is null), (sql, row.UnreadTime is not null));
            Assert.Equal(
                (sql, seen ?? "now"),
                (
                    sql,
                    row.Timestamp >= before && seen is null
                        ? "now"
                        : row.Timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture)
                )
            );
        }

        var filter = LogFilter.Everything with { From = At(0), To = At(7) };
        Assert.Equal(
            ["odd 6", "odd 5", "odd 4", "odd 3", "odd 2", "odd 1", "odd 0"],
            (await store.Search.ReadAsync(filter, null, isForward: false, 50, Cancel)).Items.Select(row => row.Message)
        );
        for (var second = 0; second < 7; second++)
        {
            var one = LogFilter.Everything with { From = At(second), To = At(second + 1) };
            Assert.Equal(
                $"odd {second}",
                Assert.Single((await store.Search.ReadAsync(one, null, isForward: true, 50, Cancel)).Items).Message
            );
            Assert.Equal(
                1,
                (
                    await store.Registry.Services.GetRequiredService<LogCounter>().CountAsync(one, At(second), At(second + 1), 100, Cancel)
                ).Lines
            );
        }

        await EverythingAnswersAsync(store, Times.Length);

        static DateTimeOffset At(int second) => new(2026, 11, 22, 8, 5, second, TimeSpan.Zero);
    }

    [Theory]
    [InlineData("'infinity'")]
    [InlineData("'-infinity'")]
    [InlineData("'294276-01-01'")]
    [InlineData("'4713-01-01 BC'")]
    [InlineData("'0001-01-01'")]
    public async Task PostgreSQL_s_times_that_nobody_else_knows_are_that_of_the_arrival(string time)
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Postgres);
        await store.Registry.OutsideAsync($"INSERT INTO logs (message, timestamp) VALUES ('before', {time})", "logs");
        await store.ReadAsync("");
        await store.Registry.OutsideAsync($"INSERT INTO logs (message, timestamp, details) VALUES ('after', {time}, '[1]')", "logs");
        await store.IndexAsync();

        Assert.All((await store.ReadAsync("")).Items, row => Assert.NotNull(row.UnreadTime));
        await EverythingAnswersAsync(store, 2);
    }

    /// <summary>As an earlier console left them: the database did not see to it yet, and the index is of an earlier kind.</summary>
    [Fact]
    public async Task Lines_of_before_are_made_to_fit()
    {
        await using var store = await LogStore.CreateAsync(TestDatabase.Sqlite);
        await store.WriteAsync(LogStore.Line("usual"));
        await store.IndexAsync();
        await store.Registry.OutsideAsync(
            "DROP TRIGGER logs_fit_1_insert; INSERT INTO logs (message, timestamp) VALUES ('epoch', 1764376440), ('short', '2026-03-14T12:00:01'); INSERT INTO logs (message, source_id) VALUES ('number', 99999999999);",
            "logs"
        );
        Assert.Equal(4, (await store.ReadAsync("")).Items.Count);
        await store.IndexAsync();

        Assert.Equal(
            ["short", "usual"],
            (
                await store.Search.ReadAsync(
                    LogFilter.Everything with
                    {
                        From = LogStore.Noon,
                        To = LogStore.Noon.AddSeconds(2),
                    },
                    null,
                    false,
                    50,
                    Cancel
                )
            )
                .Items.Where(row => row.UnreadTime is null)
                .Select(row => row.Message)
        );
        var epoch = Assert.Single((await store.ReadAsync("epoch")).Items);
        Assert.Equal((LogStore.Noon, "1764376440"), (epoch.Timestamp, epoch.UnreadTime));
        await EverythingAnswersAsync(store, 4);
    }

    public static TheoryData<TestDatabase, string, string> OddDetails()
    {
        var data = new TheoryData<TestDatabase, string, string>();
        foreach (var database in new[] { TestDatabase.Sqlite, TestDatabase.Postgres })
        {
            data.Add(database, "200 levels", $"{string.Concat(Enumerable.Repeat("{\"a\":", 200))}\"needle\"{new string('}', 200)}");
            data.Add(database, "62 levels", $"{string.Concat(Enumerable.Repeat("[", 62))}\"needle\"{new string(']', 62)}");
            data.Add(database, "a text", "\"needle\"");
            data.Add(database, "much", $"[\"needle\"{string.Concat(Enumerable.Range(0, 400_000).Select(at => $",{at}"))}]");
        }

        data.Add(TestDatabase.Sqlite, "half a character", "{\"a\\ud800\":\"needle \\udc00\"}");
        data.Add(TestDatabase.Sqlite, "NUL", "{\"a\\u0000\":\"needle \\u0000\"}");
        data.Add(TestDatabase.Sqlite, "twice", "{\"a\":\"needle\",\"a\":2}");
        data.Add(TestDatabase.Sqlite, "numbers", "{\"a\":\"needle\",\"n\":1e99999,\"m\":-0.0}");
        return data;
    }

    [Theory, MemberData(nameof(OddDetails))]
    public async Task Details_of_any_depth_and_length_are_shown_or_are_text(TestDatabase database, string what, string details)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.WriteAsync(LogStore.Line("usual"));
        await store.Registry.OutsideAsync(
            $"INSERT INTO logs (message, details) VALUES ('{what}', '{details.Replace("'", "''", StringComparison.Ordinal)}')",
            "logs"
        );
        foreach (var isIndexed in new[] { false, true })
        {
            if (isIndexed)
            {
                await store.IndexAsync();
            }

            Assert.Equal(2, (await store.ReadAsync("")).Items.Count);
            Assert.Single((await store.ReadAsync("needle")).Items);
            await EverythingAnswersAsync(store, 2);
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_too_much_for_a_line_is_cut_or_not_there(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.ReadAsync("");
        await store.Registry.OutsideAsync($"INSERT INTO logs (message) VALUES ('needle {new string('x', 200_000)}')", "logs");
        if (database == TestDatabase.Sqlite)
        {
            await store.Registry.OutsideAsync(
                $"INSERT INTO logs (message, source, source_id, user_id) VALUES (x'41ff42', '{new string('s', 5_000)}', 'seven', 99999999999), ('a' || char(0) || 'b', 'système', 1.5, 2);",
                "logs"
            );
            Assert.Contains(
                "Leave the id",
                (
                    await Sqlite3.TryAsync(
                        store.Registry.Location.LogsFile,
                        "INSERT INTO logs (id, message) VALUES (9223372036854775807, 'last')"
                    )
                ).Errors,
                StringComparison.Ordinal
            );
            Assert.Contains(
                "Leave the id",
                (await Sqlite3.TryAsync(store.Registry.Location.LogsFile, "INSERT INTO logs (id, message) VALUES (-1, 'first')")).Errors,
                StringComparison.Ordinal
            );
        }

        await store.WriteAsync(LogStore.Line("usual"));
        await store.IndexAsync();

        Assert.InRange(
            Assert.Single((await store.ReadAsync("needle")).Items).Message.Length,
            LogLine.LongestMessage,
            LogLine.LongestMessage + 200
        );
        await EverythingAnswersAsync(store, database == TestDatabase.Sqlite ? 4 : 2);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Any_ends_of_a_time_may_be_asked_for(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.WriteAsync(
            LogStore.Line("usual"),
            LogStore.Line("ahead") with
            {
                Timestamp = LogTimes.Latest.AddMilliseconds(-1),
            },
            LogStore.Line("first") with
            {
                Timestamp = LogTimes.Earliest,
            }
        );
        await store.IndexAsync();

        foreach (
            var (from, to) in new[]
            {
                (DateTimeOffset.MinValue, DateTimeOffset.MaxValue),
                (DateTimeOffset.MinValue, DateTimeOffset.MinValue),
                (DateTimeOffset.MaxValue, DateTimeOffset.MaxValue),
                (DateTimeOffset.MaxValue, DateTimeOffset.MinValue),
            }
        )
        {
            await EverythingAnswersAsync(store, from < to ? 3 : 0, LogFilter.Everything with { From = from, To = to });
        }

        await EverythingAnswersAsync(store, 3);
    }

    /// <summary>The cursor of an address is as exact as PostgreSQL's times, which other programs write.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Pages_by_the_cursor_of_an_address_leave_out_none(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        await store.Registry.OutsideAsync(
            string.Concat(
                Enumerable
                    .Range(0, 9)
                    .Select(at => $"INSERT INTO logs (message, timestamp) VALUES ('{at}', '2026-03-14T12:00:00.00100{at}Z');")
            ),
            "logs"
        );
        var (seen, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await store.ReadAsync("", LogPlace.Parse(cursor), take: 2);
            seen.AddRange(page.Items.Select(row => row.Message));
            cursor = page.HasMore ? $"{LogPlace.Of(page.Items[^1])}" : null;
        } while (cursor is not null);

        Assert.Equal(["8", "7", "6", "5", "4", "3", "2", "1", "0"], seen);
    }

    /// <summary>List, walk, histogram, patterns, export, stock and clean-up.</summary>
    private static async Task EverythingAnswersAsync(LogStore store, int lines, LogFilter? filter = null)
    {
        filter ??= LogFilter.Everything;
        foreach (var isForward in new[] { true, false })
        {
            var (seen, place) = (0, (LogPlace?)null);
            LogPage page;
            do
            {
                page = await store.Search.ReadAsync(filter, place, isForward, 5, Cancel);
                seen += page.Items.Count;
                place = page.Items.Count > 0 ? LogPlace.Parse($"{LogPlace.Of(page.Items[^1])}") : null;
            } while (page.HasMore && seen <= lines);
            Assert.Equal(lines, seen);
        }

        var total = 0L;
        await foreach (var bars in store.Histogram.CountAsync(filter, Cancel))
        {
            total = bars.Total;
        }

        Assert.Equal(lines, total);
        await store.Patterns.ListAsync(filter, 50, Cancel);
        using var csv = new MemoryStream();
        await store.Registry.Services.GetRequiredService<LogExport>().WriteAsync(filter, LogFormat.Csv, csv, Cancel);
        using var file = new MemoryStream();
        await store.Registry.Services.GetRequiredService<LogExport>().WriteAsync(filter, LogFormat.Ndjson, file, Cancel);
        var rows = System.Text.Encoding.UTF8.GetString(file.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines, rows.Length);
        Assert.All(rows, row => JsonDocument.Parse(row).Dispose());
        var retention = store.Registry.Services.GetRequiredService<LogRetention>();
        await retention.StockAsync(Rules, Cancel);
        Assert.Equal(0, await retention.RemoveAsync(Rules, null, Cancel));
    }
}
