using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// Whatever <c>POST /api/logs</c> or plain SQL can store, every list, search, histogram, export and retention answers, and the tail goes
/// on.
/// </summary>
public sealed class AnyLineOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly string[] Reads =
    [
        "?limit=1000",
        "?limit=1000&order=oldest",
        "?q=needle&limit=1000",
        "?q=-nothing&limit=1000",
        "?q=level>=warning&limit=1000",
        "?q=source:system",
        "?q=details.a:1",
        "?q=message~e",
        "?q=登录",
        "?from=0001-01-01&to=9999-12-31T23:59:59Z&limit=1000",
        "?from=2026-11-22T08:05:00Z&to=2026-11-22T08:05:01Z",
        "/histogram",
        "/histogram?q=needle",
        "/histogram?from=0001-01-01&to=9999-12-31",
        "/patterns",
        "/patterns?q=needle",
        "/export?format=csv",
        "/export?format=ndjson",
        "/stock",
        "/retention",
    ];

    [Fact]
    public async Task No_line_stops_anybody_who_reads()
    {
        using var program = console.WithKey(await console.CreateKeyAsync(Policies.ReadLogs, Policies.WriteLogs, Policies.ManageLogs));
        await program.ReadAsync("/api/logs");
        var (posted, inserted) = (0, 0);
        foreach (var ((post, insert), at) in Posts().Zip(Inserts()).Sample(120, new Rnd(20261129, 7), 50).Select((pair, at) => (pair, at)))
        {
            posted += await PostAsync(program, post) == HttpStatusCode.Created ? 1 : 0;
            inserted += Insert(insert) ? 1 : 0;
            if (at % 40 == 39)
            {
                await ReadAllAsync(program, posted + inserted);
            }
        }

        Assert.InRange(posted, 30, 120);
        Assert.InRange(inserted, 60, 120);
    }

    [Theory]
    [InlineData("from=10:30")]
    [InlineData("to=11/12/2026")]
    [InlineData("from=yesterday")]
    public async Task Ends_of_a_time_that_could_be_others_are_refused(string end)
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        foreach (var path in new[] { "/api/logs", "/api/logs/histogram", "/api/history", "/api/runs", "/api/letta/checks" })
        {
            using var answer = await program.GetAsync($"{path}?{end}");
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));

            Assert.Equal((path, HttpStatusCode.BadRequest), (path, answer.StatusCode));
            Assert.Contains(
                end[(end.IndexOf('=', StringComparison.Ordinal) + 1)..],
                problem.RootElement.GetProperty("detail").GetString(),
                StringComparison.Ordinal
            );
        }
    }

    private static async Task ReadAllAsync(Caller program, int least)
    {
        foreach (var read in Reads)
        {
            using var answer = await program.GetAsync($"/api/logs{read}");
            Assert.Equal((read, HttpStatusCode.OK), (read, answer.StatusCode));
        }

        using var list = JsonDocument.Parse(await program.ReadAsync("/api/logs?limit=1000&from=0001-01-01"));
        var items = list.RootElement.GetProperty("items").EnumerateArray().ToList();
        Assert.InRange(items.Count, least, 1000);
        foreach (var id in items.Select(item => item.GetProperty("id").GetInt64()))
        {
            using var one = await program.GetAsync($"/api/logs/{id}");
            Assert.Equal((id, HttpStatusCode.OK), (id, one.StatusCode));
        }

        await program.ReadAsync($"/api/logs/{items[0].GetProperty("id").GetInt64()}/around");
        using var exported = new StringReader(await program.ReadAsync("/api/logs/export?format=ndjson"));
        while (await exported.ReadLineAsync(Cancel) is { } row)
        {
            JsonDocument.Parse(row).Dispose();
        }
    }

    private static async Task<HttpStatusCode> PostAsync(Caller program, string body)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var answer = await program.PostAsync("/api/logs", content, null);
        Assert.True(
            answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.BadRequest,
            $"{answer.StatusCode} for {body[..Math.Min(body.Length, 500)]}"
        );
        return answer.StatusCode;
    }

    private bool Insert((string Column, object Value)[] values)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(console.Home, "logs.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"INSERT INTO logs (message{string.Concat(values.Select(value => $", {value.Column}"))}) VALUES ('needle'{string.Concat(values.Select((_, at) => $", $v{at}"))})";
        foreach (var (value, at) in values.Select((value, at) => (value.Value, at)))
        {
            command.Parameters.AddWithValue($"$v{at}", value);
        }

        try
        {
            return command.ExecuteNonQuery() == 1;
        }
        catch (SqliteException)
        {
            return false; // A check of the table refuses it.
        }
    }

    private static Gen<string> Posts() =>
        from message in Gen.OneOf(Texts(), Gen.Constant("needle"))
        from time in Gen.Frequency(
            (3, Gen.Constant<string?>(null)),
            (3, Times().Select(time => (string?)JsonSerializer.Serialize(time))),
            (2, Gen.Elements<string?>("0", "1764376440", "1764376440123", "1e400", "-1", "true", "[]"))
        )
        from details in Gen.OneOf(Gen.Constant("null"), Json(6), Gen.Choose(1, 300).Select(Deep))
        select $$"""{"message": {{JsonSerializer.Serialize(message)}}, "details": {{details}}{{(time is null ? "" : $", \"timestamp\": {time}")}}}""";

    private static Gen<(string Column, object Value)[]> Inserts() =>
        from time in Gen.OneOf(
            Times().Select(time => (object)time),
            Gen.Elements<object>(1764376440L, 1.5, new byte[] { 0xff }, long.MaxValue)
        )
        from details in Gen.OneOf(
            Json(6),
            Gen.Choose(1, 900).Select(Deep),
            Gen.Elements("{\"a\":\"\\ud800\"}", "{\"a\":\"\\u0000\"}", "{\"a\":1,\"a\":2}", "1e99999")
        )
        from source in Gen.Elements<object>("system", "agent", "kitchen", "", new string('s', 500), "x'y\"z")
        from id in Gen.Elements<object>(1L, 0L, -1L, long.MaxValue, "seven", 1.5, DBNull.Value)
        select new (string, object)[] { ("timestamp", time), ("details", details), ("source", source), ("source_id", id), ("user_id", id) };

    private static Gen<string> Times() =>
        Gen.OneOf(
            Gen.Elements(
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59Z",
                "2026-11-22 08:05:00",
                "2026-11-22T08:05:00+02:00",
                "20261129T100000Z",
                "2016-12-31T23:59:60Z",
                "10:30",
                "11/12/2026",
                "yesterday",
                "now",
                "",
                "2026-02-30 10:00:00.000"
            ),
            from year in Gen.Choose(0, 9999)
            from month in Gen.Choose(0, 13)
            from day in Gen.Choose(0, 32)
            from second in Gen.Choose(0, 61)
            from end in Gen.Elements("", "Z", "+14:00", "-1400", ".5", ".123456789Z")
            select $"{year:0000}-{month:00}-{day:00} 23:59:{second:00}{end}"
        );

    private static Gen<string> Texts() =>
        Gen.ListOf(Gen.Elements("a", " ", "\0", "\u001b[31m", "登", "ไ", "😀", "\n", "\"", "\u202e", new string('x', 40_000)), 6)
            .Select(parts => string.Concat(parts));

    private static Gen<string> Json(int levels) =>
        levels == 0
            ? Gen.Elements(
                "1",
                "\"needle\"",
                "null",
                "-0.0",
                "1e999",
                "123456789012345678901234567890",
                "\"\\u001b[1m\"",
                "\"\\ud83d\\ude00\""
            )
            : Gen.OneOf(
                Json(0),
                Gen.ListOf(Json(levels - 1), 2).Select(values => $"[{string.Join(',', values)}]"),
                from name in Gen.Elements("a", "", "a.b", "unread_time", "details", "名")
                from value in Json(levels - 1)
                select $"{{{JsonSerializer.Serialize(name)}:{value}}}"
            );

    private static string Deep(int levels) => $"{string.Concat(Enumerable.Repeat("{\"a\":", levels))}1{new string('}', levels)}";
}
